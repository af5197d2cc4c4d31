#include "ontology/integrative_paths.h"

#include <cmath>
#include <utility>

#include "graph/error.h"
#include "graph/weights.h"
#include "ontology/path_words.h"

namespace braid::ontology {
namespace {

using graph::Snapshot;

// Turns found paths into explained ones.
class Explainer {
 public:
  // All outlive it.
  Explainer(const Snapshot& snapshot, const Policy& policy, const std::vector<std::string>& languages)
      : snapshot_(snapshot),
        policy_(policy),
        languages_(languages),
        costs_(snapshot, policy.weights),
        words_(snapshot, languages) {}

  ExplainedPath Explain(graph::FoundPath found) {
    ExplainedPath path;
    path.cost_micronats = found.cost;
    path.nodes = std::move(found.nodes);
    path.modalities = std::move(found.groups);
    std::uint64_t specificity = 0, length = 0;
    for (const graph::Hop& hop : found.hops) {
      path.hops.push_back(ExplainHop(snapshot_, hop, languages_));
      path.plausibility *= costs_.Plausibility(path.hops.back().edge.arc);
      specificity += hop.cost.specificity;
      length += hop.cost.length;
    }
    path.specificity = std::exp(-1e-6 * static_cast<double>(specificity));
    path.length_factor = std::exp(-1e-6 * static_cast<double>(length));
    path.counter_evidence = CounterEvidenceTo(snapshot_, path.hops, path.modalities, languages_);
    path.relationship_factors = FactorsBeside(snapshot_, policy_, path.nodes, languages_);
    path.explanation = words_.Explain(path);
    return path;
  }

 private:
  const Snapshot& snapshot_;
  const Policy& policy_;
  const std::vector<std::string>& languages_;
  graph::CostModel costs_;
  PathWords words_;
};

}  // namespace

class IntegrativeSearch::Engine {
 public:
  Engine(const Snapshot& snapshot, const Policy& policy, const PathRequest& request, const PathLimits& limits,
         graph::Budget& budget)
      : snapshot_(snapshot),
        limits_(limits),
        budget_(budget),
        languages_(request.languages),
        given_before_(request.given),
        explainer_(snapshot, policy, languages_) {}

  absl::Status Start(const Policy& policy, const PathRequest& request) {
    BRAID_ASSIGN_OR_RETURN(question_, ReadPathQuestion(snapshot_, policy, request, limits_, &notices_));
    graph::PathQuery query = question_.Query(snapshot_);
    if (!HasEnds(query)) return absl::OkStatus();
    BRAID_ASSIGN_OR_RETURN(search_, graph::PathSearch::Start(snapshot_, std::move(query), budget_));
    return absl::OkStatus();
  }

  std::optional<ExplainedPath> Next() {
    while (search_.has_value() && given_ < given_before_ + question_.asked.max_paths) {
      std::optional<graph::FoundPath> path = search_->Next();
      if (!path.has_value()) break;
      // The order of answers is total, so the pages before were the first paths of this same search.
      if (++given_ > given_before_) return explainer_.Explain(*std::move(path));
    }
    return std::nullopt;
  }

  absl::StatusOr<PathSummary> Finish() {
    PathSummary summary;
    summary.pattern = question_.pattern;
    summary.max_path_count = question_.asked.max_paths;
    summary.max_hops = question_.asked.max_hops;
    summary.min_modalities = question_.asked.min_groups;
    summary.notices = std::move(notices_);
    summary.given = std::max(given_, given_before_);
    if (search_.has_value()) summary.search = search_->state();
    summary.outcome = OutcomeOf(summary.search);
    summary.more_may_exist = MoreMayExist(summary);
    if (summary.outcome == Outcome::kNoPath) {
      BRAID_ASSIGN_OR_RETURN(summary.loosen, FindLoosening(snapshot_, question_, limits_, budget_));
    }
    return summary;
  }

 private:
  Outcome OutcomeOf(const graph::PathSearchState& search) const {
    if (!search_.has_value()) return Outcome::kEndpointExcluded;
    if (given_ > given_before_) return Outcome::kFound;
    if (search.cut_by != graph::Limit::kNone) return Outcome::kNotReached;
    return given_before_ > 0 ? Outcome::kFound : Outcome::kNoPath;
  }

  // A search that ties ended ends there every time.
  bool MoreMayExist(const PathSummary& summary) const {
    if (summary.given >= kMaxPathsInAll || summary.search.cut_by == graph::Limit::kTies) return false;
    return summary.search.cut_by != graph::Limit::kNone || summary.search.lower_bound.has_value();
  }

  const Snapshot& snapshot_;
  const PathLimits limits_;
  graph::Budget& budget_;
  const std::vector<std::string> languages_;
  const std::size_t given_before_;
  Explainer explainer_;
  std::vector<Notice> notices_;
  PathQuestion question_;
  std::optional<graph::PathSearch> search_;  // unset: there is no source, or no target
  std::size_t given_ = 0;                    // by this search, what the pages before had included
};

IntegrativeSearch::IntegrativeSearch(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
IntegrativeSearch::IntegrativeSearch(IntegrativeSearch&&) noexcept = default;
IntegrativeSearch& IntegrativeSearch::operator=(IntegrativeSearch&&) noexcept = default;
IntegrativeSearch::~IntegrativeSearch() = default;

absl::StatusOr<IntegrativeSearch> IntegrativeSearch::Start(const Snapshot& snapshot, const Policy& policy,
                                                           const PathRequest& request, const PathLimits& limits,
                                                           graph::Budget& budget) {
  auto engine = std::make_unique<Engine>(snapshot, policy, request, limits, budget);
  BRAID_RETURN_IF_ERROR(engine->Start(policy, request));
  return IntegrativeSearch(std::move(engine));
}
std::optional<ExplainedPath> IntegrativeSearch::Next() { return engine_->Next(); }
absl::StatusOr<PathSummary> IntegrativeSearch::Finish() { return engine_->Finish(); }

absl::StatusOr<PathReply> FindIntegrativePaths(const Snapshot& snapshot, const Policy& policy,
                                               const PathRequest& request, const PathLimits& limits,
                                               graph::Budget& budget) {
  BRAID_ASSIGN_OR_RETURN(IntegrativeSearch search, IntegrativeSearch::Start(snapshot, policy, request, limits, budget));
  std::vector<ExplainedPath> paths;
  while (std::optional<ExplainedPath> path = search.Next()) paths.push_back(*std::move(path));
  BRAID_ASSIGN_OR_RETURN(PathSummary summary, search.Finish());
  return PathReply{std::move(summary), std::move(paths)};
}

}  // namespace braid::ontology
