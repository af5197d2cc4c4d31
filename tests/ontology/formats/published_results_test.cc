// The published results of the Metapsy synthesis (MathiasHarrer/supersizing-meta-analysis), from its own rows with its
// own settings: random effects by REML, plain Knapp–Hartung interval with k-1 degrees of freedom, no rule for few
// studies; where effects of one study arm are joined first, by generalised least squares with correlation 0.6, numbers
// by their mean and words by the one most often given.

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "ontology/evidence/meta_analysis.h"
#include "ontology/formats/csv.h"
#include "ontology/formats/metapsy.h"
#include "tests/ontology/formats/metapsy_data.h"

namespace braid::ontology {
namespace {

constexpr double kCorrelation = 0.6;
constexpr double kTolerance = 0.01;

std::string Gunzip(const std::string& compressed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 32), Z_OK);  // 32: a gzip header
  std::string input = compressed, text, part(1U << 16U, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(part, 0, part.size() - stream.avail_out);
  }
  EXPECT_EQ(status, Z_STREAM_END);
  inflateEnd(&stream);
  return text;
}

// What the published code did to a table before it pooled.
struct Comparison {
  MetapsyRow row;
  Study study;
  std::optional<double> risk;  // in numbers, more = better
};

std::optional<double> RiskInNumbers(const std::string& disorder, const std::string& risk) {
  if (disorder == "ptsd") return risk == "Low" || risk == "Some Concerns" ? 1 : 0;
  if (risk.empty()) return std::nullopt;
  return std::strtod(risk.c_str(), nullptr);
}

std::vector<Comparison> LoadDisorder(const std::string& disorder) {
  const std::string file = "metapsy-pooled/" + disorder + (disorder == "depression" ? ".csv.gz" : ".csv");
  std::string text = ReadOutsideFile(file);
  if (disorder == "depression") text = Gunzip(text);
  const absl::StatusOr<MetapsyTable> table = ReadMetapsy(*FindMetapsyFormat(disorder), text);
  EXPECT_TRUE(table.ok()) << table.status();
  std::vector<Comparison> comparisons;
  for (const MetapsyRow& row : table->rows) {
    const std::optional<Study> study = EffectOf(row);
    if (!study.has_value() || row.format == "ush") continue;  // unguided self-help is left out
    comparisons.push_back({row, *study, RiskInNumbers(disorder, row.risk_of_bias)});
  }
  return comparisons;
}

std::string MostFrequent(const std::vector<const Comparison*>& group, std::string MetapsyRow::*field) {
  std::string best;
  std::ptrdiff_t most = 0;
  for (const Comparison* one : group) {
    const std::ptrdiff_t count = std::count_if(
        group.begin(), group.end(), [&](const Comparison* other) { return other->row.*field == one->row.*field; });
    if (count > most) {
      most = count;
      best = one->row.*field;
    }
  }
  return best;
}

