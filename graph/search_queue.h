// What waits in a best-first search, least key first; of equal keys what was pushed first.
//
// The heap holds keys and numbers, and the items lie apart: a heap moves its entries about, and small ones move fast.

#ifndef BRAID_GRAPH_SEARCH_QUEUE_H_
#define BRAID_GRAPH_SEARCH_QUEUE_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace braid::graph {

template <typename Item>
class SearchQueue {
 public:
  bool empty() const { return heap_.empty(); }
  // REQUIRE: not empty.
  std::uint64_t least() const { return heap_.front().first; }
  Item Pop() {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    const std::uint32_t number = heap_.back().second;
    heap_.pop_back();
    return items_[number];
  }
  void Push(std::uint64_t key, const Item& item) {
    heap_.emplace_back(key, static_cast<std::uint32_t>(items_.size()));
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
    items_.push_back(item);
  }
  // Calls visit(key, item) for all that wait, in no order.
  template <typename Visit>
  void VisitAll(Visit visit) const {
    for (const Entry& entry : heap_) visit(entry.first, items_[entry.second]);
  }

 private:
  using Entry = std::pair<std::uint64_t, std::uint32_t>;
  std::vector<Item> items_;  // all that were ever pushed: as many as work units
  std::vector<Entry> heap_;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_SEARCH_QUEUE_H_
