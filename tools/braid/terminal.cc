#include "tools/braid/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cwchar>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace braid::cli {
namespace {

constexpr std::size_t kDefaultWidth = 120;
constexpr std::size_t kNarrowestLastColumn = 16;

std::string_view Code(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kGreen:
      return "\x1b[32m";
    case Style::kYellow:
      return "\x1b[33m";
    case Style::kRed:
      return "\x1b[31m";
    case Style::kCyan:
      return "\x1b[36m";
  }
  return "";
}

std::size_t TerminalWidth() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  if (const char* columns = std::getenv("COLUMNS")) {
    const unsigned long value = std::strtoul(columns, nullptr, 10);
    if (value >= 40 && value <= 1000) return value;
  }
  return kDefaultWidth;
}

std::vector<std::string> WrapLines(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const std::size_t columns = DisplayWidth(word);
    if (used > 0 && used + 1 + columns > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    lines.back() += word;
    used += columns;
    at = end + 1;
  }
  return lines;
}

// Appends `cell` padded to `width` columns.
void AppendCell(const Terminal& terminal, const Table::Column& column, Style style, const std::string& cell,
                std::size_t width, std::string* line) {
  const std::size_t columns = DisplayWidth(cell);
  const std::string padding(columns < width ? width - columns : 0, ' ');
  if (column.right) *line += padding;
  *line += terminal.Styled(cell, style);
  if (!column.right) *line += padding;
}

}  // namespace

Terminal::Terminal(ColorMode mode) : Terminal(mode, TerminalWidth()) {}

Terminal::Terminal(ColorMode mode, std::size_t width)
    : color_(mode == ColorMode::kAlways ||
             (mode == ColorMode::kAuto && isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr)),
      width_(width) {}

std::string Terminal::Styled(std::string_view text, Style style) const {
  if (!color_ || style == Style::kPlain || text.empty()) return std::string(text);
  return std::string(Code(style)) + std::string(text) + "\x1b[0m";
}

std::size_t DisplayWidth(std::string_view text) {
  std::mbstate_t state{};
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\x1b') {  // an escape sequence takes no column
      at = std::min(text.find('m', at), text.size() - 1) + 1;
      continue;
    }
    wchar_t character = 0;
    const std::size_t bytes = std::mbrtowc(&character, text.data() + at, text.size() - at, &state);
    if (bytes == static_cast<std::size_t>(-1) || bytes == static_cast<std::size_t>(-2) || bytes == 0) {
      state = {};
      ++columns;
      ++at;
      continue;
    }
    columns += static_cast<std::size_t>(std::max(wcwidth(character), 0));
    at += bytes;
  }
  return columns;
}

std::string Shortened(std::string_view text, std::size_t columns) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  std::size_t kept = 0;
  for (std::size_t end = 0; end < text.size();) {
    do {
      ++end;
    } while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U);  // UTF-8 goes on
    if (DisplayWidth(text.substr(0, end)) >= columns) break;
    kept = end;
  }
  return std::string(text.substr(0, kept)) + "…";
}

std::string Wrap(std::string_view text, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string out;
  for (const std::string& line : WrapLines(text, width > indent + 20 ? width - indent : 20)) {
    out += margin + line + '\n';
  }
  return out;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::Text(const Terminal& terminal, std::size_t indent) const {
  const std::size_t last = columns_.size() - 1;
  std::vector<std::size_t> widths(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths[i] = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  std::size_t before_last = indent;
  for (std::size_t i = 0; i < last; ++i) before_last += widths[i] + 2;
  const std::size_t room =
      terminal.width() > before_last + kNarrowestLastColumn ? terminal.width() - before_last : kNarrowestLastColumn;

  std::string out;
  const auto add_row = [&](const std::vector<std::string>& cells, const auto& style_of) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < last; ++i) {
      AppendCell(terminal, columns_[i], style_of(i), cells[i], widths[i], &line);
      line += "  ";
    }
    const std::vector<std::string> lines =
        columns_[last].right ? std::vector<std::string>{cells[last]} : WrapLines(cells[last], room);
    for (const std::string& part : lines) {
      AppendCell(terminal, columns_[last], style_of(last), part, columns_[last].right ? widths[last] : 0, &line);
      out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
      line.assign(before_last, ' ');
    }
  };
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  const bool titled =
      std::any_of(titles.begin(), titles.end(), [](const std::string& title) { return !title.empty(); });
  if (titled) add_row(titles, [](std::size_t) { return Style::kDim; });
  for (const auto& row : rows_) add_row(row, [&](std::size_t i) { return columns_[i].style; });
  return out;
}

}  // namespace braid::cli
