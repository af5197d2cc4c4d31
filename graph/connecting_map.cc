#include "graph/connecting_map.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/group_steiner.h"
#include "graph/map_layer.h"
#include "graph/map_layer_view.h"
#include "graph/map_tree.h"
#include "graph/snapshot_view.h"

namespace braid::graph {

extern template MapLayer MapLayerOf<SnapshotView>(SnapshotView&, const MapQuery&, Budget&);

namespace {

class QueryCheck {
 public:
  explicit QueryCheck(const Snapshot& snapshot) : snapshot_(snapshot) {}

  absl::Status Run(const MapQuery& query) {
    const std::size_t count = query.terminals.size();
    Require(count >= 1 && count <= kMaxTerminals, Reason::kValueOutOfRange, "terminals",
            fmt::format("{} terminals; use 1 to {}", count, kMaxTerminals));
    for (std::size_t i = 0; i < count; ++i) {
      const std::string field = fmt::format("terminals[{}]", i);
      Require(!query.terminals[i].empty(), Reason::kFieldRequired, field, "at least one node is needed");
      Nodes(field, query.terminals[i]);
    }
    Nodes("avoid", query.avoid);
    const Schema& schema = snapshot_.schema();
    Require(query.kinds.empty() || query.kinds.size() == schema.kind_count(), Reason::kValueOutOfRange, "kinds",
            fmt::format("{} entries for {} kinds", query.kinds.size(), schema.kind_count()));
    Require(query.relations.empty() || query.relations.size() == schema.relation_count(), Reason::kValueOutOfRange,
            "relations", fmt::format("{} entries for {} relations", query.relations.size(), schema.relation_count()));
    Require(IsValid(query.weights), Reason::kValueOutOfRange, "weights",
            "factors lie in (0, 1], the degree exponent is finite and not negative");
    return errors_.ToStatus();
  }

 private:
  void Require(bool holds, Reason reason, std::string_view field, std::string_view description) {
    if (holds) return;
    errors_.Add(Violation{reason, std::string(field), fmt::format("{}: {}", field, description), {}});
  }
  void Nodes(std::string_view field, const std::vector<NodeIndex>& nodes) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      Require(Number(nodes[i]) < snapshot_.slot_count() && snapshot_.IsNode(nodes[i]), Reason::kValueOutOfRange,
              fmt::format("{}[{}]", field, i), fmt::format("slot {} holds no node", Number(nodes[i])));
    }
  }

  const Snapshot& snapshot_;
  ErrorList errors_;
};

}  // namespace

double CertifiedTree::gap() const {
  if (!tree.has_value()) return 1;
  if (exact()) return 0;
  return static_cast<double>(tree->cost - lower_bound) / static_cast<double>(tree->cost);
}

class MapSearch::Engine {
 public:
  Engine(MapLayer layer, bool alternatives, Budget& budget)
      : layer_(std::move(layer)), wants_alternatives_(alternatives), budget_(budget) {
    for (const MapLayer::Groups groups : layer_.groups) present_ = static_cast<MapLayer::Groups>(present_ | groups);
    auto joinable = layer_.cut ? std::nullopt : JoinableTerminals(layer_, present_, std::nullopt, budget_);
    if (joinable.has_value()) {
      parts_ = *std::move(joinable);
    } else if (layer_.terminal_count > 0) {
      // Cut before it was known what can be joined.
      parts_.emplace_back();
      for (std::size_t i = 0; i < layer_.terminal_count; ++i) parts_.back().push_back(i);
      at_ = 1;
    }
    found_.resize(parts_.size());
    trees_.resize(parts_.size());
  }

  const std::vector<std::vector<std::size_t>>& parts() const { return parts_; }

  std::optional<MapImprovement> Next() {
    for (; at_ < parts_.size() && !IsStopped(); ++at_, search_.reset()) {
      if (search_ == nullptr) {
        search_ = std::make_unique<GroupSteinerSearch>(layer_, parts_[at_], std::nullopt, budget_);
      }
      const bool is_better = search_->Improve();
      found_[at_] = Certified(*search_, parts_[at_]);
      trees_[at_] = search_->best();
      if (is_better) return MapImprovement{at_, found_[at_]};
    }
    return std::nullopt;
  }

