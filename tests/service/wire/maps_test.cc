#include "service/wire/maps.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/connecting_map.h"

namespace braid::service::wire {
namespace {

// What a shipped ontology never comes near.
TEST(EncodeMapSummary, AlternativesWithoutRoomAreNamedAndTheAnswerSaysSo) {
  const graph::SnapshotPtr empty = graph::Snapshot::Empty();
  ontology::MapSummary summary;
  summary.outcome = ontology::Outcome::kFound;
  summary.parts.emplace_back();
  for (int i = 0; i < 12; ++i) {
    ontology::ExplainedAlternative& alternative = summary.parts[0].alternatives.emplace_back();
    alternative.text = std::string(1U << 20U, 'x');
  }
  v1::MapSummary message;
  EncodeMapSummary(*empty, summary, {}, &message);
  EXPECT_EQ(message.completeness().state(), v1::COMPLETENESS_STATE_TRUNCATED);
  EXPECT_EQ(message.completeness().limit(), v1::COMPLETENESS_LIMIT_SIZE);
  EXPECT_THAT(message.completeness().advice(), testing::HasSubstr("untried_ids"));
  EXPECT_LT(message.parts(0).alternatives_size(), 12);
  EXPECT_GT(message.parts(0).alternatives_size(), 6);
  EXPECT_LT(message.ByteSizeLong(), kMaxReplyBytes + (2U << 20U));

  summary.parts[0].alternatives.resize(2);
  v1::MapSummary small;
  EncodeMapSummary(*empty, summary, {}, &small);
  EXPECT_EQ(small.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
}

}  // namespace
}  // namespace braid::service::wire
