#include "ontology/integrative_paths.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/pattern.h"
#include "graph/weights.h"
#include "ontology/path_words.h"

namespace braid::ontology {
namespace {

using graph::KindIndex;
using graph::NodeIndex;
using graph::Reason;
using graph::RelationIndex;
using graph::Snapshot;

constexpr std::size_t kMaxEnds = 64;
constexpr std::size_t kMaxMustPass = 3;
constexpr std::int64_t kMaxPaths = 1000;
constexpr std::int64_t kMaxHops = 12;
constexpr std::int64_t kMaxModalities = 4;
constexpr std::int64_t kDefaultPaths = 5;
constexpr std::int64_t kDefaultHops = 6;
constexpr std::uint32_t kLoosenedHops = 2;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

bool IsName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// A request read: what graph::FindPaths is asked, and what the reply echoes. Avoided nodes are kept apart by whose wish
// they are, because only the caller's own may be loosened.
struct Question {
  graph::PathQuery query;  // with neither `avoid` nor ends that are excluded
  std::vector<NodeIndex> avoided_by_request;
  std::vector<NodeIndex> avoided_by_policy;
  std::string pattern;
  std::uint32_t max_paths = 0;
};

// Reads a request, collecting all that is wrong with it.
class Reader {
 public:
  Reader(const Snapshot& snapshot, const Policy& policy, const PathRequest& request, const PathLimits& limits,
         std::vector<Notice>* notices)
      : snapshot_(snapshot),
        schema_(snapshot.schema()),
        policy_(policy),
        request_(request),
        limits_(limits),
        notices_(notices) {}

  absl::StatusOr<Question> Read() {
    question_.query.sources = Ends(request_.source_ids, "source_ids");
    question_.query.targets = Ends(request_.target_ids, "target_ids");
    ReadPattern();
    ReadNumbers();
    ReadKinds();
    ReadRelations();
    ReadNodes();
    question_.query.min_certainty = request_.min_certainty;
    question_.query.distinct_nodes = request_.distinct_nodes;
    question_.query.weights = policy_.weights;
    BRAID_RETURN_IF_ERROR(errors_.ToStatus());
    BRAID_RETURN_IF_ERROR(over_limits_.ToStatus());
    return std::move(question_);
  }

 private:
  std::vector<NodeIndex> Nodes(const std::vector<std::string>& ids, std::string_view field) {
    std::vector<NodeIndex> nodes;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const absl::StatusOr<NodeIndex> node =
          FindNode(snapshot_, ids[i], fmt::format("{}[{}]", field, i), request_.redirect, notices_);
      errors_.Add(node.status());
      if (node.ok() && !Holds(nodes, *node)) nodes.push_back(*node);
    }
    return nodes;
  }

  std::vector<NodeIndex> Ends(const std::vector<std::string>& ids, std::string_view field) {
    if (ids.empty()) {
      errors_.Add({Reason::kFieldRequired,
                   std::string(field),
                   fmt::format("{} is empty; give 1 to {} ids", field, kMaxEnds),
                   {}});
    }
    if (ids.size() > kMaxEnds) {
      AddOutOfRange(field, static_cast<std::int64_t>(ids.size()), 1, static_cast<std::int64_t>(kMaxEnds));
      return {};
    }
    return Nodes(ids, field);
  }

  void AddOutOfRange(std::string_view field, std::int64_t value, std::int64_t low, std::int64_t high) {
    errors_.Add({Reason::kValueOutOfRange,
                 std::string(field),
                 fmt::format("{}: {} is out of range; use {} to {}", field, value, low, high),
                 {}});
  }

  std::uint32_t Number(std::string_view field, const std::optional<std::int64_t>& given, std::int64_t unset,
                       std::int64_t low, std::int64_t high) {
    const std::int64_t value = given.value_or(unset);
    if (value >= low && value <= high) return static_cast<std::uint32_t>(value);
    AddOutOfRange(field, value, low, high);
    return static_cast<std::uint32_t>(low);
  }

