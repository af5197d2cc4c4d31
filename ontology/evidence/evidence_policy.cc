#include "ontology/evidence/evidence_policy.h"

#include <algorithm>

namespace braid::ontology {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Whether `text` is what `glob` describes. Backtracks to the last `*` only, which is enough: O(|glob| · |text|).
bool Matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() && Lower(glob[g]) == Lower(text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return std::all_of(glob.begin() + static_cast<std::ptrdiff_t>(g), glob.end(), [](char c) { return c == '*'; });
}

}  // namespace

std::string_view NameOf(ComparatorClass comparator) {
  switch (comparator) {
    case ComparatorClass::kUsualCare:
      return "usual care or placebo";
    case ComparatorClass::kMixedInactive:
      return "mixed inactive";
    case ComparatorClass::kWaitlist:
      return "none or waitlist";
    case ComparatorClass::kActive:
      return "active";
    case ComparatorClass::kMedication:
      return "medication";
    case ComparatorClass::kAdditive:
      return "additive";
    case ComparatorClass::kAssociation:
      return "association";
    case ComparatorClass::kNone:
      return "no comparator";
    case ComparatorClass::kUnclassified:
      return "unclassified";
  }
  return "unclassified";
}

const ComparatorNames* EvidencePolicy::FindComparator(std::string_view name) const {
  for (const ComparatorNames& list : comparators) {
    if (std::any_of(list.names.begin(), list.names.end(),
                    [&](const std::string& glob) { return Matches(glob, name); })) {
      return &list;
    }
  }
  return nullptr;
}

}  // namespace braid::ontology
