#include "ontology/path_question.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/pattern.h"
#include "ontology/question_reader.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Reason;
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

// Why no path may begin or end at `node`; empty: one may. What the policy keeps off is no reason: an end is asked for.
std::string_view WhyExcluded(const Snapshot& snapshot, NodeIndex node, const PathQuestion& question) {
  if (snapshot.IsObsolete(node)) return "obsolete";
  const std::vector<bool>& kinds = question.asked.kinds;
  if (!kinds.empty() && !kinds[graph::Number(snapshot.kind(node))]) return "not of the kinds asked for";
  if (Holds(question.avoided_by_request, node)) return "among `avoid_ids` or a kind of one of them";
  return {};
}

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
        notices_(notices),
        reader_(snapshot, policy, request.redirect, notices),
        errors_(reader_.errors()) {}

  absl::StatusOr<PathQuestion> Read() {
    ReadProfile();
    const std::vector<End> sources = Ends(request_.source_ids, "source_ids");
    const std::vector<End> targets = Ends(request_.target_ids, "target_ids");
    question_.asked.sources = NodesOf(sources);
    question_.asked.targets = NodesOf(targets);
    ReadPattern();
    ReadNumbers();
    question_.asked.kinds = reader_.Kinds(request_.kinds, request_.excluded_kinds);
    question_.asked.relations = reader_.Relations(request_.relations, request_.excluded_relations);
    ReadNodes();
    question_.asked.min_certainty = request_.min_certainty;
    question_.asked.distinct_nodes = request_.distinct_nodes;
    question_.asked.weights = policy_.weights;
    BRAID_RETURN_IF_ERROR(errors_.ToStatus());
    BRAID_RETURN_IF_ERROR(over_limits_.ToStatus());
    TellExcluded(sources);
    TellExcluded(targets);
    if (!request_.profile.has_value()) {
      Tell(NoticeReason::kGeneral, {}, "No client profile was given: the answer is general.");
    }
    return std::move(question_);
  }

 private:
  // An end that a path may have, and what of the request it comes from.
  struct End {
    NodeIndex node;
    std::string field;
    bool of_profile;  // read from the profile: no notice may name it
  };
  static std::vector<NodeIndex> NodesOf(const std::vector<End>& ends) {
    std::vector<NodeIndex> nodes;
    for (const End& end : ends) nodes.push_back(end.node);
    return nodes;
  }

  void Tell(NoticeReason reason, std::string field, std::string message) {
    notices_->push_back({reason, std::move(field), std::move(message), {}, {}});
  }

  void ReadProfile() {
    if (!request_.profile.has_value()) return;
    absl::StatusOr<ClientFocus> focus = ReadClientFocus(snapshot_, policy_, *request_.profile, notices_);
    errors_.Add(focus.status());
    if (focus.ok()) focus_ = *std::move(focus);
  }

  std::vector<End> Ends(const std::vector<std::string>& ids, std::string_view field) {
    std::vector<End> ends;
    if (ids.empty()) {
      errors_.Add({Reason::kFieldRequired,
                   std::string(field),
                   fmt::format("{} is empty; give 1 to {} ids", field, kMaxEnds),
                   {}});
    }
    if (ids.size() > kMaxEnds) {
      AddOutOfRange(field, static_cast<std::int64_t>(ids.size()), 1, static_cast<std::int64_t>(kMaxEnds));
      return ends;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::string at = fmt::format("{}[{}]", field, i);
      const absl::StatusOr<NodeIndex> node = FindNode(snapshot_, ids[i], at, request_.redirect, notices_);
      errors_.Add(node.status());
      if (node.ok()) AddEnds(*node, at, ends);
    }
    return ends;
  }

  // The node, or with a profile what it stands for.
  void AddEnds(NodeIndex node, const std::string& field, std::vector<End>& ends) {
    const std::vector<NodeIndex> meant = focus_.EndsFor(snapshot_, node);
    const bool of_profile = meant != std::vector<NodeIndex>{node};
    if (of_profile) {
      Tell(NoticeReason::kClientReading, field, fmt::format("{} stands for the client's own processes in it.", field));
    }
    for (const NodeIndex end : meant) {
      const auto is_same = [end](const End& other) { return other.node == end; };
      if (std::none_of(ends.begin(), ends.end(), is_same)) ends.push_back({end, field, of_profile});
    }
  }

  // No end is left out in silence.
  void TellExcluded(const std::vector<End>& ends) {
    for (const End& end : ends) {
      const std::string_view why = WhyExcluded(snapshot_, end.node, question_);
      if (why.empty()) continue;
      const std::string id(snapshot_.id(end.node));
      const std::string what = end.of_profile ? "A process of the client's" : fmt::format("`{}`", id);
      notices_->push_back({NoticeReason::kEndExcluded,
                           end.field,
                           fmt::format("{} is no end: it is {}.", what, why),
                           end.of_profile ? std::string() : id,
                           {}});
    }
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
    question_.pattern = named_ == nullptr ? asked : named_->pattern;
    absl::StatusOr<graph::Automaton> automaton = graph::CompilePattern(question_.pattern, schema_, policy_.definitions);
    if (automaton.ok()) {
      question_.asked.pattern = *std::move(automaton);
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
    graph::PathQuery& query = question_.asked;
    query.max_paths = Number("max_path_count", request_.max_path_count, kDefaultPaths, 1, kMaxPaths);
    query.max_hops =
        Number("max_hops", request_.max_hops, named_ == nullptr ? kDefaultHops : named_->default_max_hops, 1, kMaxHops);
    query.min_groups = Number("min_modalities", request_.min_modalities,
                              named_ == nullptr ? 0 : named_->default_min_modalities, 0, kMaxModalities);
    CheckLimit("max_path_count", query.max_paths, limits_.max_paths, "limits.max_paths");
    if (request_.given + query.max_paths > kMaxPathsInAll) {
      errors_.Add(
          {Reason::kValueOutOfRange,
           "max_path_count",
           fmt::format("max_path_count: {} after the {} paths of the pages before are more than {} in all; use {} "
                       "or fewer",
                       query.max_paths, request_.given, kMaxPathsInAll, kMaxPathsInAll - request_.given),
           {}});
    }
    query.diverse_share = request_.diverse_share;
    // Negated, so that a NaN is out of range.
    if (!(query.diverse_share >= 0 && query.diverse_share <= 1)) {
      errors_.Add({Reason::kValueOutOfRange,
                   "diverse_share",
                   fmt::format("diverse_share: {} is out of range; use 0 to 1", query.diverse_share),
                   {}});
    }
    // A pattern's own default is no wish of the caller's: the limit cuts it.
    if (!request_.max_hops.has_value()) query.max_hops = std::min(query.max_hops, limits_.max_hops);
    CheckLimit("max_hops", query.max_hops, limits_.max_hops, "limits.max_hops");
  }

  void ReadNodes() {
    if (request_.must_pass_ids.size() > kMaxMustPass) {
      AddOutOfRange("must_pass_ids", static_cast<std::int64_t>(request_.must_pass_ids.size()), 0, kMaxMustPass);
    }
    question_.asked.must_pass = reader_.Nodes(request_.must_pass_ids, "must_pass_ids");
    question_.avoided_by_request = WithDescendants(snapshot_, reader_.Nodes(request_.avoid_ids, "avoid_ids"));
    const std::vector<NodeIndex> allowed = reader_.Nodes(request_.allow_ids, "allow_ids");
    question_.avoided_by_policy = reader_.KeptOff(focus_, [&](NodeIndex node) {
      return Holds(allowed, node) || Holds(question_.asked.must_pass, node) || Holds(question_.asked.sources, node) ||
             Holds(question_.asked.targets, node);
    });
  }

  const Snapshot& snapshot_;
  const graph::Schema& schema_;
  const Policy& policy_;
  const PathRequest& request_;
  const PathLimits& limits_;
  std::vector<Notice>* notices_;
  const NamedPattern* named_ = nullptr;
  ClientFocus focus_;  // without a profile: of nobody, and everything stands for itself
  PathQuestion question_;
  QuestionReader reader_;
  graph::ErrorList& errors_;
  graph::ErrorList over_limits_;
};

}  // namespace

