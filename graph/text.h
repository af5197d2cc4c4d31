// Text as it is compared: one normal form for labels, one measure of nearness for suggestions.
//
// Thread safety: pure functions.

#ifndef BRAID_GRAPH_TEXT_H_
#define BRAID_GRAPH_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace braid::graph {

bool IsValidUtf8(std::string_view text);

// `text` as a message may show it: at most `max_bytes` of it and then `…`, control characters and invalid UTF-8 as
// U+FFFD. O(max_bytes).
std::string Printable(std::string_view text, std::size_t max_bytes = 120);

// The normal form under which labels are equal: NFKC with case folding (Unicode TR15, ICU's NFKC_Casefold), marks of
// diacritics removed, every run of what is not a letter or digit one space, no space at the ends. Empty where nothing
// is left. Marks that are part of a letter and not its ornament (vowel signs, virama, nukta, the voicing of kana) stay
// with it. Invalid UTF-8 is replaced by U+FFFD first. Idempotent. O(length).
std::string NormalizeLabel(std::string_view text);

// Edits (insert, delete, replace, swap of neighbours; Damerau 1964, optimal string alignment) between the two, in code
// units of UTF-8; `limit + 1` where there are more than `limit`. O(min(limit, |b|)·|a|).
std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_TEXT_H_
