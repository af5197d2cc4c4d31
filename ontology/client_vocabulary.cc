#include "ontology/client_vocabulary.h"

#include <string>
#include <utility>
#include <vector>

namespace braid::ontology {
namespace {

constexpr double kMostSessions = 1000;
constexpr double kMostWeeks = 5200;
constexpr double kMostMonths = 1200;
constexpr double kMostYears = 130;
constexpr double kMostRiskItem = 10;

Field Set(std::string name, std::string id_kind) {
  return {.name = std::move(name), .kind = FieldKind::kSet, .id_kind = std::move(id_kind)};
}

Field Word(std::string name, std::vector<std::string> words, std::string default_word = {}) {
  return {.name = std::move(name),
          .kind = FieldKind::kWord,
          .words = std::move(words),
          .default_word = std::move(default_word)};
}

Field Number(std::string name, double most, std::string unit) {
  return {.name = std::move(name), .kind = FieldKind::kNumber, .unit = std::move(unit), .least = 0, .most = most};
}

Field Fact(std::string name) { return {.name = std::move(name), .kind = FieldKind::kFact}; }

Vocabulary Table() {
  return Vocabulary({
      Set("flag", "flag"),
      Set("concern", "concern"),
      Set("process", "process"),

      {.name = "stage", .kind = FieldKind::kWord, .id_kind = "stage"},
      Word("trait.coping_style", {"internalising", "mixed", "externalising"}),
      Word("trait.reactance", {"low", "medium", "high"}),
      Word("trait.functional_impairment", {"low", "moderate", "high"}),
      Word("trait.subjective_distress", {"low", "moderate", "high"}),
      Word("support.social", {"low", "moderate", "high"}),
      Word("alliance.state", {"unknown", "ok", "strained", "ruptured"}, "unknown"),
      Word("progress.state", {"unknown", "too_early", "on_track", "off_track", "alarm", "recovered"}, "unknown"),
      Word("format", {"individual", "couple", "family", "group"}),

      Number("need.thoughts", 1, ""),
      Number("need.emotions", 1, ""),
      Number("need.behaviours", 1, ""),
      Number("need.relationships", 1, ""),
      Number("need.context", 1, ""),
      Number("sessions.available", kMostSessions, "sessions"),
      Number("sessions.done", kMostSessions, "sessions"),
      Number("sessions.missed", kMostSessions, "sessions"),
      Number("weeks.since_event", kMostWeeks, "weeks"),
      Number("weeks.since_loss", kMostWeeks, "weeks"),
      Number("months.duration", kMostMonths, "months"),
      Number("age.years", kMostYears, "years"),
      Number("risk.item", kMostRiskItem, "points"),

      Fact("fact.stated_preference"),
      Fact("fact.wants_mindfulness"),
      Fact("fact.cultural_mismatch"),
      Fact("fact.adequate_dose"),
      Fact("fact.symptom_level_tried"),
      Fact("fact.shared_process"),
      Fact("fact.avoids_a_modality"),
      Fact("fact.reliable_sequence"),
  });
}

}  // namespace

const Vocabulary& ClientVocabulary() {
  static const Vocabulary& vocabulary = *new Vocabulary(Table());
  return vocabulary;
}

}  // namespace braid::ontology
