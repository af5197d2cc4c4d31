// Looks for circles through arcs that are about to be added to a graph without any. Private to graph/validate.cc.
//
// One depth-first search with three colours (Tarjan 1972) over all starts together: every vertex is expanded once,
// however many arcs are added.
//
// Thread safety: one search, one thread.

#ifndef BRAID_GRAPH_CYCLE_SEARCH_H_
#define BRAID_GRAPH_CYCLE_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

namespace braid::graph {

class CycleSearch {
 public:
  using Vertex = std::uint32_t;
  // Appends the successors of a vertex to a list.
  using Successors = std::function<void(Vertex, std::vector<Vertex>&)>;
  // A circle v0 → v1 → … → v0, without v0's repetition.
  using Cycle = std::vector<Vertex>;

  explicit CycleSearch(Successors successors) : successors_(std::move(successors)) {}

  // The circles that the search meets from `start` by `first`, some of its successors: all that are new to it. At least
  // one of the circles through each start and `first` is met before the search has been from every start, if there is
  // any; not every circle is listed, since there may be exponentially many.
  //
  // `first` alone, and not all successors, so that an arc added to a hub does not walk the hub; what it misses of
  // `start` is walked when another start leads there.
  std::vector<Cycle> From(Vertex start, std::vector<Vertex> first);

 private:
  enum class Colour : std::uint8_t { kNew, kOpen, kDone };
  struct Frame {
    Vertex vertex;
    std::vector<Vertex> successors;
    std::size_t next = 0;
  };

  Cycle CycleFrom(Vertex vertex) const;

  Successors successors_;
  std::unordered_map<Vertex, Colour> colours_;
  std::vector<Frame> stack_;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_CYCLE_SEARCH_H_
