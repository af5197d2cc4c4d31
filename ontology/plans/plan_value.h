// What a set of candidates is worth, whether it may be a plan, and which of two plans comes first.
//
// Everything is worked out in the order of ids, so that neither the order of a request nor a compiler changes a bit;
// these files are compiled without contraction of floating point.
//
// Thread safety: a PlanModel is constant once made; any number of threads may share it.

#ifndef BRAID_ONTOLOGY_PLANS_PLAN_VALUE_H_
#define BRAID_ONTOLOGY_PLANS_PLAN_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ontology/plans/plan_problem.h"

namespace braid::ontology {

// An item of a model: its candidate's place in the order of ids.
using PlanItem = std::uint32_t;
using PlanItems = std::vector<PlanItem>;  // ascending, each once, unless said otherwise

// Values are compared as integers of this many a unit.
inline constexpr double kValueUnits = 1e9;
std::int64_t RoundedValue(double value);

// What comes first among plans: more slots filled; the greater value; more weight of needs that something is done for;
// fewer items; fewer sessions; then the ids.
struct PlanRank {
  int slots = 0;
  std::int64_t value = 0;           // RoundedValue
  std::int64_t covered_weight = 0;  // RoundedValue
  std::int64_t sessions = 0;
};

// F and what it is made of. value = benefit − modality_cost − burden − change_cost.
struct PlanParts {
  std::vector<double> covers;  // by need in order of ids: 1 − Π(1 − b), in [0, 1)
  double benefit = 0;          // Σ ŵ·cover
  double covered_weight = 0;   // Σ ŵ over the needs with some b > 0
  std::size_t opened = 0;      // modalities that are paid for
  double burden = 0;
  std::size_t changes = 0;  // |S Δ S0|
  double value = 0;
};

// A problem made ready: in order of ids, weights that sum to 1.
class PlanModel {
 public:
  struct Gain {
    std::uint32_t need = 0;
    double benefit = 0;
    double rest = 1;      // 1 − benefit
    double exponent = 0;  // −ln(rest)
  };
  struct Item {
    std::string id;
    std::uint32_t modality = 0;
    std::int64_t sessions = 0;
    double burden = 0;
    double linear = 0;        // what it adds to F beside cover and modalities: −burden, −λ or, of S0, +λ
    std::vector<Gain> gains;  // benefit > 0 only, by need
    std::uint64_t slots = 0;  // a bit each
    PlanItems requires_items;
    bool required = false;  // by some other
    bool home = false;
    bool in_force = false;
    PlanForce force = PlanForce::kFree;
    std::int64_t stage = 0;
  };

  // Errors: those of Validate.
  static absl::StatusOr<PlanModel> Make(const PlanProblem& problem);

  const std::vector<Item>& items() const { return items_; }
  const Item& item(PlanItem item) const { return items_[item]; }
  std::optional<PlanItem> Find(std::string_view id) const;
  const std::vector<std::string>& need_ids() const { return need_ids_; }
  const std::vector<double>& weights() const { return weights_; }  // ŵ; all 0 where every raw weight is
  double weight_sum() const { return weight_sum_; }                // of the raw weights
  bool in_conflict(PlanItem one, PlanItem other) const { return conflicts_[one * items_.size() + other]; }
  std::size_t max_items() const { return max_items_; }
  std::int64_t max_sessions() const { return max_sessions_; }
  double modality_cost() const { return modality_cost_; }
  double change_cost() const { return change_cost_; }
  bool has_home() const { return home_share_.has_value(); }
  std::size_t in_force_count() const { return in_force_count_; }
  const PlanItems& forced_in() const { return forced_in_; }

  // Whether `home` of `all` sessions is enough.
  bool EnoughHome(std::int64_t home, std::int64_t all) const {
    return !home_share_ ||
           RoundedValue(static_cast<double>(home)) >= RoundedValue(*home_share_ * static_cast<double>(all));
  }
  bool Feasible(const PlanItems& items) const;
  // `items` with what they require, and what that requires.
  PlanItems Closure(const PlanItems& items) const;

  std::size_t Opened(const PlanItems& items) const;
  PlanParts Parts(const PlanItems& items) const;
  PlanRank Rank(const PlanItems& items) const;
  std::int64_t Sessions(const PlanItems& items) const;

 private:
  PlanModel() = default;
  void TakeItems(const PlanProblem& problem);

  std::vector<Item> items_;
  std::vector<std::string> need_ids_;
  std::vector<double> weights_;
  double weight_sum_ = 0;
  std::vector<bool> conflicts_;  // items × items
  std::size_t max_items_ = 0;
  std::int64_t max_sessions_ = std::numeric_limits<std::int64_t>::max();
  std::optional<double> home_share_;
  double modality_cost_ = 0;
  double change_cost_ = 0;
  std::size_t in_force_count_ = 0;
  PlanItems forced_in_;
};

// Whether plan `one` comes before `other`; of two different plans exactly one does.
bool ComesBefore(const PlanRank& one, const PlanItems& one_items, const PlanRank& other, const PlanItems& other_items);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PLANS_PLAN_VALUE_H_
