#include "service/render/text_page.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <vector>

#include "fmt/format.h"

namespace braid::service {
namespace {

// Of one code point.
std::size_t Columns(UChar32 code) {
  switch (u_charType(code)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  const int width = u_getIntPropertyValue(code, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// The code point at `*at`, which moves behind it; U+FFFD where there is none.
UChar32 NextCode(std::string_view text, std::size_t* at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto position = static_cast<std::int32_t>(*at);
  const auto length = static_cast<std::int32_t>(text.size());
  UChar32 code = 0;
  U8_NEXT_OR_FFFD(bytes, position, length, code);
  *at = static_cast<std::size_t>(position);
  return code;
}

// Words of at most `width` columns.
std::vector<std::string> Words(std::string_view text, std::size_t width) {
  std::vector<std::string> words(1);
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const UChar32 code = NextCode(text, &at);
    const bool is_blank = code == ' ' || u_charType(code) == U_CONTROL_CHAR;
    if ((is_blank && used > 0) || (!is_blank && used + Columns(code) > width)) {
      words.emplace_back();
      used = 0;
    }
    if (is_blank) continue;
    words.back() += text.substr(begin, at - begin);
    used += Columns(code);
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// ASCII letters alone: our titles have no others.
std::string Capitals(std::string_view title) {
  std::string capitals(title);
  for (char& letter : capitals) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return capitals;
}

}  // namespace

std::size_t DisplayColumns(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) columns += Columns(NextCode(text, &at));
  return columns;
}

void TextPage::Heading(std::string_view title, std::string_view remark) {
  if (!text_.empty()) text_ += '\n';
  Put({}, kIndent, remark.empty() ? Capitals(title) : fmt::format("{} · {}", Capitals(title), remark));
}

void TextPage::RunIn(std::string_view title, std::string_view text) {
  Put({}, kIndent, fmt::format("{}: {}", Capitals(title), text));
}

void TextPage::Item(std::size_t indent, std::string_view mark, std::string_view text) {
  Put(fmt::format("{:{}}{}", "", indent, mark), indent + DisplayColumns(mark), text);
}

void TextPage::Put(std::string_view first, std::size_t margin, std::string_view text) {
  std::size_t used = 0;  // columns of the line, of which `margin` are empty or `first`
  bool begun = false;
  for (const std::string& word : Words(text, columns_ - margin)) {
    const std::size_t columns = DisplayColumns(word);
    if (!begun) {
      text_ += first;
      used = DisplayColumns(first);
      begun = true;
    } else if (used + 1 + columns > columns_) {
      text_.append("\n").append(margin, ' ');
      used = margin;
    } else {
      text_ += ' ';
      ++used;
    }
    text_ += word;
    used += columns;
  }
  if (begun) text_ += '\n';
}

}  // namespace braid::service
