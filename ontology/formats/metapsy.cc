#include "ontology/formats/metapsy.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "fmt/format.h"
#include "graph/error.h"
#include "graph/text.h"
#include "ontology/formats/csv.h"

namespace braid::ontology {
namespace {

MetapsyFormat Database(std::string_view name, std::string_view disorder, double sign) {
  MetapsyFormat format;
  format.name = name;
  format.disorder = disorder;
  format.sign = sign;
  return format;
}

MetapsyFormat Published(std::string_view name, std::string_view disorder) {
  MetapsyFormat format = Database(name, disorder, 1);
  format.delimiter = ',';
  format.decimal_comma = false;
  return format;
}

// The signs were found by comparing `.g` with the difference of the arms' means in every row that has both.
std::vector<MetapsyFormat> MakeFormats() {
  MetapsyFormat gad = Database("gad-psyctr", "generalised anxiety", -1);
  gad.risk_of_bias = "ROB";
  MetapsyFormat inpatients = Database("depression-inpatients", "depression in inpatients", -1);
  inpatients.reference = {};
  MetapsyFormat ocd = Database("ocd-psyctr", "obsessive-compulsive disorder", 1);
  ocd.risk_of_bias = "ROB";
  MetapsyFormat psychosis = Database("psychosis-psyctr", "psychosis", -1);
  psychosis.reference = "reference";
  MetapsyFormat suicide = Database("suicide-psyctr", "suicidal thoughts and behaviour", -1);
  suicide.reference = {};
  MetapsyFormat response = Database("total-response", "several", 1);
  response.intervention = "therapy";
  response.comparator = {};
  response.reference = "reference";
  MetapsyFormat published_psychosis = Published("psychosis", "psychosis");
  published_psychosis.reference = "reference";
  return {Database("borderline-psyctr", "borderline personality disorder", -1),
          Database("depression-anxiety-transdiagnostic", "depression and anxiety", 1),
          inpatients,
          Database("depression-psyctr", "depression", 1),
          gad,
          Database("grief-psyctr", "prolonged grief", 1),
          ocd,
          Database("panic-psyctr", "panic", -1),
          psychosis,
          Database("ptsd-psyctr", "post-traumatic stress", 1),
          Database("sad-psyctr", "social anxiety", 1),
          suicide,
          response,
          Published("borderline", "borderline personality disorder"),
          Published("depression", "depression"),
          Published("generalized_anxiety", "generalised anxiety"),
          Published("panic", "panic"),
          published_psychosis,
          Published("ptsd", "post-traumatic stress")};
}

bool IsMissing(std::string_view cell) { return cell.empty() || cell == "NA"; }

std::optional<double> ToNumber(std::string_view cell, bool decimal_comma) {
  std::string text(cell);
  if (decimal_comma) std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) return std::nullopt;
  return value;
}

class Reader {
 public:
  Reader(const MetapsyFormat& format, const CsvTable& table) : format_(format), table_(table) {}

  absl::StatusOr<MetapsyTable> Read() {
    MetapsyTable read{std::string(format_.name), std::string(format_.disorder), {}, {}};
    if (!table_.Find("study").has_value()) {
      return graph::MakeError(graph::Reason::kRecordInvalid, "line 1: there is no column `study`", "line 1");
    }
    for (const CsvRow& row : table_.rows) {
      BRAID_ASSIGN_OR_RETURN(MetapsyRow parsed, ReadRow(row));
      read.rows.push_back(std::move(parsed));
    }
    std::sort(missing_.begin(), missing_.end());
    missing_.erase(std::unique(missing_.begin(), missing_.end()), missing_.end());
    read.missing_columns = std::move(missing_);
    return read;
  }

