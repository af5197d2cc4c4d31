#include "graph/text.h"

#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace braid::graph {
namespace {

struct Normalizers {
  const icu::Normalizer2* fold;       // NFKC_Casefold
  const icu::Normalizer2* decompose;  // NFD
  const icu::Normalizer2* compose;    // NFC
};

// ICU's own singletons. They cannot fail but where ICU's data file is damaged, and then no label could be trusted.
const Normalizers& GetNormalizers() {
  static const Normalizers normalizers = [] {
    UErrorCode error = U_ZERO_ERROR;
    const Normalizers got{icu::Normalizer2::getNFKCCasefoldInstance(error), icu::Normalizer2::getNFDInstance(error),
                          icu::Normalizer2::getNFCInstance(error)};
    if (U_FAILURE(error)) std::abort();
    return got;
  }();
  return normalizers;
}

icu::UnicodeString Normalize(const icu::Normalizer2& normalizer, const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString result = normalizer.normalize(text, error);
  if (U_FAILURE(error)) std::abort();  // out of memory, as `new` would end
  return result;
}

// Whether the character is a mark that only decorates its letter: by canonical combining class the overlays (1), the
// points of Hebrew and Arabic (10 to 35) and all that is attached, above or below (200 and up). The other nonspacing
// marks are letters in all but name: vowel signs (0), nukta (7), the voicing of kana (8), virama (9).
bool IsDiacritic(UChar32 c) {
  if (u_charType(c) != U_NON_SPACING_MARK) return false;
  const int combining_class = u_getCombiningClass(c);
  return combining_class == 1 || (combining_class >= 10 && combining_class <= 35) || combining_class >= 200;
}

icu::UnicodeString WithoutDiacritics(const icu::UnicodeString& text) {
  const icu::UnicodeString decomposed = Normalize(*GetNormalizers().decompose, text);
  icu::UnicodeString kept;
  for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const UChar32 c = decomposed.char32At(i);
    if (!IsDiacritic(c)) kept.append(c);
  }
  return Normalize(*GetNormalizers().compose, kept);
}

// Letters, numbers, and the marks that belong to a letter.
bool IsWordCharacter(UChar32 c) { return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0; }

std::string NormalizeUnicode(std::string_view text) {
  const auto size = static_cast<std::int32_t>(text.size());
  const icu::UnicodeString utf16 = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), size));
  const icu::UnicodeString plain = WithoutDiacritics(Normalize(*GetNormalizers().fold, utf16));
  icu::UnicodeString words;
  bool gap = false;
  for (std::int32_t i = 0; i < plain.length(); i = plain.moveIndex32(i, 1)) {
    const UChar32 c = plain.char32At(i);
    if (!IsWordCharacter(c)) {
      gap = !words.isEmpty();
      continue;
    }
    if (std::exchange(gap, false)) words.append(UChar32{' '});
    words.append(c);
  }
  std::string result;
  words.toUTF8String(result);
  return result;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What NormalizeUnicode gives for ASCII, at a fraction of its cost: most labels are ASCII, and loading normalises all.
std::string NormalizeAscii(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  bool gap = false;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (!upper && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
      gap = !result.empty();
      continue;
    }
    if (std::exchange(gap, false)) result.push_back(' ');
    result.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return result;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const std::size_t size = text.size();
  for (std::size_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (c < 0) return false;
  }
  return true;
}

std::string Printable(std::string_view text, std::size_t max_bytes) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const std::size_t size = text.size();
  std::string result;
  for (std::size_t i = 0; i < size;) {
    const std::size_t start = i;
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (i > max_bytes) return result + "…";
    if (c < 0 || u_charType(c) == U_CONTROL_CHAR) {
      result.append("\uFFFD");
    } else {
      result.append(text.substr(start, i - start));
    }
  }
  return result;
}

std::string NormalizeLabel(std::string_view text) {
  return IsAscii(text) ? NormalizeAscii(text) : NormalizeUnicode(text);
}

std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t limit) {
  if (a.size() < b.size()) std::swap(a, b);
  if (a.size() - b.size() > limit) return limit + 1;
  limit = std::min(limit, a.size());  // no distance is more
  const std::size_t over = limit + 1;
  // Row i holds the distances from the first i bytes of `a` to each prefix of `b`, three rows for the swap. Only the
  // band |i - j| <= limit is computed: outside it the distance is above the limit in any case, and `over` says so.
  std::array<std::vector<std::size_t>, 3> rows;
  for (auto& row : rows) row.assign(b.size() + 1, over);
  for (std::size_t j = 0; j <= std::min(b.size(), limit); ++j) rows[0][j] = j;
  std::size_t least_of_last = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::vector<std::size_t>& before_last = rows[(i + 1) % 3];
    const std::vector<std::size_t>& last = rows[(i + 2) % 3];
    std::vector<std::size_t>& row = rows[i % 3];
    const std::size_t first = i > limit ? i - limit : 0;
    const std::size_t end = std::min(b.size(), i + limit);
    std::size_t least = over;
    if (first > 0) row[first - 1] = over;
    for (std::size_t j = first; j <= end; ++j) {
      std::size_t best = std::min(last[j] + 1, over);
      if (j > 0) {
        best = std::min({best, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
          best = std::min(best, before_last[j - 2] + 1);
        }
      }
      row[j] = std::min(best, over);
      least = std::min(least, row[j]);
    }
    if (least > limit && least_of_last > limit) return over;  // two rows: a swap reaches back over one
    least_of_last = least;
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace braid::graph
