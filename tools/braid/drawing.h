// An answer as a picture: nodes by kind, edges by relation, sign and strength, in Graphviz's language, and as SVG where
// Graphviz is installed.

#ifndef BRAID_TOOLS_BRAID_DRAWING_H_
#define BRAID_TOOLS_BRAID_DRAWING_H_

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "braid/v1/node.pb.h"
#include "tools/braid/session.h"

namespace CLI {  // NOLINT(readability-identifier-naming): as CLI11 has it
class App;
}

namespace braid::cli {

// `--dot` and `--svg` of a command: instead of the answer itself its picture goes to standard output.
struct DrawingFlags {
  bool dot = false;
  bool svg = false;
  bool wanted() const { return dot || svg; }
};
void AddDrawingFlags(CLI::App& command, DrawingFlags* flags);

// Each node and each edge once, in the order in which they came.
class Drawing {
 public:
  // `is_end`: one of the nodes that the question is about; drawn with a double line.
  void AddNode(const v1::Node& node, bool is_end);

  // An edge between two nodes that were added, laid out from `from` to `to`, its arrow from subject to object. Sign,
  // strength and certainty are in label, colour, width and dashes: green strengthens, red weakens, dashed is very low
  // or without a source. `strength` is the one that counted.
  void AddEdge(const v1::Edge& edge, const std::string& from, const std::string& to, double strength);

  // The whole of it under `title`.
  std::string Dot(const std::string& title) const;

 private:
  std::vector<std::string> statements_;
  std::set<std::string> nodes_;
  std::set<std::tuple<std::string, std::string, std::string>> edges_;  // subject, relation, object
};

// Prints `dot`, or what Graphviz makes of it. Without Graphviz says so and how to go on, and is kRefused.
ExitCode PrintDrawing(const std::string& dot, const DrawingFlags& flags);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_DRAWING_H_