  void CheckLimit(std::string_view field, std::uint32_t value, std::uint32_t limit, std::string_view key) {
    if (value <= limit) return;
    over_limits_.Add({Reason::kLimitExceeded, std::string(field),
                      fmt::format("{}: {} is over {}, the server's {}", field, value, limit, key), std::string(key)});
  }

  // Whether every end may also be inside a path, as a process may: then the pattern's outer steps do not apply.
  bool EndsAreInner() const {
    const auto is_inner = [&](NodeIndex node) { return !schema_.kind(snapshot_.kind(node)).ends_only; };
    const auto& [sources, targets] = std::tie(question_.query.sources, question_.query.targets);
    return std::all_of(sources.begin(), sources.end(), is_inner) &&
           std::all_of(targets.begin(), targets.end(), is_inner);
  }

  void ReadPattern() {
    const std::string& asked = request_.pattern.empty() ? policy_.default_pattern : request_.pattern;
    if (asked.empty() || asked == kAnyPattern) return;
    named_ = policy_.FindPattern(asked);
    if (named_ == nullptr && IsName(asked)) {
      std::string names;
      for (const NamedPattern& pattern : policy_.patterns) names += fmt::format("`{}`, ", pattern.name);
      AddPatternError(
          fmt::format("the policy has no pattern named `{}`; use {}`any`, or write a pattern", asked, names));
      return;
    }
    question_.pattern = named_ == nullptr ? asked : EndsAreInner() ? named_->inner_pattern : named_->pattern;
    absl::StatusOr<graph::Automaton> automaton = graph::CompilePattern(question_.pattern, schema_, policy_.definitions);
    if (automaton.ok()) {
      question_.query.pattern = *std::move(automaton);
      return;
    }
    graph::ErrorInfo info = *graph::ErrorInfoOf(automaton.status());
    for (graph::Violation& violation : info.violations) violation.field = "pattern";
    errors_.Add(graph::MakeError(info));
  }

  void AddPatternError(std::string description) {
    errors_.Add({Reason::kPatternInvalid, "pattern", std::move(description), {}});
  }

  void ReadNumbers() {
    graph::PathQuery& query = question_.query;
    question_.max_paths = Number("max_path_count", request_.max_path_count, kDefaultPaths, 1, kMaxPaths);
    query.max_hops =
        Number("max_hops", request_.max_hops, named_ == nullptr ? kDefaultHops : named_->default_max_hops, 1, kMaxHops);
    query.min_groups = Number("min_modalities", request_.min_modalities,
                              named_ == nullptr ? 0 : named_->default_min_modalities, 0, kMaxModalities);
    query.max_paths = question_.max_paths;
    CheckLimit("max_path_count", query.max_paths, limits_.max_paths, "limits.max_paths");
    // A pattern's own default is no wish of the caller's: the limit cuts it.
    if (!request_.max_hops.has_value()) query.max_hops = std::min(query.max_hops, limits_.max_hops);
    CheckLimit("max_hops", query.max_hops, limits_.max_hops, "limits.max_hops");
  }

