#include "graph/paths.h"

#include <string>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/path_search.h"

namespace braid::graph {
namespace {

constexpr std::uint32_t kMaxPaths = 1000;
constexpr std::uint32_t kMaxGroups = 4;
constexpr std::size_t kMaxMustPass = 3;

class QueryCheck {
 public:
  explicit QueryCheck(const Snapshot& snapshot) : snapshot_(snapshot) {}

  absl::Status Run(const PathQuery& query) {
    Require(!query.sources.empty(), Reason::kFieldRequired, "sources", "at least one node is needed");
    Require(!query.targets.empty(), Reason::kFieldRequired, "targets", "at least one node is needed");
    Range("max_paths", query.max_paths, 1, kMaxPaths);
    Range("max_hops", query.max_hops, 1, kMaxHops);
    Range("min_groups", query.min_groups, 0, kMaxGroups);
    Require(query.must_pass.size() <= kMaxMustPass, Reason::kValueOutOfRange, "must_pass",
            fmt::format("{} nodes; use at most {}", query.must_pass.size(), kMaxMustPass));
    Nodes("sources", query.sources);
    Nodes("targets", query.targets);
    Nodes("avoid", query.avoid);
    Nodes("must_pass", query.must_pass);
    const Schema& schema = snapshot_.schema();
    Require(query.kinds.empty() || query.kinds.size() == schema.kind_count(), Reason::kValueOutOfRange, "kinds",
            fmt::format("{} entries for {} kinds", query.kinds.size(), schema.kind_count()));
    Require(query.relations.empty() || query.relations.size() == schema.relation_count(), Reason::kValueOutOfRange,
            "relations", fmt::format("{} entries for {} relations", query.relations.size(), schema.relation_count()));
    Require(!query.pattern || query.pattern->Fits(schema), Reason::kValueOutOfRange, "pattern",
            "compiled against another schema");
    Require(query.diverse_share >= 0 && query.diverse_share <= 1, Reason::kValueOutOfRange, "diverse_share",
            fmt::format("{} is out of range; use 0 to 1", query.diverse_share));
    Require(IsValid(query.weights), Reason::kValueOutOfRange, "weights",
            "factors lie in (0, 1], the degree exponent is finite and not negative");
    return errors_.ToStatus();
  }

 private:
  void Require(bool holds, Reason reason, std::string_view field, std::string_view description) {
    if (!holds) Refuse(reason, field, description);
  }
  void Refuse(Reason reason, std::string_view field, std::string_view description) {
    errors_.Add(Violation{reason, std::string(field), fmt::format("{}: {}", field, description), {}});
  }
  void Range(std::string_view field, std::uint32_t value, std::uint32_t least, std::uint32_t most) {
    Require(value >= least && value <= most, Reason::kValueOutOfRange, field,
            fmt::format("{} is out of range; use {} to {}", value, least, most));
  }
  void Nodes(std::string_view field, const std::vector<NodeIndex>& nodes) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (Number(nodes[i]) < snapshot_.slot_count() && snapshot_.IsNode(nodes[i])) continue;
      Refuse(Reason::kValueOutOfRange, fmt::format("{}[{}]", field, i),
             fmt::format("slot {} holds no node", Number(nodes[i])));
    }
  }

  const Snapshot& snapshot_;
  ErrorList errors_;
};

}  // namespace

absl::StatusOr<PathSearch> PathSearch::Start(const Snapshot& snapshot, PathQuery query, Budget& budget) {
  return StartSearch(snapshot, std::move(query), budget, {});
}

absl::StatusOr<PathSearch> StartSearch(const Snapshot& snapshot, PathQuery query, Budget& budget,
                                       const PathTuning& tuning) {
  BRAID_RETURN_IF_ERROR(QueryCheck(snapshot).Run(query));
  return PathSearch::Begin(snapshot, std::move(query), budget, tuning);
}

absl::StatusOr<PathAnswer> FindPaths(const Snapshot& snapshot, const PathQuery& query, Budget& budget) {
  BRAID_RETURN_IF_ERROR(QueryCheck(snapshot).Run(query));
  return SearchPaths(snapshot, query, budget);
}

}  // namespace braid::graph
