#include "ontology/map_question.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/question_reader.h"

namespace braid::ontology {
namespace {

using graph::KindIndex;
using graph::NodeIndex;
using graph::Reason;
using graph::RelationIndex;
using graph::Snapshot;

constexpr std::size_t kLeastTerminals = 2;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

// The layer of a map, as the graph is asked for it.
struct Layer {
  std::vector<bool> kinds, relations;
  std::function<bool(NodeIndex)> inside;
};

// The policy's, with what is added to it.
Layer PolicyLayer(const Snapshot& snapshot, const MapLayer& policy, const std::vector<std::string>& include_kinds) {
  const graph::Schema& schema = snapshot.schema();
  Layer layer;
  layer.kinds.assign(schema.kind_count(), false);
  layer.relations.assign(schema.relation_count(), false);
  const auto add_relations = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const auto relations = FindRelations(schema, name, {});
      for (const RelationIndex relation : relations.ok() ? *relations : std::vector<RelationIndex>()) {
        layer.relations[graph::Number(relation)] = schema.relation(relation).walkable;
      }
    }
  };
  // A name that this schema does not hold adds nothing.
  std::map<KindIndex, AttributeMatch> conditions;
  for (const MapLayer::Kind& kind : policy.kinds) {
    const std::optional<KindIndex> index = schema.FindKind(kind.kind);
    if (!index.has_value()) continue;
    layer.kinds[graph::Number(*index)] = true;
    if (kind.only.has_value()) conditions.emplace(*index, *kind.only);
  }
  add_relations(policy.relations);
  for (const MapLayer::Extension& extension : policy.extensions) {
    const std::optional<KindIndex> index = schema.FindKind(extension.kind);
    const bool is_asked = std::find(include_kinds.begin(), include_kinds.end(), extension.kind) != include_kinds.end();
    if (!index.has_value() || !is_asked) continue;
    layer.kinds[graph::Number(*index)] = true;
    conditions.erase(*index);
    add_relations(extension.relations);
  }
  if (!conditions.empty()) {
    layer.inside = [&snapshot, conditions = std::move(conditions)](NodeIndex node) {
      const auto condition = conditions.find(snapshot.kind(node));
      return condition == conditions.end() || Matches(snapshot, node, condition->second);
    };
  }
  return layer;
}

// What `include_kinds` may name.
std::vector<std::string> OfferedKinds(const Policy& policy) {
  std::vector<std::string> kinds;
  if (!policy.map_layer.has_value()) return kinds;
  for (const MapLayer::Extension& extension : policy.map_layer->extensions) kinds.push_back(extension.kind);
  return kinds;
}

// Reads a request, collecting all that is wrong with it.
class Reader {
 public:
  Reader(const Snapshot& snapshot, const Policy& policy, const MapRequest& request, std::size_t max_terminals,
         std::vector<Notice>* notices)
      : snapshot_(snapshot),
        policy_(policy),
        request_(request),
        max_terminals_(max_terminals),
        notices_(notices),
        reader_(snapshot, policy, request.redirect, notices),
        errors_(reader_.errors()) {}

  absl::StatusOr<MapQuestion> Read() {
    ReadProfile();
    ReadTerminals();
    ReadLayer();
    ReadAvoided();
    question_.asked.min_certainty = request_.min_certainty;
    question_.asked.alternatives = request_.alternatives;
    question_.asked.weights = policy_.weights;
    BRAID_RETURN_IF_ERROR(errors_.ToStatus());
    BRAID_RETURN_IF_ERROR(CheckLimit());
    NameLayer();
    TellLeftOut();
    if (!request_.profile.has_value()) {
      Tell(NoticeReason::kGeneral, {}, "No client profile was given: the answer is general.");
    }
    return std::move(question_);
  }

 private:
  void Tell(NoticeReason reason, std::string field, std::string message, std::string id = {}) {
    notices_->push_back({reason, std::move(field), std::move(message), std::move(id), {}});
  }
  static std::string FieldOf(std::size_t terminal) { return fmt::format("terminal_ids[{}]", terminal); }

  void ReadProfile() {
    if (!request_.profile.has_value()) return;
    absl::StatusOr<ClientFocus> focus = ReadClientFocus(snapshot_, policy_, *request_.profile, notices_);
    errors_.Add(focus.status());
    if (focus.ok()) focus_ = *std::move(focus);
  }

