// What waits in a best-first search, least key first; of equal keys what was pushed first.
//
// The heap holds keys and numbers, and the items lie apart: a heap moves its entries about, and small ones move fast.

#ifndef BRAID_GRAPH_SEARCH_QUEUE_H_
#define BRAID_GRAPH_SEARCH_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace braid::graph {

template <typename Item>
class SearchQueue {
 public:
  bool empty() const { return heap_.empty(); }
  // REQUIRE: not empty.
  std::uint64_t least() const { return heap_.top().first; }
  Item Pop() {
    const std::uint32_t number = heap_.top().second;
    heap_.pop();
    return items_[number];
  }
  void Push(std::uint64_t key, const Item& item) {
    heap_.emplace(key, static_cast<std::uint32_t>(items_.size()));
    items_.push_back(item);
  }

 private:
  using Entry = std::pair<std::uint64_t, std::uint32_t>;
  std::vector<Item> items_;  // all that were ever pushed: as many as work units
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_SEARCH_QUEUE_H_
