#include "ontology/connecting_map.h"

#include <algorithm>
#include <utility>

#include "graph/error.h"
#include "ontology/map_words.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

// Turns trees into explained maps.
class Explainer {
 public:
  // All outlive it.
  Explainer(const Snapshot& snapshot, const Policy& policy, const std::vector<std::string>& languages)
      : snapshot_(snapshot), policy_(policy), languages_(languages), words_(snapshot, languages) {}

  ExplainedMap Explain(const graph::CertifiedTree& best, std::vector<NodeIndex> terminals) const {
    const graph::ConnectingTree& tree = *best.tree;
    ExplainedMap map;
    map.terminals = std::move(terminals);
    map.touches = tree.touches;
    map.cost_micronats = tree.cost;
    map.lower_bound_micronats = best.lower_bound;
    map.gap = best.gap();
    map.nodes = tree.nodes;
    map.shared = tree.branching;
    for (const graph::Hop& hop : tree.edges) map.edges.push_back(ExplainHop(snapshot_, hop, languages_));
    map.modalities = ModalitiesOf(tree.nodes);
    map.counter_evidence = CounterEvidenceTo(snapshot_, map.edges, map.modalities, languages_);
    map.relationship_factors = FactorsBeside(snapshot_, policy_, tree.nodes, languages_);
    map.explanation = words_.Explain(map);
    return map;
  }

  ExplainedAlternative Explain(const graph::MapAlternative& other, const std::vector<NodeIndex>& part_terminals,
                               const std::vector<NodeIndex>& terminals) const {
    ExplainedAlternative explained;
    explained.without = other.without;
    if (other.best.tree.has_value()) explained.map = Explain(other.best, part_terminals);
    for (const std::vector<std::size_t>& set : other.joinable) {
      std::vector<NodeIndex>& nodes = explained.joinable.emplace_back();
      for (const std::size_t terminal : set) nodes.push_back(terminals[terminal]);
    }
    explained.text = words_.Alternative(explained);
    return explained;
  }

 private:
  std::vector<NodeIndex> ModalitiesOf(const std::vector<NodeIndex>& nodes) const {
    std::vector<NodeIndex> modalities;
    for (const NodeIndex node : nodes) {
      const NodeIndex group = snapshot_.group(node);
      if (group == graph::kNoNode) continue;
      if (std::find(modalities.begin(), modalities.end(), group) == modalities.end()) modalities.push_back(group);
    }
    return modalities;
  }

  const Snapshot& snapshot_;
  const Policy& policy_;
  const std::vector<std::string>& languages_;
  const MapWords words_;
};

}  // namespace

class ConnectingMapSearch::Engine {
 public:
  Engine(const Snapshot& snapshot, const Policy& policy, const MapRequest& request, graph::Budget& budget)
      : snapshot_(snapshot),
        policy_(policy),
        request_(request),
        budget_(budget),
        explainer_(snapshot, policy, request_.languages) {}

  absl::Status Start(std::size_t max_terminals) {
    BRAID_ASSIGN_OR_RETURN(question_, ReadMapQuestion(snapshot_, policy_, request_, max_terminals, &notices_));
    BRAID_ASSIGN_OR_RETURN(search_, graph::MapSearch::Start(snapshot_, question_.Query(), budget_));
    return absl::OkStatus();
  }

  std::optional<ExplainedMap> Next() {
    while (std::optional<graph::MapImprovement> better = search_->Next()) {
      std::vector<NodeIndex> terminals = Named(search_->parts()[better->part]);
      if (terminals.size() > 1) return explainer_.Explain(better->best, std::move(terminals));
    }
    return std::nullopt;
  }

  absl::StatusOr<MapSummary> Finish() {
    const graph::MapAnswer answer = search_->Finish();
    MapSummary summary;
    for (const graph::MapPart& part : answer.parts) summary.parts.push_back(Explain(part));
    summary.left_out = Named(answer.excluded);
    summary.untried = answer.untried;
    summary.cut_by = answer.cut_by;
    summary.work_used = answer.work_used;
    summary.outcome = OutcomeOf(summary);
    summary.kinds = question_.kinds;
    summary.relations = question_.relations;
    if (answer.parts.size() > 1) {
      BRAID_ASSIGN_OR_RETURN(summary.loosen, FindMapLoosening(snapshot_, policy_, request_, question_, budget_));
    }
    summary.notices = std::move(notices_);
    return summary;
  }

 private:
  std::vector<NodeIndex> Named(const std::vector<std::size_t>& terminals) const {
    std::vector<NodeIndex> nodes;
    for (const std::size_t terminal : terminals) nodes.push_back(question_.terminals[terminal]);
    return nodes;
  }

  ExplainedMapPart Explain(const graph::MapPart& part) const {
    ExplainedMapPart explained;
    explained.terminals = Named(part.terminals);
    if (part.best.tree.has_value()) explained.map = explainer_.Explain(part.best, explained.terminals);
    for (const graph::MapAlternative& other : part.alternatives) {
      explained.alternatives.push_back(explainer_.Explain(other, explained.terminals, question_.terminals));
    }
    return explained;
  }

  static Outcome OutcomeOf(const MapSummary& summary) {
    std::size_t present = 0;
    for (const ExplainedMapPart& part : summary.parts) {
      present = std::max(present, part.terminals.size());
      if (part.terminals.size() > 1 && part.map.has_value()) return Outcome::kFound;
    }
    if (summary.cut_by != graph::Limit::kNone && present > 1) return Outcome::kNotReached;
    return summary.parts.size() < 2 ? Outcome::kEndpointExcluded : Outcome::kNoPath;
  }

  const Snapshot& snapshot_;
  const Policy& policy_;
  const MapRequest request_;
  graph::Budget& budget_;
  const Explainer explainer_;
  std::vector<Notice> notices_;
  MapQuestion question_;
  std::optional<graph::MapSearch> search_;
};

ConnectingMapSearch::ConnectingMapSearch(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
ConnectingMapSearch::ConnectingMapSearch(ConnectingMapSearch&&) noexcept = default;
ConnectingMapSearch& ConnectingMapSearch::operator=(ConnectingMapSearch&&) noexcept = default;
ConnectingMapSearch::~ConnectingMapSearch() = default;

absl::StatusOr<ConnectingMapSearch> ConnectingMapSearch::Start(const Snapshot& snapshot, const Policy& policy,
                                                               const MapRequest& request, std::size_t max_terminals,
                                                               graph::Budget& budget) {
  auto engine = std::make_unique<Engine>(snapshot, policy, request, budget);
  BRAID_RETURN_IF_ERROR(engine->Start(max_terminals));
  return ConnectingMapSearch(std::move(engine));
}
std::optional<ExplainedMap> ConnectingMapSearch::Next() { return engine_->Next(); }
absl::StatusOr<MapSummary> ConnectingMapSearch::Finish() { return engine_->Finish(); }

}  // namespace braid::ontology
