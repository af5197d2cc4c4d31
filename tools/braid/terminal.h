// How answers look in a terminal: tables, wrapped text, colour where a person reads it.
//
// Thread safety: none needed; one process, one thread.

#ifndef BRAID_TOOLS_BRAID_TERMINAL_H_
#define BRAID_TOOLS_BRAID_TERMINAL_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace braid::cli {

enum class ColorMode { kAuto, kAlways, kNever };

enum class Style { kPlain, kBold, kDim, kGreen, kYellow, kRed, kCyan };

// What the terminal can do. `kAuto` colours where standard output is a terminal and NO_COLOR is not set.
class Terminal {
 public:
  explicit Terminal(ColorMode mode);
  // Of a given width, whatever there is.
  Terminal(ColorMode mode, std::size_t width);

  // `text` in `style`, or as it is where there is no colour.
  std::string Styled(std::string_view text, Style style) const;

  // Columns: the terminal's, else $COLUMNS, else 120.
  std::size_t width() const { return width_; }

 private:
  bool color_;
  std::size_t width_;
};

// Columns that `text` takes, escape sequences aside, wide characters as two.
std::size_t DisplayWidth(std::string_view text);

// As much of `text` as `columns` hold, the last of them `…` where there is more. `columns` is at least 1.
std::string Shortened(std::string_view text, std::size_t columns);

// `text` broken at blanks into lines of at most `width` columns, each preceded by `indent` blanks.
std::string Wrap(std::string_view text, std::size_t indent, std::size_t width);

// A table with aligned columns and a header. Cells are plain text; a column may be aligned right, and styled.
class Table {
 public:
  struct Column {
    std::string title;
    bool right = false;
    Style style = Style::kPlain;
  };
  explicit Table(std::vector<Column> columns);
  void AddRow(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  // Every line preceded by `indent` blanks. A last column that does not fit the terminal is wrapped within its own
  // width.
  std::string Text(const Terminal& terminal, std::size_t indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_TERMINAL_H_
