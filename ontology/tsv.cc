#include "ontology/tsv.h"

#include <algorithm>

#include "fmt/format.h"
#include "graph/text.h"

namespace braid::ontology {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::size_t CharacterCount(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The place of the first byte that does not continue valid UTF-8. REQUIRES: `text` is not valid.
std::size_t FirstInvalidByte(std::string_view text) {
  std::size_t valid = 0;
  for (std::size_t end = 1; end <= text.size(); ++end) {
    if (graph::IsValidUtf8(text.substr(valid, end - valid))) {
      valid = end;
    } else if (end - valid >= 4) {
      break;
    }
  }
  return valid;
}

// What an escaped character stands for, or NUL where it may not be escaped.
char Unescaped(char escaped) {
  switch (escaped) {
    case 't':
      return '\t';
    case 'n':
      return '\n';
    case '\\':
    case '|':
      return escaped;
    default:
      return '\0';
  }
}

// The place of the first malformed escape in `raw`, if there is one.
std::optional<std::size_t> FindBadEscape(std::string_view raw) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') continue;
    if (i + 1 == raw.size() || Unescaped(raw[i + 1]) == '\0') return i;
    ++i;
  }
  return std::nullopt;
}

std::string ReplaceEscapes(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) text.push_back(raw[i] == '\\' ? Unescaped(raw[++i]) : raw[i]);
  return text;
}

// The place of the first `|` from `from` on that is not escaped, else npos.
std::size_t FindBar(std::string_view raw, std::size_t from) {
  for (std::size_t i = from; i < raw.size(); ++i) {
    if (raw[i] == '\\') {
      ++i;
    } else if (raw[i] == '|') {
      return i;
    }
  }
  return std::string_view::npos;
}

class Reader {
 public:
  Reader(std::string_view content, std::vector<TsvError>* errors) : rest_(content), errors_(errors) {}

  TsvTable Read() {
    TsvTable table;
    if (!ReadHeader(table)) return table;
    while (!rest_.empty()) {
      TsvRow row;
      if (ReadLine(row) && HasWidth(row, table.header.size())) table.rows.push_back(std::move(row));
    }
    return table;
  }

 private:
  bool Fail(std::size_t column, std::string message) {
    errors_->push_back({line_, column, std::move(message)});
    return false;
  }

  bool ReadHeader(TsvTable& table) {
    if (rest_.empty()) {
      line_ = 1;
      return Fail(1, "the file is empty; its first line names the columns");
    }
    if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      line_ = 1;
      return Fail(1, "a byte order mark; write UTF-8 without one");
    }
    TsvRow row;
    if (!ReadLine(row)) return false;
    for (const TsvCell& cell : row.cells) {
      if (cell.empty()) return Fail(cell.column, "a column without a name");
      if (table.Find(cell.raw).has_value()) return Fail(cell.column, fmt::format("column `{}` comes twice", cell.raw));
      table.header.push_back(cell);
    }
    return true;
  }

  // Takes the next line off the rest and cuts it into cells.
  bool ReadLine(TsvRow& row) {
    ++line_;
    row.line = line_;
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (end == std::string_view::npos) {
      return Fail(CharacterCount(line) + 1, "the last line does not end in a line feed: was the file cut?");
    }
    if (line.empty()) return Fail(1, "a blank line");
    if (!graph::IsValidUtf8(line)) {
      return Fail(CharacterCount(line.substr(0, FirstInvalidByte(line))) + 1, "a byte that is not UTF-8");
    }
    const std::size_t forbidden = line.find_first_of(std::string_view("\r\0", 2));
    if (forbidden != std::string_view::npos) {
      return Fail(CharacterCount(line.substr(0, forbidden)) + 1,
                  line[forbidden] == '\r' ? "a carriage return; end lines with a line feed alone" : "a NUL byte");
    }
    return CutCells(line, row);
  }

  bool CutCells(std::string_view line, TsvRow& row) {
    std::size_t column = 1;
    for (std::size_t begin = 0;;) {
      const std::size_t end = std::min(line.find('\t', begin), line.size());
      const TsvCell cell{line.substr(begin, end - begin), column};
      if (const std::optional<std::size_t> bad = FindBadEscape(cell.raw); bad.has_value()) {
        return Fail(column + CharacterCount(cell.raw.substr(0, *bad)),
                    R"(a backslash that begins no escape; write \t, \n, \\ or \|)");
      }
      row.cells.push_back(cell);
      if (end == line.size()) return true;
      column += CharacterCount(cell.raw) + 1;
      begin = end + 1;
    }
  }

  bool HasWidth(const TsvRow& row, std::size_t width) {
    if (row.cells.size() == width) return true;
    const TsvCell& at = row.cells.size() > width ? row.cells[width] : row.cells.back();
    return Fail(at.column, fmt::format("{} cells where the header has {}", row.cells.size(), width));
  }

  std::string_view rest_;
  std::vector<TsvError>* errors_;
  std::size_t line_ = 0;
};

}  // namespace

std::string TsvCell::Text() const { return ReplaceEscapes(raw); }

std::vector<std::string> TsvCell::Items() const {
  std::vector<std::string> items;
  if (raw.empty()) return items;
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(FindBar(raw, begin), raw.size());
    items.push_back(ReplaceEscapes(raw.substr(begin, end - begin)));
    if (end == raw.size()) return items;
    begin = end + 1;
  }
}

bool TsvCell::HasBar() const { return FindBar(raw, 0) != std::string_view::npos; }

std::optional<std::size_t> TsvTable::Find(std::string_view name) const {
  const auto at = std::find_if(header.begin(), header.end(), [&](const TsvCell& cell) { return cell.raw == name; });
  if (at == header.end()) return std::nullopt;
  return static_cast<std::size_t>(at - header.begin());
}

TsvTable ReadTsv(std::string_view content, std::vector<TsvError>* errors) { return Reader(content, errors).Read(); }

}  // namespace braid::ontology
