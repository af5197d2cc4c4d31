#include "tests/ontology/shipped.h"

#include <optional>
#include <string>
#include <utility>

#include "graph/error.h"
#include "graph/snapshot_builder.h"
#include "graph/validate.h"
#include "gtest/gtest.h"
#include "ontology/rules.h"
#include "ontology/seed.h"

namespace braid::ontology {
namespace {

class Slots : public graph::SlotAllocator {
 public:
  graph::NodeIndex Take() override { return graph::NodeIndex{next_++}; }

 private:
  std::uint32_t next_ = 0;
};

std::string AllViolations(const absl::Status& status) {
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  if (!info.has_value()) return status.ToString();
  std::string text;
  for (const graph::Violation& violation : info->violations) text += violation.description + "\n";
  return text;
}

graph::SnapshotPtr LoadShipped() {
  const absl::StatusOr<Seed> seed = ReadSeed(std::string(BRAID_SOURCE_DIR) + "/ontology");
  EXPECT_TRUE(seed.ok()) << AllViolations(seed.status());
  if (!seed.ok()) return nullptr;
  const graph::SnapshotPtr empty = graph::Snapshot::Empty();
  const graph::Revision first{1};
  Slots slots;
  const auto changes = graph::ValidateChangeSet(*empty, seed->change_set, first, slots);
  EXPECT_TRUE(changes.ok()) << AllViolations(TraceToLines(changes.status(), *seed));
  const absl::Status rules = CheckChangeSet(*empty, seed->change_set);
  EXPECT_TRUE(rules.ok()) << AllViolations(TraceToLines(rules, *seed));
  if (!changes.ok()) return nullptr;
  EXPECT_EQ(changes->size(), seed->change_set.changes.size()) << "a change that changes nothing";
  graph::SnapshotBuilder builder(empty);
  for (const graph::LoggedChange& change : *changes) builder.Apply(change, first);
  return std::move(builder).Build(first);
}

}  // namespace

graph::SnapshotPtr ShippedOntology() {
  static const graph::SnapshotPtr& shipped = *new graph::SnapshotPtr(LoadShipped());
  return shipped;
}

}  // namespace braid::ontology