  MapAnswer Finish() {
    while (Next().has_value()) {
    }
    MapAnswer answer;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      answer.parts.push_back({parts_[i], found_[i], {}});
      if (!wants_alternatives_ || !trees_[i].has_value() || parts_[i].size() == 1) continue;
      FindAlternatives(*trees_[i], &answer.parts.back(), &answer.untried);
    }
    for (std::size_t i = 0; i < layer_.terminal_count; ++i) {
      if (!layer_.cut && (present_ >> i & 1U) == 0) answer.excluded.push_back(i);
    }
    answer.cut_by = budget_.stopped_by();
    answer.work_used = budget_.work_used();
    return answer;
  }

 private:
  bool IsStopped() const { return budget_.stopped_by() != Limit::kNone; }

  CertifiedTree Certified(const GroupSteinerSearch& search, const std::vector<std::size_t>& terminals) const {
    CertifiedTree certified;
    if (search.best().has_value()) certified.tree = ConnectingTreeOf(layer_, *search.best(), terminals);
    if (search.lower_bound() != GroupSteinerSearch::kNever) {
      certified.lower_bound = MapLayer::Micronats(search.lower_bound());
    }
    return certified;
  }

  // An alternative while it may still turn out to be a duplicate.
  struct Other {
    MapAlternative alternative;
    LayerTree tree;
    // What cannot be joined comes last, by the node.
    std::tuple<bool, std::uint64_t, const std::vector<std::uint32_t>&, const std::vector<std::uint32_t>&> Key() const {
      return {!alternative.best.tree.has_value(), tree.cost, tree.nodes, tree.links};
    }
  };

  void FindAlternatives(const LayerTree& best, MapPart* part, std::vector<NodeIndex>* untried) {
    std::vector<Other> others;
    for (const std::uint32_t node : AvoidableNodes(layer_, best)) {
      std::optional<Other> other = IsStopped() ? std::nullopt : Without(node, part->terminals);
      if (!other.has_value()) {
        untried->push_back(layer_.nodes[node]);
        continue;
      }
      const auto same = std::find_if(others.begin(), others.end(), [&](const Other& known) {
        return other->alternative.best.tree.has_value() && known.alternative.best.tree.has_value() &&
               known.tree.links == other->tree.links && known.tree.nodes == other->tree.nodes;
      });
      if (same == others.end()) {
        others.push_back(*std::move(other));
      } else {
        // What is certain whichever of them is left out.
        same->alternative.without.push_back(layer_.nodes[node]);
        same->alternative.best.lower_bound =
            std::min(same->alternative.best.lower_bound, other->alternative.best.lower_bound);
      }
    }
    std::stable_sort(others.begin(), others.end(), [](const Other& a, const Other& b) { return a.Key() < b.Key(); });
    for (Other& other : others) part->alternatives.push_back(std::move(other.alternative));
  }

  // Nullopt: cut before anything was known.
  std::optional<Other> Without(std::uint32_t node, const std::vector<std::size_t>& terminals) {
    GroupSteinerSearch search(layer_, terminals, node, budget_);
    while (search.Improve()) {
    }
    Other other;
    other.alternative.without = {layer_.nodes[node]};
    other.alternative.best = Certified(search, terminals);
    if (search.best().has_value()) {
      other.tree = *search.best();
      return other;
    }
    if (search.cut()) return std::nullopt;
    MapLayer::Groups among = 0;
    for (const std::size_t terminal : terminals) among = static_cast<MapLayer::Groups>(among | 1U << terminal);
    auto joinable = JoinableTerminals(layer_, among, node, budget_);
    if (!joinable.has_value()) return std::nullopt;
    other.alternative.joinable = *std::move(joinable);
    return other;
  }

  const MapLayer layer_;
  const bool wants_alternatives_;
  Budget& budget_;
  MapLayer::Groups present_ = 0;  // terminals that a node of the layer stands for
  std::vector<std::vector<std::size_t>> parts_;
  std::vector<CertifiedTree> found_;             // by part
  std::vector<std::optional<LayerTree>> trees_;  // the same
  std::size_t at_ = 0;                           // the part that is searched
  std::unique_ptr<GroupSteinerSearch> search_;
};

absl::StatusOr<MapSearch> MapSearch::Start(const Snapshot& snapshot, const MapQuery& query, Budget& budget) {
  BRAID_RETURN_IF_ERROR(QueryCheck(snapshot).Run(query));
  SnapshotView view(snapshot, query.weights);
  return MapSearch(MapLayerOf(view, query, budget), query.alternatives, budget);
}

MapSearch::MapSearch(MapLayer layer, bool alternatives, Budget& budget)
    : engine_(std::make_unique<Engine>(std::move(layer), alternatives, budget)) {}

const std::vector<std::vector<std::size_t>>& MapSearch::parts() const { return engine_->parts(); }
std::optional<MapImprovement> MapSearch::Next() { return engine_->Next(); }
MapAnswer MapSearch::Finish() { return engine_->Finish(); }

MapSearch::MapSearch(MapSearch&&) noexcept = default;
MapSearch& MapSearch::operator=(MapSearch&&) noexcept = default;
MapSearch::~MapSearch() = default;

absl::StatusOr<MapAnswer> FindConnectingMap(const Snapshot& snapshot, const MapQuery& query, Budget& budget) {
  BRAID_ASSIGN_OR_RETURN(MapSearch search, MapSearch::Start(snapshot, query, budget));
  return search.Finish();
}

}  // namespace braid::graph
