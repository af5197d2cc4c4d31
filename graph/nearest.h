// Ids that a caller may have meant.
//
// Thread safety: pure function.

#ifndef BRAID_GRAPH_NEAREST_H_
#define BRAID_GRAPH_NEAREST_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/snapshot.h"

namespace braid::graph {

// At most `count` node ids near to `id` (a typo, a missing or wrong prefix, a label in the place of an id), nearest
// first, ties by id. Looks at most at 4 096 ids around the place of `id` in the order, so its cost does not grow with
// the graph.
//
//   more  ids to look at beside the snapshot's own: those that a change set is about to put
std::vector<std::string> NearestIds(const Snapshot& snapshot, std::string_view id, std::size_t count = 5,
                                    std::span<const std::string_view> more = {});

// At most `count` of `names` within a few edits of `name`, nearest first, ties by name: what to suggest for a misspelt
// kind, relation or attribute. O(names · length).
std::vector<std::string> NearestNames(std::span<const std::string_view> names, std::string_view name,
                                      std::size_t count = 3);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_NEAREST_H_
