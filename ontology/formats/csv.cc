#include "ontology/formats/csv.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"

namespace braid::ontology {
namespace {

absl::Status LineError(std::size_t line, std::string_view what) {
  return graph::MakeError(graph::Reason::kRecordInvalid, fmt::format("line {}: {}", line, what),
                          fmt::format("line {}", line));
}

class Scanner {
 public:
  Scanner(std::string_view content, char delimiter) : rest_(content), delimiter_(delimiter) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) rest_.remove_prefix(kByteOrderMark.size());
  }

  bool done() const { return rest_.empty(); }

  // The next record. REQUIRES: !done().
  absl::StatusOr<CsvRow> Next() {
    CsvRow row;
    row.line = line_;
    do {
      std::string& cell = row.cells.emplace_back();
      BRAID_RETURN_IF_ERROR(ReadCell(cell));
    } while (Skip(delimiter_));
    EndLine();
    return row;
  }

 private:
  bool Skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // A line break at the place, of any kind: none, or its bytes.
  std::size_t BreakHere() const {
    if (rest_.empty() || (rest_[0] != '\r' && rest_[0] != '\n')) return 0;
    return rest_.substr(0, 2) == "\r\n" ? 2 : 1;
  }
  void EndLine() {
    const std::size_t bytes = BreakHere();
    rest_.remove_prefix(bytes);
    if (bytes > 0) ++line_;
  }

  absl::Status ReadCell(std::string& cell) {
    if (!Skip('"')) {
      const std::size_t end = std::min(rest_.find_first_of(std::string{delimiter_, '\r', '\n'}), rest_.size());
      cell = rest_.substr(0, end);
      rest_.remove_prefix(end);
      return absl::OkStatus();
    }
    const std::size_t opened = line_;
    while (!rest_.empty()) {
      if (Skip('"')) {
        if (Skip('"')) {
          cell += '"';
          continue;
        }
        if (rest_.empty() || rest_.front() == delimiter_ || BreakHere() > 0) return absl::OkStatus();
        return LineError(line_, "text follows a closed quote; put the whole field in quotes");
      }
      if (const std::size_t bytes = BreakHere(); bytes > 0) {
        cell += '\n';
        EndLine();
        continue;
      }
      cell += rest_.front();
      rest_.remove_prefix(1);
    }
    return LineError(opened, "a quote is not closed");
  }

  std::string_view rest_;
  char delimiter_;
  std::size_t line_ = 1;
};

bool IsBlank(const CsvRow& row) { return row.cells.size() == 1 && row.cells[0].empty(); }

}  // namespace

std::optional<std::size_t> CsvTable::Find(std::string_view name) const {
  const auto at = std::find(header.begin(), header.end(), name);
  if (at == header.end()) return std::nullopt;
  return static_cast<std::size_t>(at - header.begin());
}

absl::StatusOr<CsvTable> ReadCsv(std::string_view content, char delimiter) {
  Scanner scanner(content, delimiter);
  CsvTable table;
  while (!scanner.done()) {
    BRAID_ASSIGN_OR_RETURN(CsvRow row, scanner.Next());
    if (IsBlank(row)) continue;
    if (table.header.empty()) {
      table.header = std::move(row.cells);
      continue;
    }
    if (row.cells.size() != table.header.size()) {
      return LineError(row.line, fmt::format("{} cells, and the header has {}", row.cells.size(), table.header.size()));
    }
    table.rows.push_back(std::move(row));
  }
  if (table.header.empty()) return LineError(1, "there is no header");
  return table;
}

}  // namespace braid::ontology