std::optional<double> MeanRisk(const std::vector<const Comparison*>& group) {
  double sum = 0;
  int count = 0;
  for (const Comparison* one : group) {
    if (!one->risk.has_value()) continue;
    sum += *one->risk;
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional<double>(sum / count);
}

// One effect for each arm of each study.
std::vector<Comparison> JoinArms(const std::vector<Comparison>& comparisons) {
  std::map<std::pair<std::string, std::string>, std::vector<const Comparison*>> groups;
  for (const Comparison& one : comparisons) groups[{one.row.study, one.row.multi_arm1}].push_back(&one);
  std::vector<Comparison> joined;
  for (const auto& [arm, group] : groups) {
    std::vector<Study> outcomes;
    for (const Comparison* one : group) outcomes.push_back(one->study);
    Comparison& one = joined.emplace_back(*group.front());
    one.study = CombineOutcomes(outcomes, kCorrelation, CombineMethod::kGeneralizedLeastSquares);
    one.row.intervention = MostFrequent(group, &MetapsyRow::intervention);
    one.row.intervention_class = MostFrequent(group, &MetapsyRow::intervention_class);
    one.risk = MeanRisk(group);
  }
  return joined;
}

std::vector<Comparison> OneAStudy(const std::vector<Comparison>& comparisons, bool highest) {
  std::map<std::string, Comparison> one_each;
  for (const Comparison& one : comparisons) {
    const auto [at, is_new] = one_each.emplace(one.row.study, one);
    if (is_new) continue;
    const double held = at->second.study.effect;
    if (highest ? one.study.effect > held : one.study.effect < held) at->second = one;
  }
  std::vector<Comparison> chosen;
  for (auto& [study, one] : one_each) chosen.push_back(std::move(one));
  return chosen;
}

std::optional<Pooled> PoolAsPublished(const std::vector<Comparison>& comparisons) {
  PoolingOptions options;
  options.interval = IntervalMethod::kHartungKnapp;
  options.small_k_rules = false;
  std::vector<Study> studies;
  for (const Comparison& one : comparisons) studies.push_back(one.study);
  return Pool(studies, options);
}

struct Expected {
  std::string name;
  std::size_t k = 0;
  double g = 0, low = 0, high = 0;
};

Expected ExpectedOf(std::string name, const std::string& k, const std::string& g, const std::string& interval) {
  Expected expected{std::move(name), static_cast<std::size_t>(std::strtod(k.c_str(), nullptr)),
                    std::strtod(g.c_str(), nullptr), 0, 0};
  EXPECT_EQ(std::sscanf(interval.c_str(), "[%lf; %lf]", &expected.low, &expected.high), 2) << interval;
  return expected;
}

// Empty where the two agree.
std::string Difference(const Expected& want, const std::optional<Pooled>& got) {
  if (!got.has_value()) return fmt::format("{}: nothing to pool, published k = {}", want.name, want.k);
  const double rounding = kTolerance + 1e-9;
  if (got->study_count == want.k && std::abs(got->mean - want.g) <= rounding &&
      std::abs(got->interval.low - want.low) <= rounding && std::abs(got->interval.high - want.high) <= rounding) {
    return {};
  }
  return fmt::format("{}: k {} g {:.3f} [{:.3f}; {:.3f}], published k {} g {:.2f} [{:.2f}; {:.2f}]", want.name,
                     got->study_count, got->mean, got->interval.low, got->interval.high, want.k, want.g, want.low,
                     want.high);
}

class Cells {
 public:
  explicit Cells(const std::string& file) : table_(ReadCsv(ReadOutsideFile(file), '\t').value()) {}
  const std::vector<CsvRow>& rows() const { return table_.rows; }
  std::string At(const CsvRow& row, const char* column) const { return row.cells[*table_.Find(column)]; }

 private:
  CsvTable table_;
};

const std::vector<Comparison>& Disorder(const std::string& name) {
  static std::map<std::string, std::vector<Comparison>> loaded;
  const auto at = loaded.find(name);
  return at != loaded.end() ? at->second : loaded.emplace(name, LoadDisorder(name)).first->second;
}

std::optional<std::vector<Comparison>> RowsOfModel(const std::string& disorder, const std::string& model) {
  const std::vector<Comparison>& all = Disorder(disorder);
  if (model == "Overall") return all;
  if (model == "Combined") return JoinArms(all);
  if (model == "One ES/study (lowest)") return OneAStudy(all, false);
  if (model == "One ES/study (highest)") return OneAStudy(all, true);
  double above = 0;
  if (std::sscanf(model.c_str(), "Only rob > %lf", &above) != 1) return std::nullopt;
  std::vector<Comparison> kept;
  for (Comparison& one : JoinArms(all)) {
    if (one.risk.has_value() && *one.risk > above) kept.push_back(std::move(one));
  }
  return kept;
}

TEST(PublishedResults, PooledEffectsOfSixDisorders) {
  if (!PublishedDataIsThere()) GTEST_SKIP() << kNoMetapsyData;
  const Cells cells("metapsy-pooled/expected_pooled.tsv");
  std::size_t compared = 0;
  for (const CsvRow& row : cells.rows()) {
    const std::string disorder = cells.At(row, "disorder"), model = cells.At(row, "model");
    const std::optional<std::vector<Comparison>> comparisons = RowsOfModel(disorder, model);
    if (!comparisons.has_value()) continue;  // outliers, influence and three levels are not what Pool computes
    ++compared;
    EXPECT_EQ(
        Difference(ExpectedOf(disorder + ", " + model, cells.At(row, "k"), cells.At(row, "g"), cells.At(row, "g.ci")),
                   PoolAsPublished(*comparisons)),
        "");
  }
  // Overall, lowest, highest, low risk of bias: 24 rows; and six of Combined.
  EXPECT_EQ(compared, 30U);
}

bool IsOfControl(const std::string& disorder, const std::string& control, const std::string& comparator) {
  if (disorder == "ptsd") return comparator == (control == "wl" ? "Waitlist" : "TAU");
  return comparator == control || (control == "wl" && comparator == "wlc");
}

// The published code puts variants of a therapy together before it divides psychosis into groups.
void Recode(const std::string& disorder, std::vector<Comparison>& comparisons) {
  if (disorder != "psychosis") return;
  const std::map<std::string, std::string> names = {{"CBTp", "CBT"},  {"CBT_CAT", "CBT"}, {"CRSS", "CR"},
                                                    {"CRmeta", "CR"}, {"CR_CRSS", "CR"},  {"CR_SST", "CR"}};
  for (Comparison& one : comparisons) {
    const auto at = names.find(one.row.intervention);
    if (at != names.end()) one.row.intervention = at->second;
  }
}

TEST(PublishedResults, SubgroupsOfTherapyWithinControl) {
  if (!PublishedDataIsThere()) GTEST_SKIP() << kNoMetapsyData;
  const Cells cells("metapsy-pooled/expected_subgroups.tsv");
  std::vector<std::string> differences;
  for (const CsvRow& row : cells.rows()) {
    const std::string disorder = cells.At(row, "disorder"), control = cells.At(row, "control");
    const std::string group = cells.At(row, "group");
    std::vector<Comparison> comparisons;
    for (const Comparison& one : Disorder(disorder)) {
      if (IsOfControl(disorder, control, one.row.comparator)) comparisons.push_back(one);
    }
    Recode(disorder, comparisons);
    const bool by_class = cells.At(row, "variable") == "condition_arm1.lumped_category";
    std::vector<Comparison> members;
    for (const Comparison& one : JoinArms(comparisons)) {
      if ((by_class ? one.row.intervention_class : one.row.intervention) == group) members.push_back(one);
    }
    const std::string difference =
        Difference(ExpectedOf(disorder + ", " + group + " against " + control, cells.At(row, "n_comp"),
                              cells.At(row, "g"), cells.At(row, "g_ci")),
                   PoolAsPublished(members));
    if (!difference.empty()) differences.push_back(difference);
  }
  EXPECT_EQ(cells.rows().size(), 66U);
  for (const std::string& difference : differences) fmt::print("differs: {}\n", difference);
  fmt::print("{} of {} subgroups as published\n", cells.rows().size() - differences.size(), cells.rows().size());
  EXPECT_TRUE(differences.empty());
}

}  // namespace
}  // namespace braid::ontology
