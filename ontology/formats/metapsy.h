// The tables of the Metapsy collaboration (metapsy.org): randomised trials of psychotherapy, one comparison a row.
//
// The most dangerous thing in them is the sign: the same `.g` means benefit in one table and harm in another. A
// MetapsyFormat says which, and how each table is written; what comes back has one convention, positive = the first arm
// did better. Columns are found by name, since every table has others.
//
// Two editions are known. The databases of `metapsy-project/data-<name>` (`depression-psyctr`): `;`, decimal comma. The
// rows behind a published synthesis of them, `MathiasHarrer/supersizing-meta-analysis` (`depression`): `,`, decimal
// point, always positive = benefit. Both are licensed under ODC-By 1.0: name the Metapsy collaboration where you use
// them.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_FORMATS_METAPSY_H_
#define BRAID_ONTOLOGY_FORMATS_METAPSY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ontology/evidence/meta_analysis.h"

namespace braid::ontology {

struct MetapsyFormat {
  std::string_view name;      // of the table, as its file is called: `gad-psyctr`
  std::string_view disorder;  // in words: `generalised anxiety`
  char delimiter = ';';
  bool decimal_comma = true;
  double sign = 1;  // of a benefit in `.g`: -1 where a negative one is
  // Columns that some tables call otherwise; empty: it has none.
  std::string_view intervention = "condition_arm1";
  std::string_view comparator = "condition_arm2";
  std::string_view risk_of_bias = "rob";
  std::string_view reference = "full_ref";
};

// All formats known, the databases first, by name.
const std::vector<MetapsyFormat>& MetapsyFormats();
// The one of this name, or nullptr.
const MetapsyFormat* FindMetapsyFormat(std::string_view name);

// One comparison. A text that is missing (`NA`, empty) is empty.
struct MetapsyRow {
  std::size_t line = 1;
  std::string study;
  std::string intervention;            // the therapy's code in this table
  std::string intervention_class;      // a broader word for it, where the table has one
  std::string comparator;              // the control's code
  std::string multi_arm1, multi_arm2;  // tell apart the arms of one study
  std::string instrument, outcome_type, rating, time, format, country, risk_of_bias, reference;
  std::optional<int> year;
  std::optional<double> g, g_se;                            // positive: the first arm did better
  std::optional<double> log_risk_ratio, log_risk_ratio_se;  // of response, as the table gives it
  std::optional<double> mean_arm1, mean_arm2, n_arm1, n_arm2;
};

struct MetapsyTable {
  std::string name;
  std::string disorder;
  std::vector<MetapsyRow> rows;
  std::vector<std::string> missing_columns;  // that a row could have held
};

// Reads a table of the format.
// Errors: as ReadCsv
//         kInvalidArgument  RECORD_INVALID  with its line: a `.g`, `.g_se`, `.log_rr` or `.log_rr_se` that is no
//         number; a table without a column `study`
absl::StatusOr<MetapsyTable> ReadMetapsy(const MetapsyFormat& format, std::string_view content);

// The effect of a row with its sampling variance; nullopt where it lacks one, or the standard error is not above 0.
std::optional<Study> EffectOf(const MetapsyRow& row);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_FORMATS_METAPSY_H_
