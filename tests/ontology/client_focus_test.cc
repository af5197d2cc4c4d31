#include "ontology/client_focus.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/shipped.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Reason;
using graph::SnapshotPtr;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Three maintaining processes, one way of change, two concerns, and a flag that calls for a technique.
constexpr char kClinic[] = R"(
process:worry role=maintaining
process:bingeing role=maintaining
process:conflict role=maintaining
process:insight role=change
process:worry acts_on dimension:thoughts
process:bingeing acts_on dimension:thoughts
process:insight acts_on dimension:thoughts
process:conflict acts_on dimension:relationships
process:bingeing maintains concern:bulimia
process:worry maintains concern:anxiety
concern:panic is_a concern:anxiety
flag:danger answered_by technique:safety_plan
technique:hope_kit is_a technique:safety_plan
)";

Policy ClinicPolicy() {
  Policy policy;
  policy.client_reading = {"acts_on", "maintains", {"role", {"maintaining"}}, "answered_by"};
  return policy;
}

std::vector<std::string> Ids(const graph::Snapshot& snapshot, const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> ids;
  for (const NodeIndex node : nodes) ids.emplace_back(snapshot.id(node));
  return ids;
}

ClientProfile Needs(std::vector<std::string> ids) {
  ClientProfile profile;
  for (std::string& id : ids) profile.needs.push_back({std::move(id), 1});
  return profile;
}

class ClientFocusTest : public testing::Test {
 protected:
  ClientFocus Read(const ClientProfile& profile) {
    const absl::StatusOr<ClientFocus> focus = ReadClientFocus(*snapshot_, ClinicPolicy(), profile, &notices_);
    EXPECT_TRUE(focus.ok()) << focus.status();
    return focus.value_or(ClientFocus{});
  }
  std::vector<std::string> EndsFor(const ClientFocus& focus, const char* id) {
    return Ids(*snapshot_, focus.EndsFor(*snapshot_, *snapshot_->Find(id)));
  }
  std::vector<std::string> Avoided(const ClientProfile& profile) { return Ids(*snapshot_, Read(profile).avoided); }

  const SnapshotPtr snapshot_ = Sketch(kClinic);
  std::vector<Notice> notices_;
};

TEST_F(ClientFocusTest, ADimensionIsTheClientsOwnProcessesInIt) {
  const ClientFocus focus = Read(Needs({"process:worry", "process:bingeing", "dimension:relationships"}));
  EXPECT_THAT(EndsFor(focus, "dimension:thoughts"), ElementsAre("process:bingeing", "process:worry"));
  EXPECT_THAT(EndsFor(focus, "dimension:relationships"), ElementsAre("dimension:relationships"));
  EXPECT_THAT(EndsFor(focus, "concern:anxiety"), ElementsAre("process:worry"));
  EXPECT_THAT(EndsFor(focus, "concern:panic"), ElementsAre("concern:panic"));
  EXPECT_THAT(EndsFor(focus, "process:conflict"), ElementsAre("process:conflict"));
}

TEST_F(ClientFocusTest, MaintainingProcessesOfOtherClientsAreAvoided) {
  EXPECT_THAT(Avoided(Needs({"process:worry"})), ElementsAre("process:bingeing", "process:conflict"));
  EXPECT_THAT(Avoided(Needs({"process:conflict", "concern:bulimia"})), ElementsAre("process:worry"));
  ClientProfile profile;
  profile.concerns = {"concern:anxiety"};
  EXPECT_THAT(Avoided(profile), ElementsAre("process:bingeing", "process:conflict"));
}

TEST_F(ClientFocusTest, WhatMaintainsAConcernMaintainsItsKinds) {
  EXPECT_THAT(Avoided(Needs({"concern:panic"})), ElementsAre("process:bingeing", "process:conflict"));
}

TEST_F(ClientFocusTest, WithoutAProcessOrConcernNothingIsRuledOut) {
  EXPECT_THAT(Avoided({}), IsEmpty());
  EXPECT_THAT(Avoided(Needs({"dimension:thoughts"})), IsEmpty());
}