  void ReadTerminals() {
    const std::size_t count = request_.terminal_ids.size();
    if (count < kLeastTerminals || count > graph::kMaxTerminals) {
      errors_.Add({count == 0 ? Reason::kFieldRequired : Reason::kValueOutOfRange,
                   "terminal_ids",
                   fmt::format("terminal_ids: {} ids; use {} to {}", count, kLeastTerminals, graph::kMaxTerminals),
                   {}});
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const absl::StatusOr<NodeIndex> node =
          FindNode(snapshot_, request_.terminal_ids[i], FieldOf(i), request_.redirect, notices_);
      errors_.Add(node.status());
      if (node.ok()) AddTerminal(*node, i);
    }
  }

  void AddTerminal(NodeIndex node, std::size_t number) {
    if (Holds(question_.terminals, node)) {
      const std::string id(snapshot_.id(node));
      errors_.Add({Reason::kValueOutOfRange, FieldOf(number),
                   fmt::format("{}: `{}` came before; name each once", FieldOf(number), id), id});
      return;
    }
    question_.terminals.push_back(node);
    question_.asked.terminals.push_back(focus_.EndsFor(snapshot_, node));
    if (IsOfProfile(question_.terminals.size() - 1)) {
      Tell(NoticeReason::kClientReading, FieldOf(number),
           fmt::format("{} stands for the client's own processes in it.", FieldOf(number)));
    }
  }

  bool IsOfProfile(std::size_t terminal) const {
    return question_.asked.terminals[terminal] != std::vector<NodeIndex>{question_.terminals[terminal]};
  }

  void ReadLayer() {
    CheckIncluded();
    Layer layer;
    if (policy_.map_layer.has_value()) layer = PolicyLayer(snapshot_, *policy_.map_layer, request_.include_kinds);
    if (!request_.kinds.empty()) {
      std::vector<bool> kinds = reader_.Kinds(request_.kinds, {});
      for (const std::string& name : request_.include_kinds) {
        if (const auto kind = snapshot_.schema().FindKind(name)) kinds[graph::Number(*kind)] = true;
      }
      layer.kinds = std::move(kinds);
      layer.inside = nullptr;
    }
    if (!request_.relations.empty()) layer.relations = reader_.Relations(request_.relations, {});
    question_.asked.kinds = std::move(layer.kinds);
    question_.asked.relations = std::move(layer.relations);
    question_.asked.inside = std::move(layer.inside);
  }

  void CheckIncluded() {
    const std::vector<std::string> offered = OfferedKinds(policy_);
    for (std::size_t i = 0; i < request_.include_kinds.size(); ++i) {
      const std::string& name = request_.include_kinds[i];
      if (std::find(offered.begin(), offered.end(), name) != offered.end()) continue;
      const std::string field = fmt::format("include_kinds[{}]", i);
      const std::string way_out =
          offered.empty() ? "use `kinds` and `relations`" : fmt::format("use {}", fmt::join(offered, ", "));
      errors_.Add({Reason::kValueOutOfRange, field,
                   fmt::format("{}: the policy adds no `{}` to a map; {}", field, name, way_out), name});
    }
  }

  void ReadAvoided() {
    question_.avoided_by_request = WithDescendants(snapshot_, reader_.Nodes(request_.avoid_ids, "avoid_ids"));
    const std::vector<NodeIndex> allowed = reader_.Nodes(request_.allow_ids, "allow_ids");
    question_.avoided_by_policy = reader_.KeptOff(focus_, [&](NodeIndex node) {
      return Holds(allowed, node) || std::any_of(question_.asked.terminals.begin(), question_.asked.terminals.end(),
                                                 [node](const auto& members) { return Holds(members, node); });
    });
  }

  absl::Status CheckLimit() const {
    const std::size_t count = question_.terminals.size();
    if (count <= max_terminals_) return absl::OkStatus();
    return graph::MakeError(
        Reason::kLimitExceeded,
        fmt::format("terminal_ids: {} is over {}, the server's limits.max_terminals", count, max_terminals_),
        "terminal_ids", "limits.max_terminals");
  }

  void NameLayer() {
    const graph::Schema& schema = snapshot_.schema();
    for (std::size_t i = 0; i < schema.kind_count(); ++i) {
      const KindIndex kind{static_cast<std::uint16_t>(i)};
      if (question_.asked.kinds.empty() || question_.asked.kinds[i]) question_.kinds.push_back(schema.kind(kind).name);
    }
    for (std::size_t i = 0; i < schema.relation_count(); ++i) {
      const graph::Relation& relation = schema.relation(RelationIndex{static_cast<std::uint16_t>(i)});
      if (question_.asked.relations.empty() ? relation.walkable : question_.asked.relations[i]) {
        question_.relations.push_back(relation.name);
      }
    }
  }