  void MarkKinds(const std::vector<std::string>& names, std::string_view field, bool wanted) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const absl::StatusOr<KindIndex> kind = FindKind(schema_, names[i], fmt::format("{}[{}]", field, i));
      errors_.Add(kind.status());
      if (kind.ok()) question_.query.kinds[graph::Number(*kind)] = wanted;
    }
  }
  void ReadKinds() {
    if (request_.kinds.empty() && request_.excluded_kinds.empty()) return;
    question_.query.kinds.assign(schema_.kind_count(), request_.kinds.empty());
    MarkKinds(request_.kinds, "kinds", true);
    MarkKinds(request_.excluded_kinds, "excluded_kinds", false);
  }

  void MarkRelations(const std::vector<std::string>& names, std::string_view field, bool wanted) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string at = fmt::format("{}[{}]", field, i);
      const absl::StatusOr<std::vector<RelationIndex>> relations = FindRelations(schema_, names[i], at);
      errors_.Add(relations.status());
      if (!relations.ok()) continue;
      bool any_walkable = false;
      for (const RelationIndex relation : *relations) {
        const bool walkable = schema_.relation(relation).walkable;
        any_walkable = any_walkable || walkable;
        question_.query.relations[graph::Number(relation)] = wanted && walkable;
      }
      if (wanted && !any_walkable) {
        errors_.Add({Reason::kValueOutOfRange, at,
                     fmt::format("relation `{}` is read, not walked: no path can use it", names[i]), names[i]});
      }
    }
  }
  void ReadRelations() {
    if (request_.relations.empty() && request_.excluded_relations.empty()) return;
    std::vector<bool>& relations = question_.query.relations;
    relations.assign(schema_.relation_count(), false);
    for (std::size_t i = 0; request_.relations.empty() && i < relations.size(); ++i) {
      relations[i] = schema_.relation(static_cast<RelationIndex>(i)).walkable;
    }
    MarkRelations(request_.relations, "relations", true);
    MarkRelations(request_.excluded_relations, "excluded_relations", false);
  }

  void ReadNodes() {
    if (request_.must_pass_ids.size() > kMaxMustPass) {
      AddOutOfRange("must_pass_ids", static_cast<std::int64_t>(request_.must_pass_ids.size()), 0, kMaxMustPass);
    }
    question_.query.must_pass = Nodes(request_.must_pass_ids, "must_pass_ids");
    question_.avoided_by_request = WithDescendants(snapshot_, Nodes(request_.avoid_ids, "avoid_ids"));
    const std::vector<NodeIndex> allowed = Nodes(request_.allow_ids, "allow_ids");
    const auto is_asked_for = [&](NodeIndex node) {
      return Holds(allowed, node) || Holds(question_.query.must_pass, node) || Holds(question_.query.sources, node) ||
             Holds(question_.query.targets, node);
    };
    std::vector<NodeIndex> kept_off;
    for (const AvoidRule& rule : policy_.avoid_rules) {
      for (const std::string& id : rule.node_ids) {
        // An id that this ontology does not hold keeps nothing off.
        const absl::StatusOr<NodeIndex> node = FindNode(snapshot_, id, {}, true, nullptr);
        if (node.ok() && !is_asked_for(*node)) kept_off.push_back(*node);
      }
    }
    for (const NodeIndex node : WithDescendants(snapshot_, std::move(kept_off))) {
      if (!is_asked_for(node)) question_.avoided_by_policy.push_back(node);
    }
  }

  const Snapshot& snapshot_;
  const graph::Schema& schema_;
  const Policy& policy_;
  const PathRequest& request_;
  const PathLimits& limits_;
  std::vector<Notice>* notices_;
  const NamedPattern* named_ = nullptr;
  Question question_;
  graph::ErrorList errors_, over_limits_;
};

std::vector<NodeIndex> Without(const Snapshot& snapshot, const std::vector<NodeIndex>& ends,
                               const graph::PathQuery& query) {
  std::vector<NodeIndex> left;
  for (const NodeIndex node : ends) {
    const bool kind_is_in = query.kinds.empty() || query.kinds[graph::Number(snapshot.kind(node))];
    if (kind_is_in && !snapshot.IsObsolete(node) && !Holds(query.avoid, node)) left.push_back(node);
  }
  return left;
}