 private:
  absl::StatusOr<MetapsyRow> ReadRow(const CsvRow& row) {
    MetapsyRow read;
    read.line = row.line;
    read.study = Text(row, "study");
    read.intervention = Text(row, format_.intervention);
    read.intervention_class = Text(row, "condition_arm1.lumped_category");
    read.comparator = Text(row, format_.comparator);
    read.multi_arm1 = Text(row, "multi_arm1");
    read.multi_arm2 = Text(row, "multi_arm2");
    read.instrument = Text(row, "instrument");
    read.outcome_type = Text(row, "outcome_type");
    read.rating = Text(row, "rating");
    read.time = Text(row, "time");
    read.format = Text(row, "format");
    read.country = Text(row, "country");
    read.risk_of_bias = Text(row, format_.risk_of_bias);
    read.reference = Text(row, format_.reference);
    if (const std::optional<double> year = Number(row, "year")) read.year = static_cast<int>(*year);
    read.mean_arm1 = Number(row, "mean_arm1");
    read.mean_arm2 = Number(row, "mean_arm2");
    read.n_arm1 = Number(row, "n_arm1");
    read.n_arm2 = Number(row, "n_arm2");
    BRAID_ASSIGN_OR_RETURN(read.g, Effect(row, ".g"));
    BRAID_ASSIGN_OR_RETURN(read.g_se, Effect(row, ".g_se"));
    const bool logs = table_.Find("logrr").has_value();
    BRAID_ASSIGN_OR_RETURN(read.log_risk_ratio, Effect(row, logs ? "logrr" : ".log_rr"));
    BRAID_ASSIGN_OR_RETURN(read.log_risk_ratio_se, Effect(row, logs ? "se.logrr" : ".log_rr_se"));
    if (read.g.has_value()) *read.g *= format_.sign;
    return read;
  }

  std::string_view Cell(const CsvRow& row, std::string_view column) {
    if (column.empty()) return {};
    const std::optional<std::size_t> at = table_.Find(column);
    if (!at.has_value()) {
      missing_.emplace_back(column);
      return {};
    }
    const std::string& cell = row.cells[*at];
    return IsMissing(cell) ? std::string_view() : cell;
  }
  std::string Text(const CsvRow& row, std::string_view column) { return std::string(Cell(row, column)); }

  // What describes a trial may be anything (`NR`, `1 or 2`): what is no number is missing.
  std::optional<double> Number(const CsvRow& row, std::string_view column) {
    return ToNumber(Cell(row, column), format_.decimal_comma);
  }

  // What is computed with is a number or missing.
  absl::StatusOr<std::optional<double>> Effect(const CsvRow& row, std::string_view column) {
    const std::string_view cell = Cell(row, column);
    if (cell.empty()) return std::optional<double>();
    const std::optional<double> value = ToNumber(cell, format_.decimal_comma);
    if (value.has_value()) return value;
    return graph::MakeError(
        graph::Reason::kRecordInvalid,
        fmt::format("line {}: `{}` in column `{}` is no number", row.line, graph::Printable(cell), column),
        fmt::format("line {}", row.line));
  }

  const MetapsyFormat& format_;
  const CsvTable& table_;
  std::vector<std::string> missing_;
};

}  // namespace

const std::vector<MetapsyFormat>& MetapsyFormats() {
  static const auto& formats = *new std::vector<MetapsyFormat>(MakeFormats());
  return formats;
}

const MetapsyFormat* FindMetapsyFormat(std::string_view name) {
  const std::vector<MetapsyFormat>& formats = MetapsyFormats();
  const auto at = std::find_if(formats.begin(), formats.end(), [&](const MetapsyFormat& f) { return f.name == name; });
  return at == formats.end() ? nullptr : &*at;
}

absl::StatusOr<MetapsyTable> ReadMetapsy(const MetapsyFormat& format, std::string_view content) {
  BRAID_ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(content, format.delimiter));
  return Reader(format, table).Read();
}

std::optional<Study> EffectOf(const MetapsyRow& row) {
  if (!row.g.has_value() || !row.g_se.has_value()) return std::nullopt;
  Study study{fmt::format("{}:{:06}", row.study, row.line), *row.g, *row.g_se * *row.g_se};
  if (!IsPoolable(study) || *row.g_se <= 0) return std::nullopt;
  return study;
}

}  // namespace braid::ontology