  // Why `node` cannot be on a map; empty: it can.
  std::string_view WhyLeftOut(NodeIndex node) const {
    if (snapshot_.IsObsolete(node)) return "obsolete";
    if (Holds(question_.avoided_by_request, node)) return "among `avoid_ids` or a kind of one of them";
    const bool needs_group = snapshot_.schema().kind(snapshot_.kind(node)).needs_group;
    if (needs_group && snapshot_.group(node) == graph::kNoNode) return "of no modality";
    return {};
  }

  // Nothing that was asked for is left out in silence.
  void TellLeftOut() {
    for (std::size_t i = 0; i < question_.terminals.size(); ++i) {
      for (const NodeIndex node : question_.asked.terminals[i]) {
        const std::string_view why = WhyLeftOut(node);
        if (why.empty()) continue;
        const std::string id(snapshot_.id(node));
        const bool of_profile = IsOfProfile(i);
        Tell(NoticeReason::kEndExcluded, FieldOf(i),
             fmt::format("{} is left out: it is {}.",
                         of_profile ? "A process of the client's" : fmt::format("`{}`", id), why),
             of_profile ? std::string() : id);
      }
    }
  }

  const Snapshot& snapshot_;
  const Policy& policy_;
  const MapRequest& request_;
  const std::size_t max_terminals_;
  std::vector<Notice>* notices_;
  ClientFocus focus_;  // without a profile: of nobody, and everything stands for itself
  MapQuestion question_;
  QuestionReader reader_;
  graph::ErrorList& errors_;
};

}  // namespace

graph::MapQuery MapQuestion::Query() const {
  graph::MapQuery query = asked;
  query.avoid = avoided_by_policy;
  query.avoid.insert(query.avoid.end(), avoided_by_request.begin(), avoided_by_request.end());
  return query;
}

absl::StatusOr<MapQuestion> ReadMapQuestion(const Snapshot& snapshot, const Policy& policy, const MapRequest& request,
                                            std::size_t max_terminals, std::vector<Notice>* notices) {
  return Reader(snapshot, policy, request, max_terminals, notices).Read();
}

absl::StatusOr<std::string> FindMapLoosening(const Snapshot& snapshot, const Policy& policy, const MapRequest& request,
                                             const MapQuestion& question, graph::Budget& budget) {
  struct Attempt {
    std::string_view field;
    bool in_force;
    std::function<void(graph::MapQuery&)> loosen;
  };
  const bool has_own_layer = !request.kinds.empty() || !request.relations.empty();
  const Attempt attempts[] = {
      {"min_certainty", request.min_certainty != graph::Certainty::kUnset,
       [](graph::MapQuery& query) { query.min_certainty = graph::Certainty::kUnset; }},
      {"kinds", !request.kinds.empty(), [](graph::MapQuery& query) { query.kinds.clear(); }},
      {"relations", !request.relations.empty(), [](graph::MapQuery& query) { query.relations.clear(); }},
      {"avoid_ids", !question.avoided_by_request.empty(),
       [&](graph::MapQuery& query) { query.avoid = question.avoided_by_policy; }},
      {"include_kinds", !has_own_layer && request.include_kinds.size() < OfferedKinds(policy).size(),
       [&](graph::MapQuery& query) {
         Layer layer = PolicyLayer(snapshot, *policy.map_layer, OfferedKinds(policy));
         query.kinds = std::move(layer.kinds);
         query.relations = std::move(layer.relations);
         query.inside = std::move(layer.inside);
       }},
  };
  for (const Attempt& attempt : attempts) {
    if (!attempt.in_force) continue;
    graph::MapQuery query = question.Query();
    attempt.loosen(query);
    query.alternatives = false;
    // What can be joined is known before the first tree is.
    BRAID_ASSIGN_OR_RETURN(const graph::MapSearch search, graph::MapSearch::Start(snapshot, query, budget));
    if (budget.stopped_by() != graph::Limit::kNone) break;
    if (search.parts().size() == 1) return std::string(attempt.field);
  }
  return std::string();
}

}  // namespace braid::ontology
