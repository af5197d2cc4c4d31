#include "service/wire/maps.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "graph/error.h"
#include "service/wire/paths.h"
#include "service/wire/profiles.h"

namespace braid::service::wire {
namespace {

using google::protobuf::RepeatedPtrField;
using graph::NodeIndex;
using graph::Snapshot;

std::vector<std::string> Texts(const RepeatedPtrField<std::string>& texts) { return {texts.begin(), texts.end()}; }

void EncodeIds(const Snapshot& snapshot, const std::vector<NodeIndex>& nodes, RepeatedPtrField<std::string>* out) {
  for (const NodeIndex node : nodes) *out->Add() = std::string(snapshot.id(node));
}

void EncodeAlternative(const Snapshot& snapshot, const ontology::ExplainedAlternative& alternative,
                       const NodeView& view, v1::MapAlternative* out) {
  EncodeIds(snapshot, alternative.without, out->mutable_without_ids());
  if (alternative.map.has_value()) EncodeMap(snapshot, *alternative.map, view, out->mutable_map());
  for (const std::vector<NodeIndex>& set : alternative.joinable) {
    EncodeIds(snapshot, set, out->add_joinable()->mutable_terminal_ids());
  }
  out->set_text(alternative.text);
}

// False where there was no room for all alternatives.
bool EncodeParts(const Snapshot& snapshot, const ontology::MapSummary& summary, const NodeView& view,
                 v1::MapSummary* out) {
  bool had_room = true;
  for (const ontology::ExplainedMapPart& part : summary.parts) {
    v1::MapPart* message = out->add_parts();
    EncodeIds(snapshot, part.terminals, message->mutable_terminal_ids());
    if (part.map.has_value()) EncodeMap(snapshot, *part.map, view, message->mutable_map());
  }
  std::size_t bytes = out->ByteSizeLong();
  for (std::size_t i = 0; i < summary.parts.size(); ++i) {
    for (const ontology::ExplainedAlternative& alternative : summary.parts[i].alternatives) {
      if (bytes > kMaxReplyBytes) {
        had_room = false;
        EncodeIds(snapshot, alternative.without, out->mutable_untried_ids());
        continue;
      }
      v1::MapAlternative* message = out->mutable_parts(static_cast<int>(i))->add_alternatives();
      EncodeAlternative(snapshot, alternative, view, message);
      bytes += message->ByteSizeLong();
    }
  }
  return had_room;
}

void EncodeMapCompleteness(const ontology::MapSummary& summary, bool had_room, v1::Completeness* out) {
  out->set_work_used(static_cast<std::int64_t>(summary.work_used));
  if (summary.cut_by == graph::Limit::kNone && had_room) {
    out->set_state(v1::COMPLETENESS_STATE_EXACT);
    return;
  }
  out->set_state(v1::COMPLETENESS_STATE_TRUNCATED);
  if (summary.cut_by == graph::Limit::kWork) {
    out->set_limit(v1::COMPLETENESS_LIMIT_WORK);
    out->set_advice("Raise `budget.max_work`, or narrow the question: fewer terminals, kinds or relations.");
  } else if (summary.cut_by != graph::Limit::kNone) {
    out->set_limit(v1::COMPLETENESS_LIMIT_DEADLINE);
    out->set_advice("Allow more time, or narrow the question: fewer terminals, kinds or relations.");
  } else {
    out->set_limit(v1::COMPLETENESS_LIMIT_SIZE);
    out->set_advice("The answer grew too large: use view BASIC, or `avoid_ids` for the nodes of `untried_ids`.");
  }
  const bool has_map = !summary.parts.empty() && summary.parts.front().map.has_value();
  out->set_gap(has_map ? summary.parts.front().map->gap : 1);
  if (has_map) {
    const auto bound = static_cast<std::int64_t>(summary.parts.front().map->lower_bound_micronats);
    out->set_lower_bound_micronats(bound);
  }
}

}  // namespace

absl::StatusOr<ontology::MapRequest> DecodeMapRequest(const v1::ConnectDimensionsRequest& request) {
  graph::ErrorList errors;
  ontology::MapRequest map;
  map.min_certainty = DecodeCertainty(request.min_certainty(), "min_certainty", errors);
  if (!errors.empty()) return errors.ToStatus();
  map.terminal_ids = Texts(request.terminal_ids());
  map.kinds = Texts(request.kinds());
  map.relations = Texts(request.relations());
  map.include_kinds = Texts(request.include_kinds());
  map.avoid_ids = Texts(request.avoid_ids());
  map.allow_ids = Texts(request.allow_ids());
  map.alternatives = request.alternatives();
  if (request.has_profile()) map.profile = DecodeProfile(request.profile());
  map.redirect = !request.no_redirect();
  map.languages = Texts(request.languages());
  return map;
}

void EncodeMap(const Snapshot& snapshot, const ontology::ExplainedMap& map, const NodeView& view,
               v1::ConnectingMap* out) {
  for (std::size_t i = 0; i < map.terminals.size(); ++i) {
    v1::MapTerminal* terminal = out->add_terminals();
    terminal->set_terminal_id(std::string(snapshot.id(map.terminals[i])));
    terminal->set_node_id(std::string(snapshot.id(map.touches[i])));
  }
  for (const ontology::ExplainedHop& edge : map.edges) EncodeHop(snapshot, edge, out->add_edges());
  for (const NodeIndex node : map.nodes) EncodeNode(snapshot, node, view, out->add_nodes());
  out->set_cost_micronats(static_cast<std::int64_t>(map.cost_micronats));
  out->set_lower_bound_micronats(static_cast<std::int64_t>(map.lower_bound_micronats));
  out->set_gap(map.gap);
  EncodeIds(snapshot, map.shared, out->mutable_shared_ids());
  EncodeIds(snapshot, map.modalities, out->mutable_modality_ids());
  for (const ontology::CounterEvidence& counter : map.counter_evidence) {
    EncodeCounterEvidence(snapshot, counter, out->add_counter_evidence());
  }
  for (const ontology::RelationshipFactor& factor : map.relationship_factors) {
    EncodeRelationshipFactor(snapshot, factor, view.languages, out->add_relationship_factors());
  }
  out->set_explanation(map.explanation);
}

void EncodeMapSummary(const Snapshot& snapshot, const ontology::MapSummary& summary, const NodeView& view,
                      v1::MapSummary* out) {
  out->set_outcome(OutcomeOf(summary.outcome));
  EncodeIds(snapshot, summary.left_out, out->mutable_left_out_ids());
  EncodeIds(snapshot, summary.untried, out->mutable_untried_ids());
  out->set_loosen(summary.loosen);
  for (const std::string& kind : summary.kinds) out->add_kinds(kind);
  for (const std::string& relation : summary.relations) out->add_relations(relation);
  const bool had_room = EncodeParts(snapshot, summary, view, out);
  EncodeMapCompleteness(summary, had_room, out->mutable_completeness());
}

}  // namespace braid::service::wire
