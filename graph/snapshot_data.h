// What a snapshot holds: pages and indexes, each sharing what did not change with the snapshots before. Private to the
// snapshot and its builder.

#ifndef BRAID_GRAPH_SNAPSHOT_DATA_H_
#define BRAID_GRAPH_SNAPSHOT_DATA_H_

#include <cstddef>
#include <memory>

#include "graph/ids.h"
#include "graph/page.h"
#include "graph/persistent_set.h"
#include "graph/persistent_vector.h"
#include "graph/record.h"
#include "graph/schema.h"

namespace braid::graph {

constexpr std::size_t PageOf(NodeIndex index) { return Number(index) / kPageNodes; }
constexpr std::size_t SlotOf(NodeIndex index) { return Number(index) % kPageNodes; }

// Copying is O(1). The bare pointers of the indexes are kept alive by `pages` (graph/record.h).
struct SnapshotData {
  Revision revision{};
  std::shared_ptr<const Schema> schema;
  PersistentVector<NodePage> pages;  // null: a page of free slots
  std::size_t slot_count = 0;        // one more than the last slot taken
  std::size_t node_count = 0;
  std::size_t edge_count = 0;
  PersistentSet<const NodeRecord*, RecordById> by_id;
  PersistentSet<const NodeRecord*, RecordByKind> by_kind;
  PersistentSet<const Term*, TermOrder> terms;
  PersistentSet<DocumentPtr, DocumentByName> documents;

  const NodePage& page(std::size_t number) const {
    const NodePage* page = pages.Get(number);
    return page != nullptr ? *page : NodePage::Empty();
  }
  const Slot& slot(NodeIndex index) const { return page(PageOf(index)).slots->slots[SlotOf(index)]; }
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_SNAPSHOT_DATA_H_
