// Delimited text as spreadsheets and R write it: RFC 4180, with a delimiter of choice.
//
// Fields may stand in double quotes, in which a doubled quote is one and line breaks and delimiters are text. Lines end
// in LF, CRLF or CR, mixed; a byte order mark and blank lines are passed over. UTF-8 is not looked into.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_FORMATS_CSV_H_
#define BRAID_ONTOLOGY_FORMATS_CSV_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace braid::ontology {

struct CsvRow {
  std::size_t line = 1;            // where it begins
  std::vector<std::string> cells;  // as many as the header has
};

struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;

  // The first column of this name.
  std::optional<std::size_t> Find(std::string_view name) const;
};

// Errors: kInvalidArgument RECORD_INVALID, field `line 12`: a quote that is not closed, or text after a closed one; a
//         row with more or fewer cells than the header; no header
absl::StatusOr<CsvTable> ReadCsv(std::string_view content, char delimiter = ',');

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_FORMATS_CSV_H_
