// Tab-separated text as the seed is written in: a header, then one record a line.
//
//   file = header LF { line LF } ; cells are separated by one tab and there are as many as the header has
//   cell = text | list ; a list's items are separated by `|`; `\t` `\n` `\\` `\|` stand for a tab, a line feed, `\` and
//   `|`
//
// UTF-8 without a byte order mark, LF line ends, no blank lines: two files of one content are one sequence of bytes,
// and a diff shows what changed and nothing else.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_TSV_H_
#define BRAID_ONTOLOGY_TSV_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace braid::ontology {

// What is wrong, and where: counted from 1, columns in characters (Unicode code points).
struct TsvError {
  std::size_t line = 1;
  std::size_t column = 1;
  std::string message;
};

// A cell as it stands in the file, its escapes well formed.
struct TsvCell {
  std::string_view raw;
  std::size_t column = 1;

  bool empty() const { return raw.empty(); }
  std::string Text() const;                // with escapes replaced
  std::vector<std::string> Items() const;  // split at each `|`, with escapes replaced; none where empty
  bool HasBar() const;                     // a `|` that is not escaped: only a list may have one
};

struct TsvRow {
  std::size_t line = 1;
  std::vector<TsvCell> cells;  // as many as the header has
};

struct TsvTable {
  std::vector<TsvCell> header;  // names, each once
  std::vector<TsvRow> rows;

  // The place of the column `name`, if there is one.
  std::optional<std::size_t> Find(std::string_view name) const;
};

// Reads `content`, which the table's cells point into. A line that cannot be read is reported in `errors` and left out;
// with a header that cannot be read nothing else is.
TsvTable ReadTsv(std::string_view content, std::vector<TsvError>* errors);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_TSV_H_