TEST_F(ClientFocusTest, ARaisedFlagCallsForItsTechniquesAndTheirKinds) {
  ClientProfile profile;
  EXPECT_THAT(Read(profile).called_for, IsEmpty());
  profile.flags = {"flag:danger"};
  EXPECT_THAT(Ids(*snapshot_, Read(profile).called_for), ElementsAre("technique:safety_plan", "technique:hope_kit"));
}

TEST_F(ClientFocusTest, CollectsProcessesAndConcernsOnce) {
  ClientProfile profile = Needs({"concern:anxiety", "process:worry"});
  profile.concerns = {"concern:anxiety", "concern:bulimia"};
  const ClientFocus focus = Read(profile);
  EXPECT_THAT(Ids(*snapshot_, focus.processes), ElementsAre("process:worry"));
  EXPECT_THAT(Ids(*snapshot_, focus.concerns), ElementsAre("concern:anxiety", "concern:bulimia"));
}

TEST_F(ClientFocusTest, APolicyWithoutAReadingChangesNothing) {
  const absl::StatusOr<ClientFocus> focus = ReadClientFocus(*snapshot_, Policy{}, Needs({"process:worry"}), nullptr);
  ASSERT_TRUE(focus.ok()) << focus.status();
  EXPECT_THAT(focus->avoided, IsEmpty());
  EXPECT_THAT(EndsFor(*focus, "dimension:thoughts"), ElementsAre("dimension:thoughts"));
}

TEST_F(ClientFocusTest, ARedirectedIdIsToldWithoutTheId) {
  graph::PutNode old = NodeOf("process:brooding");
  old.node.obsolete = true;
  old.node.replaced_by = {"process:worry"};
  const SnapshotPtr snapshot = Commit(snapshot_, {old});
  const absl::StatusOr<ClientFocus> focus =
      ReadClientFocus(*snapshot, ClinicPolicy(), Needs({"process:brooding"}), &notices_);
  ASSERT_TRUE(focus.ok()) << focus.status();
  EXPECT_THAT(Ids(*snapshot, focus->processes), ElementsAre("process:worry"));
  ASSERT_EQ(notices_.size(), 1U);
  EXPECT_EQ(notices_[0].reason, NoticeReason::kReplacementFollowed);
  EXPECT_EQ(notices_[0].field, "profile.needs[0].node_id");
  EXPECT_THAT(notices_[0].message + notices_[0].from_id + notices_[0].to_id,
              AllOf(Not(HasSubstr("brooding")), Not(HasSubstr("worry"))));
}

// --- Bad profiles.

struct BadProfile {
  const char* name;
  ClientProfile profile;
  Reason reason;
  const char* field;
  const char* secret;  // the value, which must not come back; empty: none to give away
  friend void PrintTo(const BadProfile& value, std::ostream* out) { *out << value.name; }
};

ClientProfile Weighing(double weight) {
  ClientProfile profile = Needs({"process:worry"});
  profile.needs[0].weight = weight;
  return profile;
}

ClientProfile Concerns(std::vector<std::string> ids) {
  ClientProfile profile;
  profile.concerns = std::move(ids);
  return profile;
}

ClientProfile Flags(std::vector<std::string> ids) {
  ClientProfile profile;
  profile.flags = std::move(ids);
  return profile;
}

class BadProfileTest : public testing::TestWithParam<BadProfile> {};

