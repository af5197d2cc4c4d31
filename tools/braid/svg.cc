#include "tools/braid/svg.h"

#include <fmt/format.h>

#include <cstdio>

namespace braid::cli {
namespace {

// On light and on dark ground.
constexpr std::string_view kStyle =
    "text{font:13px system-ui,sans-serif;fill:#1b1f24}.t{font-size:17px;font-weight:600}.h{font-weight:600}"
    ".d{fill:#59636e}.r{text-anchor:end}.m{text-anchor:middle}.a{stroke:#8c959f;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.d{fill:#9198a1}.a{stroke:#656c76}}";

}  // namespace

std::string SvgEscaped(std::string_view text) {
  std::string out;
  for (const char character : text) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(character) < 0x20) {
          out += "\xEF\xBF\xBD";
        } else {
          out += character;
        }
    }
  }
  return out;
}

std::string SvgHead(double width, double height, std::string_view title, std::string_view description,
                    std::string_view style) {
  const std::string name = SvgEscaped(title);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-label=\"{2}\">\n"
      "<title>{2}</title>\n",
      width, height, name);
  if (!description.empty()) out += fmt::format("<desc>{}</desc>\n", SvgEscaped(description));
  return out + fmt::format("<style>{}{}</style>\n", kStyle, style);
}

std::string SvgText(double x, double y, std::string_view classes, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n", x, y, classes, SvgEscaped(text));
}

std::string SvgLine(double x1, double y1, double x2, double y2, std::string_view classes) {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2, y2,
                     classes);
}

std::string SvgTitled(std::string_view title, std::string_view content) {
  return fmt::format("<g><title>{}</title>\n{}</g>\n", SvgEscaped(title), content);
}

std::string SvgShortened(std::string_view text, std::size_t characters) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;  // UTF-8 goes on
    if (++seen > characters) return std::string(text.substr(0, at)) + "…";
  }
  return std::string(text);
}

ExitCode WriteSvg(const std::string& svg, const std::string& file) {
  if (file == "-") return std::fwrite(svg.data(), 1, svg.size(), stdout) == svg.size() ? kAnswer : kDamage;
  std::FILE* out = std::fopen(file.c_str(), "wb");
  const bool written = out != nullptr && std::fwrite(svg.data(), 1, svg.size(), out) == svg.size();
  if ((out == nullptr || std::fclose(out) == 0) && written) return kAnswer;
  fmt::print(stderr, "braid: cannot write {}; choose another file, or - for standard output\n", file);
  return kUsage;
}

}  // namespace braid::cli
