#include "ontology/client_facts.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ontology/alliance.h"
#include "ontology/client_vocabulary.h"
#include "ontology/lookup.h"
#include "ontology/recommend/measure_tracking.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

// Fills the values, field by field.
class Filler {
 public:
  Filler(const Snapshot& snapshot, const Client& client)
      : snapshot_(snapshot), client_(client), values_(ClientVocabulary()) {}

  FieldValues Fill() {
    FillSets();
    FillNeeds();
    FillWords();
    FillNumbers();
    FillFacts();
    return std::move(values_);
  }

 private:
  std::string_view KindOf(NodeIndex node) const { return snapshot_.schema().kind(snapshot_.kind(node)).name; }

  void SetMembers(std::string_view field, std::vector<NodeIndex> nodes, bool complete) {
    if (nodes.empty() && !complete) return;
    std::vector<std::string> ids;
    for (const NodeIndex node : WithAncestors(snapshot_, std::move(nodes))) ids.emplace_back(snapshot_.id(node));
    values_.SetMembers(field, std::move(ids), complete);
  }

  void FillSets() {
    std::vector<NodeIndex> concerns = client_.concerns;
    std::vector<NodeIndex> processes;
    for (const Client::Need& need : client_.needs) {
      if (!need.is_need()) continue;
      if (KindOf(need.node) == "concern") concerns.push_back(need.node);
      if (KindOf(need.node) == "process") processes.push_back(need.node);
    }
    SetMembers("flag", client_.flags, client_.flags_assessed);
    const bool has_concerns = !concerns.empty();
    SetMembers("concern", std::move(concerns), has_concerns);
    const bool has_processes = !processes.empty();
    SetMembers("process", std::move(processes), has_processes);
  }

  void FillNeeds() {
    for (const Client::Need& need : client_.needs) {
      if (!need.rating.has_value() || KindOf(need.node) != "dimension") continue;
      const std::string_view id = snapshot_.id(need.node);
      const std::string field = "need." + std::string(id.substr(id.find(':') + 1));
      // An ontology may have dimensions that no rule can ask about.
      if (ClientVocabulary().Find(field).has_value()) values_.SetNumber(field, *need.rating);
    }
  }

  // A field's words are in the order of its enum, after unknown.
  template <typename Enum>
  void SetWord(std::string_view field, Enum value) {
    if (value == Enum{}) return;
    const Vocabulary& vocabulary = ClientVocabulary();
    values_.SetWord(field, vocabulary[*vocabulary.Find(field)].words[static_cast<std::size_t>(value) - 1]);
  }

  // As SetWord, of a field whose first word is `unknown`.
  template <typename Enum>
  void SetState(std::string_view field, Enum value) {
    const Vocabulary& vocabulary = ClientVocabulary();
    values_.SetWord(field, vocabulary[*vocabulary.Find(field)].words[static_cast<std::size_t>(value)]);
  }

  ProgressState ProgressOf() const {
    if (client_.progress_state != ProgressState::kUnknown) return client_.progress_state;
    return IsReliablyWorse(snapshot_, client_) ? ProgressState::kAlarm : ProgressState::kUnknown;
  }

  void FillWords() {
    if (client_.stage.has_value()) values_.SetWord("stage", std::string(snapshot_.id(*client_.stage)));
    SetWord("trait.coping_style", client_.traits.coping_style);
    SetWord("trait.reactance", client_.traits.reactance);
    SetWord("trait.functional_impairment", client_.traits.functional_impairment);
    SetWord("trait.subjective_distress", client_.traits.subjective_distress);
    SetWord("support.social", client_.social_support);
    SetWord("format", client_.format);
    SetState("progress.state", ProgressOf());
    SetState("alliance.state", StateOf(snapshot_, client_.alliance));
  }

  void SetNumber(std::string_view field, std::optional<std::int32_t> number) {
    if (number.has_value()) values_.SetNumber(field, *number);
  }

  void FillNumbers() {
    SetNumber("sessions.available", client_.sessions.available);
    SetNumber("sessions.done", client_.sessions.done);
    SetNumber("sessions.missed", client_.sessions.missed);
    SetNumber("weeks.since_event", client_.weeks_since_event);
    SetNumber("weeks.since_loss", client_.weeks_since_loss);
    SetNumber("months.duration", client_.months_duration);
    SetNumber("age.years", client_.age_years);
    SetNumber("risk.item", client_.risk_item);
  }

  void SetFact(std::string_view field, std::optional<bool> fact) {
    if (fact.has_value()) values_.SetFact(field, *fact);
  }

  void FillFacts() {
    const ClientFactsGiven& facts = client_.facts;
    if (!client_.preferences.empty()) values_.SetFact("fact.stated_preference", true);
    SetFact("fact.stated_preference", facts.stated_preference);
    SetFact("fact.wants_mindfulness", facts.wants_mindfulness);
    SetFact("fact.cultural_mismatch", facts.cultural_mismatch);
    SetFact("fact.adequate_dose", facts.adequate_dose);
    SetFact("fact.symptom_level_tried", facts.symptom_level_tried);
    SetFact("fact.shared_process", facts.shared_process);
    SetFact("fact.avoids_a_modality", facts.avoids_a_modality);
    SetFact("fact.reliable_sequence", facts.reliable_sequence);
  }

  const Snapshot& snapshot_;
  const Client& client_;
  FieldValues values_;
};

}  // namespace

FieldValues ClientFacts(const Snapshot& snapshot, const Client& client) { return Filler(snapshot, client).Fill(); }

}  // namespace braid::ontology
