#include "ontology/recommend/overrides.h"

#include <algorithm>
#include <string_view>

#include "fmt/format.h"

namespace braid::ontology {
namespace {

constexpr std::string_view kHowToAcknowledge =
    "acknowledge what excludes it by the id that `exclusions[].cause_id` of the answer without this override gives";

}  // namespace

OverrideLedger::OverrideLedger(const graph::Snapshot& snapshot, const std::vector<ExclusionOverride>& overrides)
    : snapshot_(snapshot) {
  for (const ExclusionOverride& each : overrides) applied_.push_back({each, {}});
  std::stable_sort(applied_.begin(), applied_.end(), [&](const AppliedOverride& a, const AppliedOverride& b) {
    return snapshot.id(a.override.technique) < snapshot.id(b.override.technique);
  });
}

bool OverrideLedger::SetsAside(const Exclusion& exclusion) {
  const auto is_open = [&](const AppliedOverride& each) {
    return each.override.technique == exclusion.technique && !each.exclusion.has_value();
  };
  auto applied = std::find_if(applied_.begin(), applied_.end(), [&](const AppliedOverride& each) {
    return is_open(each) && each.override.acknowledged_cause == exclusion.cause;
  });
  if (applied == applied_.end()) applied = std::find_if(applied_.begin(), applied_.end(), is_open);
  if (applied == applied_.end()) return false;
  const auto refuse = [&](std::string_view way_out) {
    const std::string_view id = snapshot_.id(exclusion.technique);
    errors_.Add({graph::Reason::kPreconditionFailed, fmt::format("overrides[{}]", applied->override.place),
                 fmt::format("{} is excluded because {}; {}", id, ClauseOf(exclusion.reason), way_out),
                 std::string(id)});
    return false;
  };
  if (exclusion.override_rule == OverrideRule::kNever) return refuse("that cannot be overridden: leave this out");
  const std::optional<graph::NodeIndex>& seen = applied->override.acknowledged_cause;
  const bool needs = exclusion.override_rule == OverrideRule::kWithAcknowledgement;
  if (seen.has_value() ? *seen != exclusion.cause : needs) return refuse(kHowToAcknowledge);
  applied->exclusion = exclusion;
  return true;
}

}  // namespace braid::ontology
