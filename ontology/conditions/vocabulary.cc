#include "ontology/conditions/vocabulary.h"

#include <algorithm>
#include <utility>

namespace braid::ontology {

std::optional<FieldIndex> Vocabulary::Find(std::string_view name) const {
  const auto field = std::find_if(fields_.begin(), fields_.end(), [&](const Field& each) { return each.name == name; });
  if (field == fields_.end()) return std::nullopt;
  return static_cast<FieldIndex>(field - fields_.begin());
}

std::vector<std::string_view> Vocabulary::Names() const {
  std::vector<std::string_view> names;
  names.reserve(fields_.size());
  for (const Field& field : fields_) names.push_back(field.name);
  return names;
}

FieldValues::FieldValues(const Vocabulary& vocabulary) : vocabulary_(&vocabulary), values_(vocabulary.size()) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const std::string& word = vocabulary[static_cast<FieldIndex>(i)].default_word;
    if (!word.empty()) values_[i] = word;
  }
}

FieldValues::Value& FieldValues::At(std::string_view field) {
  return values_[static_cast<std::size_t>(vocabulary_->Find(field).value())];
}

void FieldValues::SetMembers(std::string_view field, std::vector<std::string> ids, bool complete) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  At(field) = SetValue{std::move(ids), complete};
}

void FieldValues::SetWord(std::string_view field, std::string word) { At(field) = std::move(word); }

void FieldValues::SetNumber(std::string_view field, double number) { At(field) = number; }

void FieldValues::SetFact(std::string_view field, bool fact) { At(field) = fact; }

}  // namespace braid::ontology
