#include "graph/ids.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstddef>

namespace braid::graph {
namespace {

constexpr std::size_t kMaxLocalBytes = 200;

// Not the functions of <cctype>, which ask the locale.
constexpr bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }

// Whether `local` holds only what may stand behind the colon: valid UTF-8, no blank of Unicode, no control, no `|`.
bool IsLocalPart(std::string_view local) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(local.data());
  const auto size = static_cast<std::int32_t>(local.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (c < 0 || c == '|' || u_isUWhiteSpace(c) || u_charType(c) == U_CONTROL_CHAR) return false;
  }
  return true;
}

}  // namespace

bool IsCuriePrefix(std::string_view prefix) {
  if (prefix.empty() || !IsAsciiLetter(prefix[0])) return false;
  for (const char c : prefix.substr(1)) {
    if (!IsAsciiLetter(c) && !IsAsciiDigit(c) && c != '_' && c != '.' && c != '-') return false;
  }
  return true;
}

bool IsCurie(std::string_view id) {
  const std::size_t colon = id.find(':');
  if (colon == std::string_view::npos || !IsCuriePrefix(id.substr(0, colon))) return false;
  const std::string_view local = id.substr(colon + 1);
  return !local.empty() && local.size() <= kMaxLocalBytes && IsLocalPart(local);
}

}  // namespace braid::graph