// The graph question, with the caller's avoided nodes or without. Ends that are excluded are left out: where that
// leaves no source or no target there is no question.
graph::PathQuery QueryOf(const Snapshot& snapshot, const Question& question, bool with_avoid_ids) {
  graph::PathQuery query = question.query;
  query.avoid = question.avoided_by_policy;
  if (with_avoid_ids) {
    query.avoid.insert(query.avoid.end(), question.avoided_by_request.begin(), question.avoided_by_request.end());
  }
  query.sources = Without(snapshot, query.sources, query);
  query.targets = Without(snapshot, query.targets, query);
  return query;
}

bool HasEnds(const graph::PathQuery& query) { return !query.sources.empty() && !query.targets.empty(); }

// The first constraint, in the fixed order, without which there is a path; empty where none of them alone helps, or
// where the budget ends before that is known.
absl::StatusOr<std::string> FindLoosening(const Snapshot& snapshot, const Question& question, const PathLimits& limits,
                                          graph::Budget& budget) {
  const graph::PathQuery asked = QueryOf(snapshot, question, true);
  const std::uint32_t more_hops =
      std::min({asked.max_hops + kLoosenedHops, limits.max_hops, static_cast<std::uint32_t>(kMaxHops)});
  struct Attempt {
    std::string_view field;
    bool in_force;
    std::function<graph::PathQuery()> query;
  };
  const auto with = [&](auto edit) {
    return [&asked, edit] {
      graph::PathQuery query = asked;
      edit(query);
      return query;
    };
  };
  const Attempt attempts[] = {
      {"min_certainty", asked.min_certainty != graph::Certainty::kUnset,
       with([](graph::PathQuery& query) { query.min_certainty = graph::Certainty::kUnset; })},
      {"min_modalities", asked.min_groups > 0, with([](graph::PathQuery& query) { query.min_groups = 0; })},
      {"pattern", asked.pattern.has_value(), with([](graph::PathQuery& query) { query.pattern.reset(); })},
      {"must_pass_ids", !asked.must_pass.empty(), with([](graph::PathQuery& query) { query.must_pass.clear(); })},
      {"avoid_ids", !question.avoided_by_request.empty(), [&] { return QueryOf(snapshot, question, false); }},
      {"max_hops", more_hops > asked.max_hops,
       with([more_hops](graph::PathQuery& query) { query.max_hops = more_hops; })},
  };
  for (const Attempt& attempt : attempts) {
    if (!attempt.in_force) continue;
    graph::PathQuery query = attempt.query();
    query.max_paths = 1;
    BRAID_ASSIGN_OR_RETURN(const graph::PathAnswer answer, graph::FindPaths(snapshot, query, budget));
    if (!answer.paths.empty()) return std::string(attempt.field);
    if (answer.cut_by != graph::Limit::kNone) break;
  }
  return std::string();
}

// Turns found paths into explained ones.
class Explainer {
 public:
  Explainer(const Snapshot& snapshot, const Policy& policy, const std::vector<std::string>& languages)
      : snapshot_(snapshot), costs_(snapshot, policy.weights), words_(snapshot, languages) {}

  ExplainedPath Explain(graph::FoundPath found) {
    ExplainedPath path;
    path.cost_micronats = found.cost;
    path.nodes = std::move(found.nodes);
    path.modalities = std::move(found.groups);
    std::uint64_t specificity = 0, length = 0;
    for (const graph::Hop& hop : found.hops) {
      path.hops.push_back(ExplainHop(hop));
      path.plausibility *= costs_.Plausibility(path.hops.back().edge.arc);
      specificity += hop.cost.specificity;
      length += hop.cost.length;
    }
    path.specificity = std::exp(-1e-6 * static_cast<double>(specificity));
    path.length_factor = std::exp(-1e-6 * static_cast<double>(length));
    AddCounterClaims(path);
    AddDiscords(CounterReason::kTension, "tension_with", path);
    AddDiscords(CounterReason::kConflict, "conflicts_with", path);
    path.explanation = words_.Explain(path);
    return path;
  }