graph::PathQuery PathQuestion::Query(const Snapshot& snapshot, bool with_avoid_ids) const {
  graph::PathQuery query = asked;
  query.avoid = avoided_by_policy;
  if (with_avoid_ids) query.avoid.insert(query.avoid.end(), avoided_by_request.begin(), avoided_by_request.end());
  const auto is_excluded = [&](NodeIndex node) {
    const bool kind_is_in = query.kinds.empty() || query.kinds[graph::Number(snapshot.kind(node))];
    return !kind_is_in || snapshot.IsObsolete(node) || Holds(query.avoid, node);
  };
  std::erase_if(query.sources, is_excluded);
  std::erase_if(query.targets, is_excluded);
  return query;
}

bool HasEnds(const graph::PathQuery& query) { return !query.sources.empty() && !query.targets.empty(); }

absl::StatusOr<PathQuestion> ReadPathQuestion(const Snapshot& snapshot, const Policy& policy,
                                              const PathRequest& request, const PathLimits& limits,
                                              std::vector<Notice>* notices) {
  return Reader(snapshot, policy, request, limits, notices).Read();
}

absl::StatusOr<std::string> FindLoosening(const Snapshot& snapshot, const PathQuestion& question,
                                          const PathLimits& limits, graph::Budget& budget) {
  const graph::PathQuery asked = question.Query(snapshot);
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
      {"avoid_ids", !question.avoided_by_request.empty(), [&] { return question.Query(snapshot, false); }},
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

}  // namespace braid::ontology