TEST_P(BadProfileTest, IsRefusedWithItsFieldAndWithoutItsValue) {
  const SnapshotPtr snapshot = Sketch(kClinic);
  const absl::Status status = ReadClientFocus(*snapshot, ClinicPolicy(), GetParam().profile, nullptr).status();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value()) << status;
  EXPECT_EQ(info->violations[0].reason, GetParam().reason) << status;
  EXPECT_EQ(info->violations[0].field, GetParam().field);
  const std::string secret = GetParam().secret[0] == '\0' ? "nothing given away" : GetParam().secret;
  std::string said = status.ToString();
  for (const graph::Violation& violation : info->violations) said += violation.description + violation.subject;
  for (const auto& [key, value] : info->metadata) said += value;
  EXPECT_THAT(said, Not(HasSubstr(secret)));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadProfileTest,
    testing::Values(
        BadProfile{"need_empty", Needs({""}), Reason::kFieldRequired, "profile.needs[0].node_id", ""},
        BadProfile{"need_malformed", Needs({"process:worry", "my wife"}), Reason::kCurieMalformed,
                   "profile.needs[1].node_id", "wife"},
        BadProfile{"need_unknown", Needs({"process:wurry"}), Reason::kNodeNotFound, "profile.needs[0].node_id",
                   "wurry"},
        BadProfile{"need_of_another_kind", Needs({"technique:hope_kit"}), Reason::kValueOutOfRange,
                   "profile.needs[0].node_id", "hope_kit"},
        BadProfile{"need_twice", Needs({"process:worry", "process:worry"}), Reason::kValueOutOfRange,
                   "profile.needs[1].node_id", "worry"},
        BadProfile{"too_many_needs", Needs(std::vector<std::string>(65, "process:worry")), Reason::kValueOutOfRange,
                   "profile.needs", "worry"},
        BadProfile{"weight_zero", Weighing(0), Reason::kValueOutOfRange, "profile.needs[0].weight", ""},
        BadProfile{"weight_negative", Weighing(-7.25), Reason::kValueOutOfRange, "profile.needs[0].weight", "7.25"},
        BadProfile{"weight_too_large", Weighing(1234.5), Reason::kValueOutOfRange, "profile.needs[0].weight", "1234.5"},
        BadProfile{"weight_nan", Weighing(std::numeric_limits<double>::quiet_NaN()), Reason::kValueOutOfRange,
                   "profile.needs[0].weight", "nan"},
        BadProfile{"concern_unknown", Concerns({"concern:grief"}), Reason::kNodeNotFound, "profile.concern_ids[0]",
                   "grief"},
        BadProfile{"flag_is_a_concern", Flags({"concern:panic"}), Reason::kValueOutOfRange, "profile.flag_ids[0]",
                   "panic"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ReadClientFocus, ReportsAllBadFieldsAtOnceWithTheNearestIds) {
  const SnapshotPtr snapshot = Sketch(kClinic);
  ClientProfile profile = Needs({"process:wurry"});
  profile.needs[0].weight = 0;
  profile.concerns = {"anxiety"};
  profile.flags = {"flag:dangers"};
  const std::optional<graph::ErrorInfo> info =
      graph::ErrorInfoOf(ReadClientFocus(*snapshot, ClinicPolicy(), profile, nullptr).status());
  ASSERT_TRUE(info.has_value());
  ASSERT_EQ(info->violations.size(), 4U);
  EXPECT_THAT(info->violations[1].description, HasSubstr("process:worry"));
  EXPECT_THAT(info->violations[3].description, HasSubstr("flag:danger"));
}

// --- The shipped ontology.

TEST(ShippedClientFocus, KeepsEatingDisordersOutWhereThereIsNone) {
  const SnapshotPtr snapshot = ShippedOntology();
  ASSERT_NE(snapshot, nullptr);
  ClientProfile profile = Needs({"process:rumination", "process:loneliness"});
  profile.concerns = {"concern:depression"};
  profile.flags = {"flag:acute_suicidality"};
  const absl::StatusOr<ClientFocus> focus = ReadClientFocus(*snapshot, *PolicyOf(*snapshot), profile, nullptr);
  ASSERT_TRUE(focus.ok()) << focus.status();
  const std::vector<std::string> avoided = Ids(*snapshot, focus->avoided);
  EXPECT_THAT(avoided, testing::Contains("process:compulsions"));
  EXPECT_THAT(avoided, Not(testing::Contains("process:loneliness")));
  EXPECT_THAT(avoided, Not(testing::Contains("process:low_mood"))) << "maintains depression";
  EXPECT_THAT(avoided, Not(testing::Contains("process:activation"))) << "a way of change";
  EXPECT_THAT(Ids(*snapshot, focus->EndsFor(*snapshot, *snapshot->Find("dimension:thoughts"))),
              ElementsAre("process:rumination"));
  EXPECT_THAT(Ids(*snapshot, focus->called_for),
              testing::IsSupersetOf({"technique:safety_planning", "technique:lethal_means_counselling"}));
}

}  // namespace
}  // namespace braid::ontology
