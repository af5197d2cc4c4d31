// What every picture in SVG is made of.
//
// Lengths are in the picture's own units. Text comes in plain and is escaped here; `content` and `style` are markup.
//
// Thread safety: pure functions.

#ifndef BRAID_TOOLS_BRAID_SVG_H_
#define BRAID_TOOLS_BRAID_SVG_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/braid/session.h"

namespace braid::cli {

// `text` as character data or a quoted value. What XML cannot hold becomes U+FFFD.
std::string SvgEscaped(std::string_view text);

// The beginning of a document that ends with `</svg>`: its size; its title, and what it shows for those who do not see
// it (empty: no more than the title); its style, which is CSS as it is. Classes that are there: t title, h heading,
// d dim, r and m as below, a axis.
std::string SvgHead(double width, double height, std::string_view title, std::string_view description,
                    std::string_view style);

// `text` with its left end on the base line at (x, y); of class r its right end, of class m its middle.
std::string SvgText(double x, double y, std::string_view classes, std::string_view text);

std::string SvgLine(double x1, double y1, double x2, double y2, std::string_view classes);

// `content`, which is SVG, under a title that is shown where somebody points at it.
std::string SvgTitled(std::string_view title, std::string_view content);

// The first `characters` of `text`, and `…` where there are more.
std::string SvgShortened(std::string_view text, std::size_t characters);

// Writes a document to `file` (`-`: standard output). Where it cannot, standard error says so and how to go on.
ExitCode WriteSvg(const std::string& svg, const std::string& file);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_SVG_H_
