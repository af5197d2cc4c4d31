#include "tools/braid/explanation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "tools/braid/words.h"

namespace braid::cli {
namespace {

constexpr std::size_t kIndent = 3;

std::size_t Width(const Terminal& terminal) { return std::min<std::size_t>(terminal.width(), 120); }

class Explanation {
 public:
  Explanation(const v1::ExplainResponse& reply, const Terminal& terminal)
      : reply_(reply), explanation_(reply.explanation()), terminal_(terminal) {}

  std::string Draw() {
    Heading(fmt::format("{} ({})", LabelOf(explanation_.technique_id()), explanation_.technique_id()));
    Line(explanation_.text());
    if (explanation_.exclusion().has_caution()) Line(explanation_.exclusion().caution().note());
    if (explanation_.has_technique()) Why(explanation_.technique());
    if (!explanation_.changes().empty()) {
      Heading("\nWhat would bring it in, all else equal");
      for (const v1::PlanChange& change : explanation_.changes()) Line("· " + change.text());
    }
    out_ += terminal_.Styled(
        "\n" + HeaderText(reply_.header()) + "\n" + Wrap(reply_.note_on_use(), 0, Width(terminal_)), Style::kDim);
    return out_;
  }

 private:
  void Heading(const std::string& text) { out_ += terminal_.Styled(text + "\n", Style::kBold); }
  void Line(const std::string& text) {
    if (!text.empty()) out_ += Wrap(text, kIndent, Width(terminal_));
  }

  std::string LabelOf(const std::string& id) const {
    const auto& nodes = reply_.nodes();
    const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const v1::Node& node) { return node.id() == id; });
    return found == nodes.end() ? id : found->preferred_label();
  }

  void Why(const v1::RecommendedTechnique& technique) {
    Heading("\nWhat speaks for it and against it");
    Line(technique.text());
    for (const v1::NeedBenefit& benefit : technique.benefits()) {
      Line(fmt::format("· {} ({}): {}", LabelOf(benefit.need_id()), NumberText(benefit.benefit()),
                       benefit.witness().text()));
    }
    for (const v1::ConcernBenefit& benefit : technique.evidence()) {
      Line(fmt::format("· {}: {}", LabelOf(benefit.concern_id()), benefit.summary()));
    }
    if (!technique.benefits().empty()) {
      out_ += terminal_.Styled("   In brackets how far it alone would meet the need: a ranking aid.\n", Style::kDim);
    }
  }

  const v1::ExplainResponse& reply_;
  const v1::TechniqueExplanation& explanation_;
  const Terminal& terminal_;
  std::string out_;
};

}  // namespace

std::string DrawExplanation(const v1::ExplainResponse& reply, const Terminal& terminal) {
  return Explanation(reply, terminal).Draw();
}

}  // namespace braid::cli
