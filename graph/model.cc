#include "graph/model.h"

#include <fmt/format.h>

#include <algorithm>

namespace braid::graph {
namespace {

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Basic filtering of RFC 4647: `en` takes `en` and `en-GB`, in any case.
bool Takes(std::string_view range, std::string_view tag) {
  if (tag.size() < range.size()) return false;
  const bool is_prefix = std::equal(range.begin(), range.end(), tag.begin(),
                                    [](char a, char b) { return LowerAscii(a) == LowerAscii(b); });
  return is_prefix && (tag.size() == range.size() || tag[range.size()] == '-');
}

const Label* PreferredIn(const std::vector<Label>& labels, std::string_view language) {
  const auto found = std::find_if(labels.begin(), labels.end(), [&](const Label& label) {
    return label.role == LabelRole::kPreferred && Takes(language, label.language);
  });
  return found == labels.end() ? nullptr : &*found;
}

}  // namespace

const Label* PreferredLabel(const std::vector<Label>& labels, const std::vector<std::string>& languages) {
  for (const std::string& language : languages) {
    if (const Label* label = PreferredIn(labels, language); label != nullptr) return label;
  }
  if (const Label* label = PreferredIn(labels, "en"); label != nullptr) return label;
  const auto preferred = std::find_if(labels.begin(), labels.end(),
                                      [](const Label& label) { return label.role == LabelRole::kPreferred; });
  if (preferred != labels.end()) return &*preferred;
  return labels.empty() ? nullptr : &labels.front();
}

std::string_view Node::PreferredLabel(const std::vector<std::string>& languages) const {
  const Label* label = graph::PreferredLabel(labels, languages);
  return label == nullptr ? std::string_view(id) : std::string_view(label->text);
}

std::string ToString(const EdgeKey& key) {
  return fmt::format("{} {} {}", key.subject_id, key.relation, key.object_id);
}

std::string EtagOf(Revision update_revision) { return fmt::format("{}", Number(update_revision)); }

}  // namespace braid::graph
