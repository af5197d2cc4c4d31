#include "ontology/client_profile.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/text.h"
#include "ontology/client_vocabulary.h"
#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Reason;
using graph::Snapshot;

using Kinds = std::initializer_list<std::string_view>;
constexpr std::string_view kConcern = "concern";
constexpr std::string_view kModality = "modality";
constexpr std::string_view kMeasure = "measure";
constexpr std::string_view kModel = "model";
constexpr std::string_view kTechnique = "technique";

// What happened to an id of a profile, without the id.
std::string_view MessageOf(NoticeReason reason) {
  switch (reason) {
    case NoticeReason::kAliasFollowed:
      return "The id is an alias; the node it stands for was used.";
    case NoticeReason::kReplacementFollowed:
      return "The node is obsolete; its replacement was used.";
    case NoticeReason::kSeveralReplacements:
      return "The node is obsolete and has several replacements, of which none was taken.";
    default:
      break;
  }
  return "The node is obsolete and has no replacement.";
}

// An error of FindNode without the value that it names: what is wrong, and the nearest ids.
graph::Violation Anonymous(const graph::ErrorInfo& info, const std::string& field) {
  if (info.reason == Reason::kCurieMalformed) {
    return {info.reason, field, fmt::format("{} is no id; write prefix, colon, name", field), {}};
  }
  std::string nearest;
  for (const auto& [key, value] : info.metadata) {
    if (key == "nearest") nearest = fmt::format("; the nearest ids are {}", value);
  }
  return {info.reason, field, fmt::format("{} names no node of this ontology{}", field, nearest), {}};
}

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

std::string At(std::string_view list, std::size_t i) { return fmt::format("{}[{}]", list, i); }

// Reads a profile, collecting all that is wrong with it.
class Reader {
 public:
  Reader(const Snapshot& snapshot, const ClientProfile& profile, std::vector<Notice>* notices)
      : snapshot_(snapshot), profile_(profile), notices_(notices) {}

  absl::StatusOr<Client> Read() {
    ReadNeeds();
    client_.concerns = NodesOnce(profile_.concerns, "profile.concern_ids", {kConcern});
    ReadConcernWeights();
    client_.flags = NodesOnce(profile_.flags, "profile.flag_ids", {"flag"});
    client_.flags_assessed = profile_.flags_assessed;
    client_.stage = OptionalNode(profile_.stage, "profile.stage_id", {"stage"});
    ReadTraits();
    client_.goals = Texts(profile_.goals, "profile.goals");
    client_.strengths = Texts(profile_.strengths, "profile.strengths");
    ReadPreferences();
    ReadTherapist();
    ReadPriorResponses();
    ReadAlliance();
    ReadMeasures();
    ReadCircumstances();
    ReadNumbers();
    ReadMode();
    BRAID_RETURN_IF_ERROR(errors_.ToStatus());
    return std::move(client_);
  }

 private:
  void Add(Reason reason, const std::string& field, std::string_view rule) {
    errors_.Add({reason, field, fmt::format("{} {}", field, rule), {}});
  }

  // Whether a list is short enough to be looked at.
  bool CheckSize(std::size_t size, const std::string& field, std::size_t most = kMaxProfileEntries) {
    if (size <= most) return true;
    Add(Reason::kValueOutOfRange, field, fmt::format("has more than {} entries", most));
    return false;
  }

  // The node at `field` where it is one of `kinds`.
  std::optional<NodeIndex> Node(const std::string& id, const std::string& field, Kinds kinds) {
    if (id.empty()) {
      Add(Reason::kFieldRequired, field, "is empty; give an id");
      return std::nullopt;
    }
    std::vector<Notice> told;
    const absl::StatusOr<NodeIndex> node = FindNode(snapshot_, id, field, true, &told);
    if (!node.ok()) {
      errors_.Add(Anonymous(*graph::ErrorInfoOf(node.status()), field));
      return std::nullopt;
    }
    for (const Notice& notice : told) {
      if (notices_ != nullptr)
        notices_->push_back({notice.reason, field, std::string(MessageOf(notice.reason)), {}, {}});
    }
    const std::string& kind = snapshot_.schema().kind(snapshot_.kind(*node)).name;
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return *node;
    Add(Reason::kValueOutOfRange, field, fmt::format("is of another kind; use {}", fmt::join(kinds, ", ")));
    return std::nullopt;
  }

  std::optional<NodeIndex> OptionalNode(const std::optional<std::string>& id, const std::string& field, Kinds kinds) {
    return id.has_value() ? Node(*id, field, kinds) : std::nullopt;
  }

