#include "tools/braid/path_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tools/braid/words.h"

namespace braid::cli {
namespace {

const v1::Node* FindNode(const v1::Path& path, const std::string& id) {
  for (const v1::Node& node : path.nodes()) {
    if (node.id() == id) return &node;
  }
  return nullptr;
}

std::string Label(const v1::Path& path, const std::string& id) {
  const v1::Node* node = FindNode(path, id);
  return node == nullptr ? id : node->preferred_label();
}

std::string KindOf(const v1::Path& path, const std::string& id) {
  const v1::Node* node = FindNode(path, id);
  return node == nullptr ? std::string() : node->kind();
}

// One line a node, each with the hop that led to it.
std::string DrawHops(const v1::Path& path, const Terminal& terminal) {
  if (path.hops().empty()) return {};
  Table table({{"hop", false, Style::kCyan},
               {"node"},
               {"kind", false, Style::kDim},
               {"strength", true},
               {"certainty"},
               {"rests on", false, Style::kDim}});
  const std::string& start = path.hops(0).from_id();
  table.AddRow({"", Label(path, start), KindOf(path, start), "", "", ""});
  for (const v1::Hop& hop : path.hops()) {
    const std::string& relation = hop.edge().key().relation();
    table.AddRow({hop.reversed() ? "◄ " + relation : "► " + relation, Label(path, hop.to_id()),
                  KindOf(path, hop.to_id()), NumberText(hop.strength()), CertaintyText(hop.edge().certainty()),
                  RestsOnText(hop)});
  }
  return table.Text(terminal, 3);
}

}  // namespace

std::string DrawPath(const v1::Path& path, int rank, const Terminal& terminal) {
  std::string modalities = fmt::format("{}", fmt::join(path.modality_labels(), " + "));
  std::string out = fmt::format(
      "\n{}. {}   {}\n", rank, terminal.Styled(modalities.empty() ? "no modality crossed" : modalities, Style::kBold),
      terminal.Styled(fmt::format("cost {:.3f} = plausibility {:.2g} × specificity {:.2g} × length {:.2g}",
                                  static_cast<double>(path.cost_micronats()) / 1e6, path.plausibility(),
                                  path.specificity(), path.length_factor()),
                      Style::kDim));
  out += Wrap(path.explanation(), 3, std::min<std::size_t>(terminal.width(), 120));
  out += DrawHops(path, terminal);
  return out + DrawBeside(path.counter_evidence(), path.relationship_factors(), terminal);
}

std::string DrawBeside(const google::protobuf::RepeatedPtrField<v1::CounterEvidence>& counter_evidence,
                       const google::protobuf::RepeatedPtrField<v1::RelationshipFactor>& factors,
                       const Terminal& terminal) {
  std::string out;
  for (const v1::CounterEvidence& counter : counter_evidence) {
    out += Wrap(terminal.Styled("Against: ", Style::kYellow) + counter.text(), 3,
                std::min<std::size_t>(terminal.width(), 120));
  }
  if (!factors.empty()) {
    std::vector<std::string> texts;
    for (const v1::RelationshipFactor& factor : factors) texts.push_back(factor.text());
    out += Wrap(terminal.Styled("Relationship: ", Style::kGreen) + fmt::format("{}.", fmt::join(texts, "; ")), 3,
                std::min<std::size_t>(terminal.width(), 120));
  }
  return out;
}

std::string RestsOnText(const v1::Hop& hop) { return hop.rests_on().substr(0, hop.rests_on().find(" (")); }

std::string NoPathText(v1::Outcome outcome, const std::string& loosen) {
  switch (outcome) {
    case v1::OUTCOME_FOUND:
      return "No other path.\n";
    case v1::OUTCOME_NO_PATH:
      return loosen.empty() ? "No path meets every constraint, and loosening one alone does not help.\n"
                            : fmt::format("No path meets every constraint. Without `{}` there is one.\n", loosen);
    case v1::OUTCOME_ENDPOINT_EXCLUDED:
      return "Every source, or every target, is excluded: obsolete, avoided, or not among the kinds asked for.\n";
    case v1::OUTCOME_NOT_REACHED:
      return "Cut before any path was certain. Raise --timeout or --max-work.\n";
    default:
      return "Nothing.\n";
  }
}

}  // namespace braid::cli
