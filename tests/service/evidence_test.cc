// EvidenceService through a real client, on the shipped ontology.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class EvidenceServiceTest : public ServerTest {
 protected:
  EvidenceServiceTest() : ServerTest({}, Content::kShipped) {}

  static v1::SynthesizeRequest Pair(const std::string& intervention, const std::string& concern) {
    v1::SynthesizeRequest request;
    request.set_intervention_id(intervention);
    request.set_concern_id(concern);
    return request;
  }
  grpc::Status Try(const v1::SynthesizeRequest& request, v1::SynthesizeResponse* response) {
    return evidence_->Synthesize(Context().get(), request, response);
  }
  v1::SynthesizeResponse Ask(const v1::SynthesizeRequest& request) {
    v1::SynthesizeResponse response;
    const grpc::Status status = Try(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::SynthesizeResponse Ask(const std::string& intervention, const std::string& concern) {
    return Ask(Pair(intervention, concern));
  }
  v1::ListEvidenceResponse List(const v1::ListEvidenceRequest& request) {
    v1::ListEvidenceResponse response;
    const grpc::Status status = evidence_->ListEvidence(Context().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::GetEvidenceMatrixResponse Matrix(const v1::GetEvidenceMatrixRequest& request) {
    v1::GetEvidenceMatrixResponse response;
    const grpc::Status status = evidence_->GetEvidenceMatrix(Context().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // All pages of a request, joined.
  std::vector<v1::ListedFinding> ListAll(v1::ListEvidenceRequest request) {
    std::vector<v1::ListedFinding> all;
    do {
      const v1::ListEvidenceResponse page = List(request);
      EXPECT_LE(page.findings_size(), request.page_size());
      all.insert(all.end(), page.findings().begin(), page.findings().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
  }
};

std::vector<v1::NoticeReason> ReasonsOf(const v1::ResponseHeader& header) {
  std::vector<v1::NoticeReason> reasons;
  for (const v1::Notice& notice : header.notices()) reasons.push_back(notice.reason());
  return reasons;
}

// Cuijpers 2023: g = 0.79 against control conditions, 409 trials.
TEST_F(EvidenceServiceTest, SaysWhatAWellStudiedPairRestsOn) {
  const v1::SynthesizeResponse reply = Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(reply.header().revision(), 1);
  EXPECT_FALSE(reply.header().policy_version().empty());
  EXPECT_EQ(reply.intervention().id(), "modality:cbt");
  EXPECT_EQ(reply.concern().kind(), "concern");
  const v1::Benefit& benefit = reply.benefit();
  EXPECT_EQ(benefit.status(), v1::BENEFIT_STATUS_COMPUTED);
  EXPECT_EQ(benefit.stratum().comparator(), v1::COMPARATOR_CLASS_MIXED_INACTIVE);
  EXPECT_NEAR(benefit.stratum().estimate(), .79, 1e-12);
  EXPECT_EQ(benefit.stratum().study_count(), 409);
  EXPECT_EQ(benefit.comparator_factor(), .8);
  ASSERT_EQ(benefit.shrinkage_size(), 1);
  EXPECT_EQ(benefit.shrinkage(0).node_id(), "modality:cbt");
  EXPECT_NEAR(benefit.shrinkage(0).data().mean(), .8 * .79, 1e-12);
  EXPECT_EQ(benefit.shrinkage(0).estimate().mean(), benefit.estimate().mean());
  EXPECT_NEAR(benefit.number_needed_to_treat(), 1 / benefit.rate(), 1e-9);
  EXPECT_FALSE(benefit.has_borrowed_from());
  EXPECT_THAT(benefit.summary(), AllOf(StartsWith("Of 100 pairs of one treated and one in usual care, about "),
                                       HasSubstr("certainty; 409 studies")));
  EXPECT_EQ(benefit.certainty().basis(), v1::CERTAINTY_BASIS_COMPUTED);
  ASSERT_GE(benefit.certainty().steps_size(), 5);
  EXPECT_EQ(benefit.certainty().steps(0).domain(), v1::CERTAINTY_DOMAIN_DESIGN);
}

// What a forest plot needs, for every pair that the shipped ontology speaks about.
TEST_F(EvidenceServiceTest, EveryStudiedPairHasRowsThatAddUp) {
  v1::GetEvidenceMatrixRequest request;
  request.set_page_size(1000);
  std::size_t pairs = 0;
  const v1::GetEvidenceMatrixResponse matrix = Matrix(request);
  for (const v1::EvidenceMatrixRow& row : matrix.rows()) {
    for (const v1::EvidenceCell& cell : row.cells()) {
      if (!cell.studied()) continue;
      ++pairs;
      SCOPED_TRACE(row.intervention().id() + " " + cell.concern_id());
      const v1::SynthesizeResponse reply = Ask(row.intervention().id(), cell.concern_id());
      std::vector<double> weights(static_cast<std::size_t>(reply.strata_size()), 0);
      int unverified = 0;
      for (const v1::PairFinding& finding : reply.findings()) {
        EXPECT_NE(finding.finding().verification(), v1::VERIFICATION_UNSPECIFIED);
        unverified += finding.finding().verification() == v1::VERIFICATION_SOURCE ? 0 : 1;
        EXPECT_TRUE(finding.finding().has_source());
        EXPECT_FALSE(finding.why().empty());
        EXPECT_EQ(finding.has_effect(), finding.has_stratum_index());
        if (!finding.has_effect()) continue;
        ASSERT_LT(finding.stratum_index(), reply.strata_size());
        weights[static_cast<std::size_t>(finding.stratum_index())] += finding.weight();
        EXPECT_LE(finding.effect().interval().low(), finding.effect().g());
        EXPECT_GE(finding.effect().interval().high(), finding.effect().g());
      }
      for (const double weight : weights) EXPECT_NEAR(weight, 1, 1e-9);
      EXPECT_THAT(ReasonsOf(reply.header()), Not(Contains(v1::NOTICE_REASON_NOT_STUDIED)));
      const bool says_so = !ReasonsOf(reply.header()).empty();
      EXPECT_EQ(says_so, unverified > 0) << "a figure that no source verified is announced";
      // The matrix says the same in brief.
      EXPECT_EQ(cell.unverified_count(), unverified);
      EXPECT_EQ(cell.rate(), reply.benefit().rate());
      EXPECT_EQ(cell.status(), reply.benefit().status());
      EXPECT_EQ(cell.certainty(), reply.benefit().certainty().certainty());
      EXPECT_EQ(cell.borrowed(), reply.benefit().has_borrowed_from());
      int findings = 0;
      for (const v1::PolarityCount& count : cell.polarity_counts()) findings += count.count();
      EXPECT_EQ(findings, reply.findings_size());
    }
  }
  EXPECT_GT(pairs, 200U);
}

TEST_F(EvidenceServiceTest, ATechniqueIsShrunkTowardsItsModality) {
  const v1::SynthesizeResponse reply = Ask("technique:behavioural_activation_tq", "concern:depression");
  const v1::Benefit& benefit = reply.benefit();
  ASSERT_EQ(benefit.shrinkage_size(), 2);
  const v1::ShrinkageStep& modality = benefit.shrinkage(0);
  const v1::ShrinkageStep& technique = benefit.shrinkage(1);
  EXPECT_THAT(modality.node_id(), StartsWith("modality:"));
  EXPECT_EQ(technique.node_id(), "technique:behavioural_activation_tq");
  // The shipped policy: a technique is worth half of its modality before its own data, give or take .20.
  EXPECT_NEAR(technique.prior().mean(), .5 * modality.estimate().mean(), 1e-12);
  EXPECT_NEAR(technique.prior().variance(), .25 * modality.estimate().variance() + .04, 1e-12);
  for (const v1::ShrinkageStep& step : benefit.shrinkage()) {
    ASSERT_TRUE(step.has_data());
    const double precision = 1 / step.prior().variance() + 1 / step.data().variance();
    EXPECT_NEAR(step.estimate().variance(), 1 / precision, 1e-12);
    EXPECT_NEAR(
        step.estimate().mean(),
        (step.prior().mean() / step.prior().variance() + step.data().mean() / step.data().variance()) / precision,
        1e-12);
  }
  EXPECT_EQ(technique.estimate().mean(), benefit.estimate().mean());
}

// Its own finding speaks against it, its modality's do not: they are shown, and count for nothing.
TEST_F(EvidenceServiceTest, WhatFoundNothingShowsItsModalityAsBorrowedWithoutBenefit) {
  const v1::SynthesizeResponse reply = Ask("technique:vr_exposure", "concern:panic");
  ASSERT_EQ(reply.findings_size(), 1);
  EXPECT_EQ(reply.findings(0).polarity(), v1::POLARITY_AGAINST);
  const v1::Benefit& benefit = reply.benefit();
  EXPECT_EQ(benefit.status(), v1::BENEFIT_STATUS_NO_BENEFIT_SHOWN);
  EXPECT_EQ(benefit.rate(), 0);
  EXPECT_FALSE(benefit.has_number_needed_to_treat());
  EXPECT_EQ(benefit.borrowed_from().modality_id(), "modality:cbt");
  EXPECT_GT(benefit.estimate().mean(), 0);
  EXPECT_TRUE(benefit.has_stratum());
  ASSERT_EQ(benefit.shrinkage_size(), 2);
  EXPECT_FALSE(benefit.shrinkage(1).has_data());
  EXPECT_THAT(benefit.how(), AllOf(StartsWith("studied, and no benefit was found; beside it: "),
                                   HasSubstr("borrowed from Cognitive behavioural therapy")));
  EXPECT_THAT(benefit.summary(), StartsWith("Studied, and no benefit was shown. Shown beside it: g "));
}

TEST_F(EvidenceServiceTest, HarmIsSaidAndHasNoRate) {
  const v1::SynthesizeResponse reply = Ask("technique:critical_incident_debriefing", "concern:recent_trauma");
  EXPECT_EQ(reply.benefit().status(), v1::BENEFIT_STATUS_HARM);
  EXPECT_EQ(reply.benefit().rate(), 0);
  EXPECT_THAT(reply.benefit().summary(), HasSubstr("harm"));
  std::set<v1::Polarity> polarities;
  for (const v1::PairFinding& finding : reply.findings()) polarities.insert(finding.polarity());
  EXPECT_THAT(polarities, Contains(v1::POLARITY_HARM));
}

TEST_F(EvidenceServiceTest, APairThatNobodyStudiedIsAnAnswerThatSaysSo) {
  const v1::SynthesizeResponse reply = Ask("technique:memory_recovery", "concern:insomnia");
  EXPECT_THAT(reply.findings(), IsEmpty());
  EXPECT_THAT(reply.strata(), IsEmpty());
  EXPECT_THAT(ReasonsOf(reply.header()), ElementsAre(v1::NOTICE_REASON_NOT_STUDIED));
  EXPECT_EQ(reply.benefit().status(), v1::BENEFIT_STATUS_RATIONALE_ONLY);
  EXPECT_EQ(reply.benefit().certainty().certainty(), v1::CERTAINTY_VERY_LOW);
  EXPECT_FALSE(reply.benefit().has_borrowed_from());
}

TEST_F(EvidenceServiceTest, WhatIsMissingHereIsBorrowedFromAnotherConcernOfTheGroupAtADiscount) {
  bool found = false;
  v1::GetEvidenceMatrixRequest request;
  request.set_page_size(1000);
  const v1::GetEvidenceMatrixResponse matrix = Matrix(request);
  for (const v1::EvidenceMatrixRow& row : matrix.rows()) {
    for (const v1::EvidenceCell& cell : row.cells()) {
      if (found || cell.studied() || cell.status() != v1::BENEFIT_STATUS_COMPUTED) continue;
      const v1::Benefit benefit = Ask(row.intervention().id(), cell.concern_id()).benefit();
      if (benefit.borrowed_from().concern_factor() == 1) continue;
      found = true;
      EXPECT_THAT(benefit.borrowed_from().concern_id(), StartsWith("concern:"));
      EXPECT_NE(benefit.borrowed_from().concern_id(), cell.concern_id());
      EXPECT_NEAR(benefit.estimate().mean(),
                  benefit.borrowed_from().concern_factor() * benefit.shrinkage().rbegin()->estimate().mean(), 1e-12);
    }
  }
  EXPECT_TRUE(found);
}

TEST_F(EvidenceServiceTest, TheSameQuestionGetsTheSameBytes) {
  const v1::SynthesizeRequest request = Pair("modality:dbt", "concern:bpd");
  const std::string first = Ask(request).SerializeAsString();
  EXPECT_TRUE(first == Ask(request).SerializeAsString());
  Restart();
  EXPECT_TRUE(first == Ask(request).SerializeAsString());
}

// A finding's figure is edited: the newest revision answers anew, the old one as before.
TEST_F(EvidenceServiceTest, APastRevisionAnswersAsItDid) {
  const v1::SynthesizeRequest now = Pair("modality:cbt", "concern:depression");
  const v1::SynthesizeResponse before = Ask(now);
  const v1::PairFinding* used = nullptr;
  for (const v1::PairFinding& finding : before.findings()) {
    if (finding.weight() > 0 && finding.effect().g() == before.benefit().stratum().estimate()) used = &finding;
  }
  ASSERT_NE(used, nullptr);
  v1::GetNodeRequest get;
  get.set_id(used->finding().evidence_id());
  v1::GetNodeResponse node;
  ASSERT_TRUE(lookup_->GetNode(Context().get(), get, &node).ok());
  v1::Change change;
  *change.mutable_put_node()->mutable_node() = node.node();
  for (v1::Attribute& attribute : *change.mutable_put_node()->mutable_node()->mutable_attributes()) {
    if (attribute.name() == "value") attribute.set_number(attribute.number() - .01);
  }
  const std::int64_t revision = Commit({change});

  const v1::SynthesizeResponse after = Ask(now);
  EXPECT_EQ(after.header().revision(), revision);
  EXPECT_LT(after.benefit().rate(), before.benefit().rate());
  v1::SynthesizeRequest then = now;
  then.mutable_consistency()->set_at_exact_snapshot(before.header().revision());
  EXPECT_TRUE(Ask(then).SerializeAsString() == before.SerializeAsString());
}

// --- What is asked wrongly

TEST_F(EvidenceServiceTest, ABadQuestionGetsItsCodeReasonAndField) {
  struct Case {
    const char* what;
    v1::SynthesizeRequest request;
    grpc::StatusCode code;
    const char* reason;
    const char* field;
  };
  v1::SynthesizeRequest view = Pair("modality:cbt", "concern:gad");
  view.set_view(static_cast<v1::View>(99));
  v1::SynthesizeRequest future = Pair("modality:cbt", "concern:gad");
  future.mutable_consistency()->set_at_exact_snapshot(99);
  const grpc::StatusCode argument = grpc::StatusCode::INVALID_ARGUMENT;
  const Case cases[] = {
      {"no intervention", Pair("", "concern:gad"), argument, "FIELD_REQUIRED", "intervention_id"},
      {"no concern", Pair("modality:cbt", ""), argument, "FIELD_REQUIRED", "concern_id"},
      {"malformed", Pair("cbt", "concern:gad"), argument, "CURIE_MALFORMED", "intervention_id"},
      {"unknown", Pair("modality:cbtt", "concern:gad"), grpc::StatusCode::NOT_FOUND, "NODE_NOT_FOUND",
       "intervention_id"},
      {"unknown concern", Pair("modality:cbt", "concern:gadd"), grpc::StatusCode::NOT_FOUND, "NODE_NOT_FOUND",
       "concern_id"},
      {"no intervention's kind", Pair("concern:panic", "concern:gad"), argument, "VALUE_OUT_OF_RANGE",
       "intervention_id"},
      {"no concern's kind", Pair("modality:cbt", "modality:cbt"), argument, "VALUE_OUT_OF_RANGE", "concern_id"},
      {"view", view, argument, "ENUM_UNKNOWN", "view"},
      {"future", future, grpc::StatusCode::OUT_OF_RANGE, "REVISION_IN_FUTURE", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    v1::SynthesizeResponse response;
    const Failure failure(Try(c.request, &response));
    EXPECT_EQ(failure.code, c.code);
    EXPECT_EQ(failure.info.reason(), c.reason);
    EXPECT_EQ(failure.field(), c.field);
    EXPECT_EQ(failure.metadata("nearest").empty(), c.code != grpc::StatusCode::NOT_FOUND);
  }
}

TEST_F(EvidenceServiceTest, AListOrMatrixThatIsAskedForWronglySaysWhere) {
  v1::ListEvidenceResponse list;
  const auto list_fails = [&](const std::function<void(v1::ListEvidenceRequest&)>& edit) {
    v1::ListEvidenceRequest request;
    edit(request);
    const Failure failure(evidence_->ListEvidence(Context().get(), request, &list));
    return failure.info.reason() + " " + failure.field();
  };
  EXPECT_EQ(list_fails([](auto& r) { r.set_concern_id("modality:cbt"); }), "VALUE_OUT_OF_RANGE concern_id");
  EXPECT_EQ(list_fails([](auto& r) { r.set_intervention_id("modality:no"); }), "NODE_NOT_FOUND intervention_id");
  EXPECT_EQ(list_fails([](auto& r) { r.set_polarity(static_cast<v1::Polarity>(99)); }), "ENUM_UNKNOWN polarity");
  EXPECT_EQ(list_fails([](auto& r) { r.set_page_size(-1); }), "VALUE_OUT_OF_RANGE page_size");
  EXPECT_EQ(list_fails([](auto& r) { r.set_page_token("x"); }), "PAGE_TOKEN_INVALID page_token");
  v1::GetEvidenceMatrixResponse matrix;
  const auto matrix_fails = [&](const std::function<void(v1::GetEvidenceMatrixRequest&)>& edit) {
    v1::GetEvidenceMatrixRequest request;
    edit(request);
    const Failure failure(evidence_->GetEvidenceMatrix(Context().get(), request, &matrix));
    return failure.info.reason() + " " + failure.field();
  };
  EXPECT_EQ(matrix_fails([](auto& r) { r.set_kind("techniqe"); }), "KIND_NOT_FOUND kind");
  EXPECT_EQ(matrix_fails([](auto& r) { r.set_kind("concern"); }), "VALUE_OUT_OF_RANGE kind");
  EXPECT_EQ(matrix_fails([](auto& r) { r.set_modality_id("technique:erp"); }), "VALUE_OUT_OF_RANGE modality_id");
  EXPECT_EQ(matrix_fails([](auto& r) { r.add_concern_ids("concern:no"); }), "NODE_NOT_FOUND concern_ids[0]");
  EXPECT_EQ(matrix_fails([](auto& r) {
              for (int i = 0; i < 201; ++i) r.add_concern_ids("concern:gad");
            }),
            "VALUE_OUT_OF_RANGE concern_ids");
}

// --- Lists

TEST_F(EvidenceServiceTest, TheListIsTheSameWholeAtEveryPageSize) {
  v1::ListEvidenceRequest request;
  request.set_page_size(1000);
  const std::vector<v1::ListedFinding> whole = ListAll(request);
  EXPECT_GT(whole.size(), 200U);
  request.set_page_size(37);
  const std::vector<v1::ListedFinding> parts = ListAll(request);
  ASSERT_EQ(parts.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(parts[i].SerializeAsString(), whole[i].SerializeAsString());
    EXPECT_TRUE(i == 0 || whole[i - 1].finding().evidence_id() < whole[i].finding().evidence_id());
  }
}

TEST_F(EvidenceServiceTest, EachFilterLetsThroughWhatTheWholeListSays) {
  v1::ListEvidenceRequest all;
  all.set_page_size(1000);
  const std::vector<v1::ListedFinding> whole = ListAll(all);
  const auto expect = [&](v1::ListEvidenceRequest request, auto claim_passes, auto finding_passes) {
    SCOPED_TRACE(request.ShortDebugString());
    std::map<std::string, int> wanted;
    for (const v1::ListedFinding& listed : whole) {
      int claims = 0;
      for (const v1::FindingClaim& claim : listed.claims()) claims += claim_passes(claim) ? 1 : 0;
      if (claims > 0 && finding_passes(listed.finding())) wanted[listed.finding().evidence_id()] = claims;
    }
    std::map<std::string, int> got;
    request.set_page_size(1000);
    for (const v1::ListedFinding& listed : ListAll(request)) {
      got[listed.finding().evidence_id()] = listed.claims_size();
    }
    EXPECT_FALSE(wanted.empty());
    EXPECT_EQ(got, wanted);
  };
  const auto any = [](const v1::Finding&) { return true; };
  v1::ListEvidenceRequest request;
  request.set_intervention_id("modality:cbt");
  expect(
      request, [](const auto& c) { return c.intervention_id() == "modality:cbt"; }, any);
  request.set_concern_id("concern:depression");
  const auto is_pair = [](const v1::FindingClaim& c) {
    return c.intervention_id() == "modality:cbt" && c.concern_id() == "concern:depression";
  };
  expect(request, is_pair, any);
  request.set_verified(true);
  expect(request, is_pair, [](const v1::Finding& f) { return f.verification() == v1::VERIFICATION_SOURCE; });
  v1::ListEvidenceRequest harm;
  harm.set_polarity(v1::POLARITY_HARM);
  expect(
      harm, [](const auto& c) { return c.polarity() == v1::POLARITY_HARM; }, any);
  harm.set_verified(false);
  expect(
      harm, [](const auto& c) { return c.polarity() == v1::POLARITY_HARM; },
      [](const v1::Finding& f) { return f.verification() != v1::VERIFICATION_SOURCE; });
}

// --- The matrix

TEST_F(EvidenceServiceTest, TheMatrixShowsWhatWasNotStudiedBesideWhatWas) {
  v1::GetEvidenceMatrixRequest request;
  request.set_modality_id("modality:emdr");
  request.add_concern_ids("concern:ptsd");
  request.add_concern_ids("concern:insomnia");
  request.add_concern_ids("concern:ptsd");
  request.set_kind("modality");
  const v1::GetEvidenceMatrixResponse reply = Matrix(request);
  ASSERT_EQ(reply.concerns_size(), 2) << "a repeat is left out";
  EXPECT_EQ(reply.concerns(1).id(), "concern:insomnia");
  ASSERT_EQ(reply.rows_size(), 1);
  ASSERT_EQ(reply.rows(0).cells_size(), 2);
  EXPECT_TRUE(reply.rows(0).cells(0).studied());
  EXPECT_GT(reply.rows(0).cells(0).rate(), 0);
  EXPECT_FALSE(reply.rows(0).cells(1).studied());
  EXPECT_THAT(reply.rows(0).cells(1).polarity_counts(), IsEmpty());
}

TEST_F(EvidenceServiceTest, TheMatrixOfAModalityHasItsTechniquesStudiedOrNot) {
  v1::GetEvidenceMatrixRequest request;
  request.set_modality_id("modality:emdr");
  request.add_concern_ids("concern:ptsd");
  const int studied = Matrix(request).rows_size();
  request.set_include_unstudied(true);
  const v1::GetEvidenceMatrixResponse all = Matrix(request);
  EXPECT_GT(all.rows_size(), studied);
  request.set_page_size(1);
  std::vector<std::string> rows;
  do {
    const v1::GetEvidenceMatrixResponse page = Matrix(request);
    ASSERT_EQ(page.rows_size(), 1);
    rows.push_back(page.rows(0).SerializeAsString());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(all.rows_size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i], all.rows(static_cast<int>(i)).SerializeAsString());
  }
}

}  // namespace
}  // namespace braid::service