  // As Node, and an error where it is among `seen`, to which it is added.
  std::optional<NodeIndex> NewNode(const std::string& id, const std::string& field, Kinds kinds,
                                   std::vector<NodeIndex>& seen) {
    const std::optional<NodeIndex> node = Node(id, field, kinds);
    if (!node.has_value()) return node;
    if (Holds(seen, *node)) Add(Reason::kValueOutOfRange, field, "came before; name each once");
    seen.push_back(*node);
    return node;
  }

  std::vector<NodeIndex> NodesOnce(const std::vector<std::string>& ids, const std::string& field, Kinds kinds) {
    std::vector<NodeIndex> nodes;
    if (!CheckSize(ids.size(), field)) return nodes;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::optional<NodeIndex> node = Node(ids[i], At(field, i), kinds);
      if (node.has_value() && !Holds(nodes, *node)) nodes.push_back(*node);
    }
    return nodes;
  }

  // Whether `number` is in [least, most]; negated, so that a NaN is not.
  bool CheckRange(double number, double least, double most, const std::string& field) {
    if (number >= least && number <= most) return true;
    Add(Reason::kValueOutOfRange, field, fmt::format("is out of range; use [{}, {}]", least, most));
    return false;
  }

  void CheckWeight(double weight, const std::string& field) {
    if (weight > 0 && weight <= kMaxProfileWeight) return;
    Add(Reason::kValueOutOfRange, field, fmt::format("is out of range; use (0, {}]", kMaxProfileWeight));
  }

  template <typename Enum>
  bool CheckEnum(Enum value, Enum last, const std::string& field) {
    if (value >= Enum{} && value <= last) return true;
    Add(Reason::kEnumUnknown, field, "is no value that this version knows");
    return false;
  }

  void ReadNeeds() {
    if (!CheckSize(profile_.needs.size(), "profile.needs")) return;
    std::vector<NodeIndex> seen;
    for (std::size_t i = 0; i < profile_.needs.size(); ++i) {
      const ClientProfile::Need& need = profile_.needs[i];
      const std::string at = At("profile.needs", i);
      if (need.weight.has_value()) CheckWeight(*need.weight, at + ".weight");
      if (need.rating.has_value()) CheckRange(*need.rating, 0, 1, at + ".rating");
      const auto node = NewNode(need.node, at + ".node_id", {"dimension", kConcern, "process"}, seen);
      if (node.has_value()) client_.needs.push_back({*node, need.weight, need.rating});
    }
  }

  void ReadConcernWeights() {
    for (const NodeIndex concern : client_.concerns) client_.concern_weights.push_back({concern, 1});
    if (!CheckSize(profile_.concern_weights.size(), "profile.concern_weights")) return;
    std::vector<NodeIndex> seen;
    for (std::size_t i = 0; i < profile_.concern_weights.size(); ++i) {
      const std::string at = At("profile.concern_weights", i);
      const double weight = profile_.concern_weights[i].weight;
      CheckWeight(weight, at + ".weight");
      const auto node = NewNode(profile_.concern_weights[i].concern, at + ".concern_id", {kConcern}, seen);
      if (!node.has_value()) continue;
      const auto place = std::find(client_.concerns.begin(), client_.concerns.end(), *node);
      if (place == client_.concerns.end()) {
        Add(Reason::kValueOutOfRange, at + ".concern_id", "is not in profile.concern_ids; add it there");
        continue;
      }
      client_.concern_weights[static_cast<std::size_t>(place - client_.concerns.begin())].weight = weight;
    }
  }

  void ReadTraits() {
    client_.traits = profile_.traits;
    const ClientTraits& traits = profile_.traits;
    CheckEnum(traits.coping_style, CopingStyle::kExternalising, "profile.traits.coping_style");
    CheckEnum(traits.reactance, Reactance::kHigh, "profile.traits.reactance");
    CheckEnum(traits.functional_impairment, FunctionalImpairment::kHigh, "profile.traits.functional_impairment");
    CheckEnum(traits.subjective_distress, SubjectiveDistress::kHigh, "profile.traits.subjective_distress");
  }

  std::vector<std::string> Texts(const std::vector<std::string>& texts, const std::string& field) {
    if (!CheckSize(texts.size(), field)) return {};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (texts[i].empty()) Add(Reason::kFieldRequired, At(field, i), "is empty; leave it out");
      if (texts[i].size() > kMaxProfileText) {
        Add(Reason::kValueOutOfRange, At(field, i), fmt::format("is too long; use at most {} bytes", kMaxProfileText));
      }
      if (!graph::IsValidUtf8(texts[i])) Add(Reason::kValueOutOfRange, At(field, i), "is not valid UTF-8");
    }
    return texts;
  }

  void ReadPreferences() {
    if (!CheckSize(profile_.preferences.size(), "profile.preferences")) return;
    std::vector<NodeIndex> seen;
    for (std::size_t i = 0; i < profile_.preferences.size(); ++i) {
      const ClientProfile::Preference& preference = profile_.preferences[i];
      const std::string at = At("profile.preferences", i);
      if (CheckEnum(preference.attitude, Attitude::kRefused, at + ".attitude") &&
          preference.attitude == Attitude::kUnspecified) {
        Add(Reason::kFieldRequired, at + ".attitude", "is unset; say liked, disliked or refused");
      }
      const auto node = NewNode(preference.node, at + ".id", {kTechnique, kModality, kModel}, seen);
      if (node.has_value()) client_.preferences.push_back({*node, preference.attitude});
    }
  }

  void ReadTherapist() {
    if (!profile_.therapist.has_value()) return;
    const std::string at = "profile.therapist";
    Client::Therapist& therapist = client_.therapist.emplace();
    therapist.modalities = NodesOnce(profile_.therapist->modalities, at + ".modality_ids", {kModality});
    therapist.training_level = OptionalNode(profile_.therapist->training_level, at + ".training_level_id", {"level"});
    therapist.home_modality = OptionalNode(profile_.therapist->home_modality, at + ".home_modality_id", {kModality});
    if (therapist.home_modality.has_value() && !Holds(therapist.modalities, *therapist.home_modality)) {
      Add(Reason::kValueOutOfRange, at + ".home_modality_id", "is not in profile.therapist.modality_ids; add it there");
    }
  }

  void ReadPriorResponses() {
    if (!CheckSize(profile_.prior_responses.size(), "profile.prior_responses")) return;
    std::vector<NodeIndex> seen;
    for (std::size_t i = 0; i < profile_.prior_responses.size(); ++i) {
      const ClientProfile::PriorResponse& response = profile_.prior_responses[i];
      const std::string at = At("profile.prior_responses", i);
      if (CheckEnum(response.outcome, PriorOutcome::kDeteriorated, at + ".outcome") &&
          response.outcome == PriorOutcome::kUnknown && !response.dropped_out) {
        Add(Reason::kFieldRequired, at + ".outcome", "is unset; say what came of it, or that it was ended early");
      }
      CheckNumber(response.session_count, "sessions.done", at + ".session_count");
      const auto node = NewNode(response.node, at + ".id", {kTechnique, kModality, kModel}, seen);
      if (!node.has_value()) continue;
      client_.prior_responses.push_back({*node, response.outcome, response.dropped_out, response.session_count});
    }
  }

  void CheckScores(const std::vector<double>& scores, std::optional<NodeIndex> measure, const std::string& field) {
    if (!CheckSize(scores.size(), field, kMaxProfileScores)) return;
    const auto bound = [&](std::string_view attribute) {
      return measure.has_value() ? NumberOf(snapshot_, *measure, attribute) : std::nullopt;
    };
    const std::optional<double> least = bound("range_min");
    const std::optional<double> most = bound("range_max");
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (!std::isfinite(scores[i])) {
        Add(Reason::kValueOutOfRange, At(field, i), "is no finite number");
      } else if (least.has_value() && most.has_value()) {
        CheckRange(scores[i], *least, *most, At(field, i));
      }
    }
  }

  void ReadAlliance() {
    const ClientProfile::Alliance& alliance = profile_.alliance;
    const std::string at = "profile.alliance";
    client_.alliance.measure = OptionalNode(alliance.measure, at + ".measure_id", {kMeasure});
    if (!alliance.measure.has_value() && !alliance.scores.empty()) {
      Add(Reason::kFieldRequired, at + ".measure_id", "is empty; say which measure the scores are of");
    }
    if (client_.alliance.measure.has_value() &&
        !Matches(snapshot_, *client_.alliance.measure, {"measure_type", {"alliance"}})) {
      Add(Reason::kValueOutOfRange, at + ".measure_id", "is no measure of the alliance");
    }
    client_.alliance.scores = alliance.scores;
    CheckScores(alliance.scores, client_.alliance.measure, at + ".scores");
    client_.alliance.markers = alliance.markers;
    if (!CheckSize(alliance.markers.size(), at + ".markers")) return;
    for (std::size_t i = 0; i < alliance.markers.size(); ++i) {
      const std::string field = At(at + ".markers", i);
      if (CheckEnum(alliance.markers[i], RuptureMarker::kConfrontation, field) &&
          alliance.markers[i] == RuptureMarker::kUnspecified) {
        Add(Reason::kFieldRequired, field, "is unset; say withdrawal or confrontation");
      }
    }
  }

  void ReadMeasures() {
    if (!CheckSize(profile_.measures.size(), "profile.measures")) return;
    std::vector<NodeIndex> seen;
    for (std::size_t i = 0; i < profile_.measures.size(); ++i) {
      const std::string at = At("profile.measures", i);
      const auto node = NewNode(profile_.measures[i].measure, at + ".measure_id", {kMeasure}, seen);
      if (profile_.measures[i].scores.empty()) Add(Reason::kFieldRequired, at + ".scores", "is empty; give a score");
      CheckScores(profile_.measures[i].scores, node, at + ".scores");
      if (node.has_value()) client_.measures.push_back({*node, profile_.measures[i].scores});
    }
  }

  void ReadCircumstances() {
    client_.progress_state = profile_.progress_state;
    CheckEnum(profile_.progress_state, ProgressState::kRecovered, "profile.progress_state");
    client_.format = profile_.format;
    CheckEnum(profile_.format, TreatmentFormat::kGroup, "profile.format");
    client_.social_support = profile_.social_support;
    CheckEnum(profile_.social_support, SocialSupport::kHigh, "profile.social_support");
    client_.facts = profile_.facts;
    if (profile_.facts.stated_preference == false && !profile_.preferences.empty()) {
      Add(Reason::kValueOutOfRange, "profile.facts.stated_preference",
          "contradicts profile.preferences; leave it unset");
    }
  }

  // The range is that of the field of conditions which the number becomes.
  void CheckNumber(std::optional<std::int32_t> number, std::string_view field_of_conditions, const std::string& field) {
    if (!number.has_value()) return;
    const Vocabulary& vocabulary = ClientVocabulary();
    const Field& range = vocabulary[vocabulary.Find(field_of_conditions).value()];
    CheckRange(*number, range.least, range.most, field);
  }

  void ReadNumbers() {
    client_.sessions = profile_.sessions;
    CheckNumber(profile_.sessions.available, "sessions.available", "profile.sessions.available_count");
    CheckNumber(profile_.sessions.done, "sessions.done", "profile.sessions.done_count");
    CheckNumber(profile_.sessions.missed, "sessions.missed", "profile.sessions.missed_count");
    client_.weeks_since_event = profile_.weeks_since_event;
    CheckNumber(profile_.weeks_since_event, "weeks.since_event", "profile.weeks_since_event");
    client_.weeks_since_loss = profile_.weeks_since_loss;
    CheckNumber(profile_.weeks_since_loss, "weeks.since_loss", "profile.weeks_since_loss");
    client_.months_duration = profile_.months_duration;
    CheckNumber(profile_.months_duration, "months.duration", "profile.months_duration");
    client_.age_years = profile_.age_years;
    CheckNumber(profile_.age_years, "age.years", "profile.age_years");
    client_.risk_item = profile_.risk_item;
    CheckNumber(profile_.risk_item, "risk.item", "profile.risk_item");
  }

  void ReadMode() {
    client_.mode = profile_.mode;
    client_.model = OptionalNode(profile_.model, "profile.model_id", {kModel});
    if (!CheckEnum(profile_.mode, IntegrationMode::kModelLed, "profile.mode")) return;
    const bool is_led = profile_.mode == IntegrationMode::kModelLed;
    if (is_led && !profile_.model.has_value()) {
      Add(Reason::kFieldRequired, "profile.model_id", "is empty; say which model leads");
    }
    if (!is_led && profile_.model.has_value()) {
      Add(Reason::kValueOutOfRange, "profile.model_id",
          "is for the mode MODEL_LED alone; leave it unset or set the mode");
    }
    const bool has_home = profile_.therapist.has_value() && profile_.therapist->home_modality.has_value();
    if (profile_.mode == IntegrationMode::kAssimilative && !has_home) {
      Add(Reason::kFieldRequired, "profile.therapist.home_modality_id", "is empty; say which modality is home");
    }
  }

  const Snapshot& snapshot_;
  const ClientProfile& profile_;
  std::vector<Notice>* notices_;
  Client client_;
  graph::ErrorList errors_;
};

}  // namespace

absl::StatusOr<Client> ReadClient(const Snapshot& snapshot, const ClientProfile& profile,
                                  std::vector<Notice>* notices) {
  return Reader(snapshot, profile, notices).Read();
}

}  // namespace braid::ontology
