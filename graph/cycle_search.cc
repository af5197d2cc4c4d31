#include "graph/cycle_search.h"

#include <algorithm>
#include <utility>

namespace braid::graph {

std::vector<CycleSearch::Cycle> CycleSearch::From(Vertex start, std::vector<Vertex> first) {
  std::vector<Cycle> cycles;
  if (colours_[start] == Colour::kDone) return cycles;
  colours_[start] = Colour::kOpen;
  stack_.push_back({start, std::move(first)});
  while (!stack_.empty()) {
    Frame& top = stack_.back();
    if (top.next == top.successors.size()) {
      // The start was entered by `first` only, so another start may have to walk its other arcs.
      colours_[top.vertex] = stack_.size() == 1 ? Colour::kNew : Colour::kDone;
      stack_.pop_back();
      continue;
    }
    const Vertex vertex = top.successors[top.next++];
    Colour& colour = colours_[vertex];
    if (colour == Colour::kOpen) {
      cycles.push_back(CycleFrom(vertex));
    } else if (colour == Colour::kNew) {
      colour = Colour::kOpen;
      Frame frame{vertex, {}};
      successors_(vertex, frame.successors);
      stack_.push_back(std::move(frame));
    }
  }
  return cycles;
}

CycleSearch::Cycle CycleSearch::CycleFrom(Vertex vertex) const {
  const auto begin =
      std::find_if(stack_.begin(), stack_.end(), [&](const Frame& frame) { return frame.vertex == vertex; });
  Cycle cycle;
  for (auto it = begin; it != stack_.end(); ++it) cycle.push_back(it->vertex);
  return cycle;
}

}  // namespace braid::graph
