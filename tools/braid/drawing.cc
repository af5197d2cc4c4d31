#include "tools/braid/drawing.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "tools/braid/words.h"

namespace braid::cli {
namespace {

constexpr std::size_t kLabelWidth = 22;  // columns, before a label goes on in the next line

struct Look {
  const char* kind;
  const char* shape;
  const char* fill;
};
constexpr Look kLooks[] = {{"dimension", "ellipse", "#ffe9a8"}, {"concern", "octagon", "#ffd3b0"},
                           {"process", "box", "#cfe3f7"},       {"technique", "hexagon", "#d5efcf"},
                           {"modality", "folder", "#e4d8f3"},   {"theory", "note", "#eeeeee"},
                           {"factor", "component", "#fbd9e5"}};
constexpr Look kOtherLook = {"", "box", "#ffffff"};

const Look& LookOf(const std::string& kind) {
  const auto* found =
      std::find_if(std::begin(kLooks), std::end(kLooks), [&](const Look& look) { return look.kind == kind; });
  return found == std::end(kLooks) ? kOtherLook : *found;
}

// `text` as a quoted string of the language, broken at blanks where a line would be longer than `most` columns.
std::string Quoted(const std::string& text, std::size_t most = std::string::npos) {
  std::string quoted = "\"";
  std::size_t width = 0;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (width > 0 && width + 1 + DisplayWidth(word) > most) {
      quoted += "\\n";
      width = 0;
    } else if (width > 0) {
      quoted += ' ';
      ++width;
    }
    for (const char c : word) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    width += DisplayWidth(word);
  }
  return quoted + "\"";
}

std::string_view ColorOf(v1::Sign sign) {
  if (sign == v1::SIGN_PLUS) return "#2e7d32";
  return sign == v1::SIGN_MINUS ? "#b71c1c" : "#555555";
}

std::string_view SignText(v1::Sign sign) {
  if (sign == v1::SIGN_PLUS) return " +";
  return sign == v1::SIGN_MINUS ? " −" : " ";
}

}  // namespace

void AddDrawingFlags(CLI::App& command, DrawingFlags* flags) {
  auto* dot = command.add_flag("--dot", flags->dot, "Draw the answer, in Graphviz's language, on standard output");
  command.add_flag("--svg", flags->svg, "Draw the answer as SVG on standard output (needs Graphviz)")->excludes(dot);
}

void Drawing::AddNode(const v1::Node& node, bool is_end) {
  if (!nodes_.insert(node.id()).second) return;
  const Look& look = LookOf(node.kind());
  statements_.push_back(fmt::format("  {} [label={}, shape={}, fillcolor=\"{}\"{}, tooltip={}];", Quoted(node.id()),
                                    Quoted(node.preferred_label(), kLabelWidth), look.shape, look.fill,
                                    is_end ? ", peripheries=2" : "", Quoted(node.id())));
}

void Drawing::AddEdge(const v1::Edge& edge, const std::string& from, const std::string& to, double strength) {
  const v1::EdgeKey& key = edge.key();
  if (!edges_.emplace(key.subject_id(), key.relation(), key.object_id()).second) return;
  const bool doubtful = edge.certainty() == v1::CERTAINTY_NO_SOURCE || edge.certainty() == v1::CERTAINTY_VERY_LOW;
  statements_.push_back(fmt::format(
      "  {} -> {} [label={}, color=\"{}\", penwidth={:.1f}{}{}, tooltip={}];", Quoted(from), Quoted(to),
      Quoted(fmt::format("{}{}{}", key.relation(), SignText(edge.sign()), NumberText(strength))), ColorOf(edge.sign()),
      0.8 + 2 * strength, doubtful ? ", style=dashed" : "", key.subject_id() == from ? "" : ", dir=back",
      Quoted(fmt::format("{} ({})", KeyText(key), CertaintyText(edge.certainty())))));
}

std::string Drawing::Dot(const std::string& title) const {
  return fmt::format(
      "digraph braid {{\n"
      "  graph [rankdir=LR, label={}, labelloc=t, fontname=\"Helvetica\"];\n"
      "  node [style=filled, fontname=\"Helvetica\", fontsize=11];\n"
      "  edge [fontname=\"Helvetica\", fontsize=9];\n"
      "{}\n"
      "}}\n",
      Quoted(title), fmt::join(statements_, "\n"));
}

ExitCode PrintDrawing(const std::string& dot, const DrawingFlags& flags) {
  if (!flags.svg) {
    std::fwrite(dot.data(), 1, dot.size(), stdout);
    return kAnswer;
  }
  // The commands are constant: nothing of the answer reaches the shell but as standard input of `dot`.
  if (std::system("command -v dot >/dev/null 2>&1") != 0) {  // NOLINT(concurrency-mt-unsafe): one thread
    fmt::print(stderr,
               "braid: --svg needs Graphviz, which is not installed here (no `dot` on the path).\n"
               "Install the package graphviz, or write --dot to a file and draw it where Graphviz is.\n");
    return kRefused;
  }
  std::FILE* graphviz = popen("dot -Tsvg", "w");
  if (graphviz == nullptr) return kDamage;
  const bool written = std::fwrite(dot.data(), 1, dot.size(), graphviz) == dot.size();
  return pclose(graphviz) == 0 && written ? kAnswer : kDamage;
}

}  // namespace braid::cli
