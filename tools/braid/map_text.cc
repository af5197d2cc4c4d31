#include "tools/braid/map_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

#include "tools/braid/path_text.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

constexpr std::size_t kIndent = 3;

std::size_t Width(const Terminal& terminal) { return std::min<std::size_t>(terminal.width(), 120); }

std::string CostText(std::int64_t micronats) { return fmt::format("{:.3f}", static_cast<double>(micronats) / 1e6); }

// `► influences +`: along an edge, or against it, with its sign.
std::string HopText(const v1::Hop& hop) {
  const v1::Sign sign = hop.edge().sign();
  return fmt::format("{} {}{}", hop.reversed() ? "◄" : "►", hop.edge().key().relation(),
                     sign == v1::SIGN_PLUS    ? " +"
                     : sign == v1::SIGN_MINUS ? " −"
                                              : "");
}

// A map as the rows of a table, one a node, in the order of its edges.
class Tree {
 public:
  Tree(const v1::ConnectingMap& map, Table* table) : map_(map), table_(table) {
    for (const v1::Node& node : map.nodes()) nodes_[node.id()] = &node;
    for (const v1::Hop& edge : map.edges()) children_[edge.from_id()].push_back(&edge);
  }

  void Draw() {
    const std::string& root = map_.terminals(0).node_id();
    table_->AddRow({Name(root), nodes_.at(root)->kind(), "", "", "", ""});
    DrawBelow(root, "");
  }

 private:
  std::string Name(const std::string& id) const {
    const bool is_shared = std::find(map_.shared_ids().begin(), map_.shared_ids().end(), id) != map_.shared_ids().end();
    return nodes_.at(id)->preferred_label() + (is_shared ? " *" : "");
  }

  // A map has few nodes: the depth of the recursion is that of a tree which a person reads.
  void DrawBelow(const std::string& id, const std::string& margin) {
    const std::vector<const v1::Hop*>& hops = children_[id];
    for (std::size_t i = 0; i < hops.size(); ++i) {
      const v1::Hop& hop = *hops[i];
      const bool is_last = i + 1 == hops.size();
      table_->AddRow({margin + (is_last ? "└─ " : "├─ ") + Name(hop.to_id()), nodes_.at(hop.to_id())->kind(),
                      HopText(hop), NumberText(hop.strength()), CertaintyText(hop.edge().certainty()),
                      RestsOnText(hop)});
      DrawBelow(hop.to_id(), margin + (is_last ? "   " : "│  "));
    }
  }

  const v1::ConnectingMap& map_;
  Table* table_;
  std::map<std::string, const v1::Node*> nodes_;
  std::map<std::string, std::vector<const v1::Hop*>> children_;
};

std::string DrawPart(const v1::MapPart& part, const Terminal& terminal) {
  if (!part.has_map())
    return fmt::format("\nCut before any map of {} was found.\n", fmt::join(part.terminal_ids(), ", "));
  if (part.terminal_ids_size() == 1) return "\n" + Wrap(part.map().explanation(), kIndent, Width(terminal));
  std::string out = DrawMap(part.map(), terminal);
  if (part.alternatives().empty()) return out;
  out += terminal.Styled("\n   And if not through them?\n", Style::kBold);
  for (const v1::MapAlternative& other : part.alternatives()) {
    const std::string dearer =
        other.has_map()
            ? fmt::format(" Dearer by {}{}.", CostText(other.map().cost_micronats() - part.map().cost_micronats()),
                          other.map().gap() > 0 ? ", or less: the search was cut" : "")
            : std::string();
    out += Wrap("· " + other.text() + dearer, kIndent, Width(terminal));
  }
  return out;
}

std::string NoMapText(const v1::MapSummary& summary) {
  switch (summary.outcome()) {
    case v1::OUTCOME_NO_PATH:
      return "No two of them can be joined.\n";
    case v1::OUTCOME_ENDPOINT_EXCLUDED:
      return "Fewer than two of them are left: obsolete, or avoided.\n";
    case v1::OUTCOME_NOT_REACHED:
      return "Cut before any map was found. Raise --timeout or --max-work.\n";
    default:
      return {};
  }
}

}  // namespace

std::string DrawMap(const v1::ConnectingMap& map, const Terminal& terminal) {
  std::string cost = fmt::format("cost {}", CostText(map.cost_micronats()));
  if (map.gap() > 0) cost += fmt::format(", at most {:.0f} % above the best", 100 * map.gap() / (1 - map.gap()));
  std::string out = "\n" + Wrap(map.explanation(), kIndent, Width(terminal));
  Table table({{"map"},
               {"kind", false, Style::kDim},
               {"hop", false, Style::kCyan},
               {"strength", true},
               {"certainty"},
               {"rests on", false, Style::kDim}});
  Tree(map, &table).Draw();
  out += table.Text(terminal, kIndent);
  out += terminal.Styled(
      fmt::format("   {}{}\n", cost, map.shared_ids().empty() ? "" : "   * what several of them share"), Style::kDim);
  return out + DrawBeside(map.counter_evidence(), map.relationship_factors(), terminal);
}

std::string DrawMaps(const v1::MapSummary& summary, const Terminal& terminal) {
  std::string out = NoMapText(summary);
  if (out.empty()) {
    for (const v1::MapPart& part : summary.parts()) out += DrawPart(part, terminal);
  }
  if (!summary.loosen().empty()) {
    out += fmt::format("\nWithout the limit by `{}` they could all be joined.\n", summary.loosen());
  }
  const bool exact = summary.completeness().state() == v1::COMPLETENESS_STATE_EXACT;
  out += terminal.Styled(
      fmt::format(
          "\n{}, inside: {}; over: {} · {}\n"
          "A map of what problems share, for a formulation; not a plan. Strengths are the ontology's opinion.\n",
          exact ? "exact" : "truncated", fmt::join(summary.kinds(), ", "), fmt::join(summary.relations(), ", "),
          HeaderText(summary.header())),
      Style::kDim);
  return out;
}

}  // namespace braid::cli
