#include "service/wire/paths.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "service/wire/profiles.h"

namespace braid::service::wire {
namespace {

using google::protobuf::RepeatedPtrField;

constexpr int kMaxEnds = 64;

std::vector<std::string> Texts(const RepeatedPtrField<std::string>& texts) { return {texts.begin(), texts.end()}; }

void CheckEnds(const RepeatedPtrField<std::string>& ids, const std::string& field, graph::ErrorList& errors) {
  if (ids.size() <= kMaxEnds) return;
  errors.Add({graph::Reason::kValueOutOfRange, field,
              fmt::format("{}: {} ids are more than {}", field, ids.size(), kMaxEnds), ""});
}

v1::CounterEvidenceReason ReasonOf(ontology::CounterReason reason) {
  switch (reason) {
    case ontology::CounterReason::kClaim:
      return v1::COUNTER_EVIDENCE_REASON_CLAIM;
    case ontology::CounterReason::kTension:
      return v1::COUNTER_EVIDENCE_REASON_TENSION;
    case ontology::CounterReason::kConflict:
      return v1::COUNTER_EVIDENCE_REASON_CONFLICT;
  }
  return v1::COUNTER_EVIDENCE_REASON_UNSPECIFIED;
}

// What cut the answer, and how to get the rest.
struct Cut {
  v1::CompletenessLimit limit;
  const char* advice;
};
Cut CutOf(graph::Limit limit) {
  switch (limit) {
    case graph::Limit::kWork:
      return {v1::COMPLETENESS_LIMIT_WORK,
              "Raise `budget.max_work` (`resume_token` leaves out what was given), or narrow the question: fewer hops, "
              "kinds or "
              "relations."};
    case graph::Limit::kDegree:
      return {v1::COMPLETENESS_LIMIT_DEGREE, "A node with too many edges was met: keep off it with `avoid_ids`."};
    case graph::Limit::kTies:
      return {v1::COMPLETENESS_LIMIT_TIES,
              "Too many paths cost the same: narrow the question by kinds, relations or a pattern."};
    case graph::Limit::kSize:
      return {v1::COMPLETENESS_LIMIT_SIZE, "The answer grew too large: go on with `resume_token`, or use StreamPaths."};
    case graph::Limit::kNone:
    case graph::Limit::kDeadline:
    case graph::Limit::kCancelled:
      break;
  }
  return {v1::COMPLETENESS_LIMIT_DEADLINE,
          "Allow more time (`resume_token` leaves out what was given), or narrow the question: fewer hops, kinds or "
          "relations."};
}

// The fields that questions of both kinds have.
template <typename Request>
absl::StatusOr<ontology::PathRequest> DecodeQuestion(const Request& request) {
  graph::ErrorList errors;
  CheckEnds(request.source_ids(), "source_ids", errors);
  CheckEnds(request.target_ids(), "target_ids", errors);
  ontology::PathRequest path;
  path.min_certainty = DecodeCertainty(request.min_certainty(), "min_certainty", errors);
  if (!errors.empty()) return errors.ToStatus();
  path.source_ids = Texts(request.source_ids());
  path.target_ids = Texts(request.target_ids());
  if (request.has_max_hops()) path.max_hops = request.max_hops();
  if (request.has_min_modalities()) path.min_modalities = request.min_modalities();
  path.pattern = request.pattern();
  path.kinds = Texts(request.kinds());
  path.excluded_kinds = Texts(request.excluded_kinds());
  path.relations = Texts(request.relations());
  path.excluded_relations = Texts(request.excluded_relations());
  path.avoid_ids = Texts(request.avoid_ids());
  path.must_pass_ids = Texts(request.must_pass_ids());
  path.allow_ids = Texts(request.allow_ids());
  if (request.has_profile()) path.profile = DecodeProfile(request.profile());
  path.redirect = !request.no_redirect();
  return path;
}

}  // namespace

absl::StatusOr<ontology::PathRequest> DecodePathRequest(const v1::FindPathsRequest& request) {
  BRAID_ASSIGN_OR_RETURN(ontology::PathRequest path, DecodeQuestion(request));
  if (request.has_max_path_count()) path.max_path_count = request.max_path_count();
  path.distinct_nodes = request.distinct_nodes();
  path.diverse_share = request.diverse_share();
  path.languages = Texts(request.languages());
  return path;
}

absl::StatusOr<ontology::SumRequest> DecodeSumRequest(const v1::SumPathsRequest& request) {
  ontology::SumRequest sum;
  BRAID_ASSIGN_OR_RETURN(sum.paths, DecodeQuestion(request));
  if (request.has_degree_exponent()) sum.degree_exponent = request.degree_exponent();
  if (request.has_epsilon()) sum.epsilon = request.epsilon();
  return sum;
}

v1::Outcome OutcomeOf(ontology::Outcome outcome) {
  switch (outcome) {
    case ontology::Outcome::kFound:
      return v1::OUTCOME_FOUND;
    case ontology::Outcome::kNoPath:
      return v1::OUTCOME_NO_PATH;
    case ontology::Outcome::kEndpointExcluded:
      return v1::OUTCOME_ENDPOINT_EXCLUDED;
    case ontology::Outcome::kNotReached:
      return v1::OUTCOME_NOT_REACHED;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

void EncodePath(const graph::Snapshot& snapshot, const ontology::ExplainedPath& path, const NodeView& view,
                v1::Path* out) {
  for (const ontology::ExplainedHop& hop : path.hops) EncodeHop(snapshot, hop, out->add_hops());
  for (const graph::NodeIndex node : path.nodes) EncodeNode(snapshot, node, view, out->add_nodes());
  out->set_cost_micronats(static_cast<std::int64_t>(path.cost_micronats));
  out->set_plausibility(path.plausibility);
  out->set_specificity(path.specificity);
  out->set_length_factor(path.length_factor);
  for (const graph::NodeIndex modality : path.modalities) {
    out->add_modality_ids(std::string(snapshot.id(modality)));
    out->add_modality_labels(std::string(snapshot.PreferredLabel(modality, view.languages)));
  }
  for (const ontology::CounterEvidence& counter : path.counter_evidence) {
    EncodeCounterEvidence(snapshot, counter, out->add_counter_evidence());
  }
  for (const ontology::RelationshipFactor& factor : path.relationship_factors) {
    EncodeRelationshipFactor(snapshot, factor, view.languages, out->add_relationship_factors());
  }
  out->set_explanation(path.explanation);
}

void EncodeHop(const graph::Snapshot& snapshot, const ontology::ExplainedHop& hop, v1::Hop* out) {
  EncodeEdge(snapshot.edge(hop.edge), out->mutable_edge());
  out->set_reversed(hop.hop.reversed);
  out->set_from_id(std::string(snapshot.id(hop.hop.from)));
  out->set_to_id(std::string(snapshot.id(hop.hop.to)));
  out->mutable_cost()->set_evidence_micronats(static_cast<std::int64_t>(hop.hop.cost.evidence));
  out->mutable_cost()->set_specificity_micronats(static_cast<std::int64_t>(hop.hop.cost.specificity));
  out->mutable_cost()->set_length_micronats(static_cast<std::int64_t>(hop.hop.cost.length));
  out->set_text(hop.text);
  out->set_rests_on(hop.rests_on);
  out->set_strength(hop.strength);
}

void EncodeCounterEvidence(const graph::Snapshot& snapshot, const ontology::CounterEvidence& counter,
                           v1::CounterEvidence* out) {
  out->set_reason(ReasonOf(counter.reason));
  EncodeEdge(snapshot.edge(counter.edge), out->mutable_edge());
  out->set_text(counter.text);
}

void EncodeRelationshipFactor(const graph::Snapshot& snapshot, const ontology::RelationshipFactor& factor,
                              const std::vector<std::string>& languages, v1::RelationshipFactor* out) {
  out->set_factor_id(std::string(snapshot.id(factor.factor)));
  out->set_label(std::string(snapshot.PreferredLabel(factor.factor, languages)));
  for (const graph::NodeIndex node : factor.fostered_by) out->add_technique_ids(std::string(snapshot.id(node)));
  out->set_cost_micronats(static_cast<std::int64_t>(factor.cost_micronats));
  for (const std::string& id : factor.evidence_ids) out->add_evidence_ids(id);
  out->set_text(factor.text);
}

void EncodeCompleteness(const graph::PathSearchState& search, v1::Completeness* out) {
  out->set_work_used(static_cast<std::int64_t>(search.work_used));
  out->set_more_exist(search.more_exist);
  if (search.cut_by == graph::Limit::kNone) {
    out->set_state(v1::COMPLETENESS_STATE_EXACT);
    return;
  }
  const Cut cut = CutOf(search.cut_by);
  out->set_state(v1::COMPLETENESS_STATE_TRUNCATED);
  out->set_limit(cut.limit);
  out->set_advice(cut.advice);
  out->set_pending_count(static_cast<std::int64_t>(search.pending));
  out->set_uncertified_count(static_cast<std::int64_t>(search.uncertified));
  if (search.lower_bound.has_value()) out->set_lower_bound_micronats(static_cast<std::int64_t>(*search.lower_bound));
}

void EncodePathSummary(const ontology::PathSummary& summary, v1::PathsSummary* out) {
  EncodeCompleteness(summary.search, out->mutable_completeness());
  out->set_outcome(OutcomeOf(summary.outcome));
  out->set_loosen(summary.loosen);
  out->set_pattern(summary.pattern);
  out->set_max_path_count(static_cast<std::int32_t>(summary.max_path_count));
  out->set_max_hops(static_cast<std::int32_t>(summary.max_hops));
  out->set_min_modalities(static_cast<std::int32_t>(summary.min_modalities));
}

void EncodeSum(const ontology::SumReply& reply, v1::SumPathsResponse* out) {
  out->set_sum(reply.sum.sum);
  out->set_path_count(static_cast<std::int64_t>(reply.sum.count));
  out->set_largest_omitted(reply.sum.largest_omitted);
  out->set_outcome(OutcomeOf(reply.outcome));
  EncodeCompleteness(reply.sum.search, out->mutable_completeness());
  out->set_loosen(reply.loosen);
  out->set_pattern(reply.pattern);
  out->set_max_hops(static_cast<std::int32_t>(reply.max_hops));
  out->set_min_modalities(static_cast<std::int32_t>(reply.min_modalities));
  out->set_degree_exponent(reply.degree_exponent);
  out->set_epsilon(reply.epsilon);
}

}  // namespace braid::service::wire
