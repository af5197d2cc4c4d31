#include "graph/path_search.h"

#include <memory>
#include <optional>
#include <utility>

#include "graph/path_engine.h"
#include "graph/snapshot_view.h"

namespace braid::graph {

class PathSearch::Engine {
 public:
  Engine(const Snapshot& snapshot, PathQuery query, Budget& budget, const PathTuning& tuning)
      : view_(snapshot, query.weights), paths_(view_, std::move(query), budget, tuning) {}

  PathEngine<SnapshotView>& paths() { return paths_; }

 private:
  SnapshotView view_;
  PathEngine<SnapshotView> paths_;
};

PathSearch::PathSearch(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
PathSearch::PathSearch(PathSearch&&) noexcept = default;
PathSearch& PathSearch::operator=(PathSearch&&) noexcept = default;
PathSearch::~PathSearch() = default;

PathSearch PathSearch::Begin(const Snapshot& snapshot, PathQuery query, Budget& budget, const PathTuning& tuning) {
  return PathSearch(std::make_unique<Engine>(snapshot, std::move(query), budget, tuning));
}

std::optional<FoundPath> PathSearch::Next() { return engine_->paths().Next(); }
PathSearchState PathSearch::state() const { return engine_->paths().state(); }

PathAnswer SearchPaths(const Snapshot& snapshot, const PathQuery& query, Budget& budget, const PathTuning& tuning) {
  PathSearch search = PathSearch::Begin(snapshot, query, budget, tuning);
  PathAnswer answer;
  while (answer.paths.size() < query.max_paths) {
    std::optional<FoundPath> path = search.Next();
    if (!path) break;
    answer.paths.push_back(*std::move(path));
  }
  static_cast<PathSearchState&>(answer) = search.state();
  return answer;
}

}  // namespace braid::graph
