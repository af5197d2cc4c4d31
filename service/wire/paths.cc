#include "service/wire/paths.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"

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
    v1::CounterEvidence* message = out->add_counter_evidence();
    message->set_reason(ReasonOf(counter.reason));
    EncodeEdge(snapshot.edge(counter.edge), message->mutable_edge());
    message->set_text(counter.text);
  }
  out->set_explanation(path.explanation);
}

// Encodes paths until the reply is as large as it may get, and returns how many.
std::size_t EncodePaths(const graph::Snapshot& snapshot, const std::vector<ontology::ExplainedPath>& paths,
                        const NodeView& view, v1::FindPathsResponse* out) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (bytes > kMaxReplyBytes) return i;
    v1::Path* path = out->add_paths();
    EncodePath(snapshot, paths[i], view, path);
    bytes += path->ByteSizeLong();
  }
  return paths.size();
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
              "Raise `budget.max_work`, or narrow the question: fewer hops, kinds or relations."};
    case graph::Limit::kDegree:
      return {v1::COMPLETENESS_LIMIT_DEGREE, "A node with too many edges was met: keep off it with `avoid_ids`."};
    case graph::Limit::kTies:
      return {v1::COMPLETENESS_LIMIT_TIES,
              "Too many paths cost the same: narrow the question by kinds, relations or a pattern."};
    case graph::Limit::kSize:
      return {v1::COMPLETENESS_LIMIT_SIZE, "The answer grew too large: ask for fewer paths, or view BASIC."};
    case graph::Limit::kNone:
    case graph::Limit::kDeadline:
    case graph::Limit::kCancelled:
      break;
  }
  return {v1::COMPLETENESS_LIMIT_DEADLINE, "Allow more time, or narrow the question: fewer hops, kinds or relations."};
}

void EncodeCompleteness(const graph::PathAnswer& search, v1::Completeness* out) {
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

}  // namespace

absl::StatusOr<ontology::PathRequest> DecodePathRequest(const v1::FindPathsRequest& request) {
  graph::ErrorList errors;
  CheckEnds(request.source_ids(), "source_ids", errors);
  CheckEnds(request.target_ids(), "target_ids", errors);
  ontology::PathRequest path;
  path.min_certainty = DecodeCertainty(request.min_certainty(), "min_certainty", errors);
  if (!errors.empty()) return errors.ToStatus();
  path.source_ids = Texts(request.source_ids());
  path.target_ids = Texts(request.target_ids());
  if (request.has_max_path_count()) path.max_path_count = request.max_path_count();
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
  path.distinct_nodes = request.distinct_nodes();
  path.redirect = !request.no_redirect();
  path.languages = Texts(request.languages());
  return path;
}

void EncodePathReply(const graph::Snapshot& snapshot, const ontology::PathReply& reply, const NodeView& view,
                     v1::FindPathsResponse* out) {
  graph::PathAnswer how = reply.search;
  const std::size_t given = EncodePaths(snapshot, reply.paths, view, out);
  if (given < reply.paths.size()) {
    how.cut_by = graph::Limit::kSize;
    how.more_exist = true;
    how.pending = reply.paths.size() - given;
    how.lower_bound = reply.paths[given].cost_micronats;
  }
  EncodeCompleteness(how, out->mutable_completeness());
  out->set_outcome(OutcomeOf(reply.outcome));
  out->set_loosen(reply.loosen);
  out->set_pattern(reply.pattern);
  out->set_max_path_count(static_cast<std::int32_t>(reply.max_path_count));
  out->set_max_hops(static_cast<std::int32_t>(reply.max_hops));
  out->set_min_modalities(static_cast<std::int32_t>(reply.min_modalities));
}

}  // namespace braid::service::wire
