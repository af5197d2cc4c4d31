#include "ontology/map_words.h"

#include "fmt/format.h"

namespace braid::ontology {

using graph::NodeIndex;

namespace {

// `a`, `a or b`, `a, b or c`.
std::string Either(const std::vector<std::string>& items) {
  const std::string& last = items.back();
  const std::vector<std::string> others(items.begin(), items.end() - 1);
  return others.empty() ? last : fmt::format("{} or {}", fmt::join(others, ", "), last);
}

}  // namespace

std::string MapWords::Label(NodeIndex node) const { return std::string(snapshot_->PreferredLabel(node, *languages_)); }

std::vector<std::string> MapWords::Labels(const std::vector<NodeIndex>& nodes) const {
  std::vector<std::string> labels;
  for (const NodeIndex node : nodes) labels.push_back(Label(node));
  return labels;
}

bool MapWords::IsEndsOnly(NodeIndex node) const { return snapshot_->schema().kind(snapshot_->kind(node)).ends_only; }

// A terminal and by what it is on the map: its one neighbour where it hangs there, what stands for it where that is
// another.
std::string MapWords::Terminal(const ExplainedMap& map, std::size_t number) const {
  const NodeIndex terminal = map.terminals[number];
  const NodeIndex touch = map.touches[number];
  if (touch != terminal) return WithRemark(Label(terminal), "as " + Label(touch));
  for (const ExplainedHop& edge : map.edges) {
    if (!IsEndsOnly(touch) || (edge.hop.from != touch && edge.hop.to != touch)) continue;
    return WithRemark(Label(terminal), "through " + Label(edge.hop.from == touch ? edge.hop.to : edge.hop.from));
  }
  return Label(terminal);
}

std::string MapWords::Meeting(const ExplainedMap& map) const {
  if (!map.shared.empty()) return fmt::format("meet in {}", Listed(Labels(map.shared)));
  std::vector<NodeIndex> inner;
  for (const NodeIndex node : map.nodes) {
    if (!IsEndsOnly(node)) inner.push_back(node);
  }
  if (inner.size() == 1) return fmt::format("meet in {}", Label(inner.front()));
  return "hang together in one chain";
}

// What goes on between the nodes inside. Where a terminal hangs is said of the terminal.
std::string MapWords::Story(const ExplainedMap& map) const {
  std::string story;
  for (const ExplainedHop& edge : map.edges) {
    if (IsEndsOnly(edge.hop.from) || IsEndsOnly(edge.hop.to)) continue;
    story += fmt::format("{} {}", story.empty() ? ":" : ";", words_.Statement(edge.edge));
  }
  return story;
}

std::string MapWords::Explain(const ExplainedMap& map) const {
  if (map.terminals.size() == 1) return fmt::format("{} cannot be joined with the others.", Label(map.terminals[0]));
  if (map.edges.empty()) {
    return fmt::format("{} stands for {} alike.", Label(map.nodes.front()), Listed(Labels(map.terminals)));
  }
  std::vector<std::string> terminals;
  for (std::size_t i = 0; i < map.terminals.size(); ++i) terminals.push_back(Terminal(map, i));
  return fmt::format("{} {}{}. {}", Listed(terminals), Meeting(map), Story(map), words_.Support(map.edges));
}

std::string MapWords::Alternative(const ExplainedAlternative& alternative) const {
  const std::string without = Either(Labels(alternative.without));
  if (alternative.map.has_value()) {
    const ExplainedMap& map = *alternative.map;
    if (map.edges.empty()) {
      return fmt::format("If not through {}: {} stands for all of them.", without, Label(map.nodes.front()));
    }
    return fmt::format("If not through {}, they {}{}.", without, Meeting(map), Story(map));
  }
  std::vector<std::string> sets;
  for (const std::vector<NodeIndex>& set : alternative.joinable) sets.push_back(Listed(Labels(set)));
  return fmt::format("Without {} they fall apart: {}.", without, fmt::join(sets, "; "));
}

}  // namespace braid::ontology