 private:
  // The edge that a hop crosses. A symmetric one is stored one way and walked both.
  graph::EdgeEntry EdgeOf(const graph::Hop& hop) const {
    const NodeIndex subject = hop.reversed ? hop.to : hop.from;
    const NodeIndex object = hop.reversed ? hop.from : hop.to;
    const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(subject, hop.relation, object);
    return edge.has_value() ? *edge : *snapshot_.FindEdge(object, hop.relation, subject);
  }

  ExplainedHop ExplainHop(const graph::Hop& hop) const {
    ExplainedHop explained{hop, EdgeOf(hop), 1, {}, {}};
    const std::uint32_t strength = explained.edge.arc.strength;
    explained.strength = strength > 0 ? static_cast<double>(strength) / graph::kStrengthUnit
                                      : snapshot_.schema().relation(hop.relation).default_strength.value_or(1);
    explained.text = words_.HopText(hop, explained.edge);
    explained.rests_on = words_.RestsOn(explained.edge);
    return explained;
  }

  void AddCounterClaims(ExplainedPath& path) const {
    for (const ExplainedHop& hop : path.hops) {
      for (const graph::Claim& claim : hop.edge.claims) {
        if (claim.polarity == graph::Polarity::kSupports) continue;
        path.counter_evidence.push_back({CounterReason::kClaim, hop.edge, words_.CounterClaim(hop.edge, claim)});
      }
    }
  }

  void AddDiscords(CounterReason reason, std::string_view relation_name, ExplainedPath& path) const {
    const std::optional<RelationIndex> relation = snapshot_.schema().FindRelation(relation_name);
    if (!relation.has_value()) return;
    for (std::size_t i = 0; i < path.modalities.size(); ++i) {
      for (std::size_t j = i + 1; j < path.modalities.size(); ++j) {
        std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(path.modalities[i], *relation, path.modalities[j]);
        if (!edge.has_value()) edge = snapshot_.FindEdge(path.modalities[j], *relation, path.modalities[i]);
        if (edge.has_value()) path.counter_evidence.push_back({reason, *edge, words_.Discord(*edge)});
      }
    }
  }

  const Snapshot& snapshot_;
  graph::CostModel costs_;
  PathWords words_;
};

Outcome OutcomeOf(const graph::PathAnswer& answer) {
  if (!answer.paths.empty()) return Outcome::kFound;
  return answer.cut_by == graph::Limit::kNone ? Outcome::kNoPath : Outcome::kNotReached;
}

}  // namespace

absl::StatusOr<PathReply> FindIntegrativePaths(const Snapshot& snapshot, const Policy& policy,
                                               const PathRequest& request, const PathLimits& limits,
                                               graph::Budget& budget) {
  PathReply reply;
  BRAID_ASSIGN_OR_RETURN(const Question question, Reader(snapshot, policy, request, limits, &reply.notices).Read());
  reply.pattern = question.pattern;
  reply.max_path_count = question.max_paths;
  reply.max_hops = question.query.max_hops;
  reply.min_modalities = question.query.min_groups;
  reply.notices.push_back({NoticeReason::kGeneral, {}, "No client profile was given: the answer is general.", {}, {}});

  const graph::PathQuery query = QueryOf(snapshot, question, true);
  if (!HasEnds(query)) {
    reply.outcome = Outcome::kEndpointExcluded;
    return reply;
  }
  BRAID_ASSIGN_OR_RETURN(reply.search, graph::FindPaths(snapshot, query, budget));
  reply.outcome = OutcomeOf(reply.search);
  if (reply.outcome == Outcome::kNoPath) {
    BRAID_ASSIGN_OR_RETURN(reply.loosen, FindLoosening(snapshot, question, limits, budget));
  }
  Explainer explainer(snapshot, policy, request.languages);
  for (graph::FoundPath& path : reply.search.paths) reply.paths.push_back(explainer.Explain(std::move(path)));
  reply.search.paths.clear();
  return reply;
}

}  // namespace braid::ontology
