#include "tests/scenarios/reply.h"

#include <algorithm>
#include <map>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace braid::scenarios {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr const char* kNotOurWords[] = {"nodes", "goals", "strengths", "override", "field"};

bool IsId(const std::string& name) {
  const auto ends_with = [&](const std::string& end) {
    return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
  };
  return name == "id" || ends_with("_id") || ends_with("_ids");
}

void AddText(const Message& message, std::string& text) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (std::find(std::begin(kNotOurWords), std::end(kNotOurWords), field->name()) != std::end(kNotOurWords)) continue;
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        AddText(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                     : reflection.GetMessage(message, field),
                text);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !IsId(field->name())) {
        text += field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                     : reflection.GetString(message, field);
        text += '\n';
      }
    }
  }
}

const v1::RecommendedTechnique* Find(const v1::Recommendation& reply, const std::string& id) {
  const auto at =
      std::find_if(reply.techniques().begin(), reply.techniques().end(),
                   [&](const v1::RecommendedTechnique& technique) { return technique.technique_id() == id; });
  return at == reply.techniques().end() ? nullptr : &*at;
}

}  // namespace

std::vector<std::string> SafetyIds(const v1::Recommendation& reply) {
  std::vector<std::string> ids;
  for (const v1::SafetyStep& step : reply.safety()) {
    ids.insert(ids.end(), step.technique_ids().begin(), step.technique_ids().end());
  }
  return ids;
}

std::vector<std::string> RelationshipIds(const v1::Recommendation& reply) {
  std::vector<std::string> ids;
  for (const v1::RelationshipStep& step : reply.relationship().steps()) ids.push_back(step.technique_id());
  return ids;
}

std::vector<std::string> PlanIds(const v1::Plan& plan) {
  return {plan.technique_ids().begin(), plan.technique_ids().end()};
}

std::vector<std::string> SequenceOf(const v1::Recommendation& reply) {
  std::vector<std::string> sequence;
  const auto add = [&](const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      if (std::find(sequence.begin(), sequence.end(), id) == sequence.end()) sequence.push_back(id);
    }
  };
  add(SafetyIds(reply));
  add(RelationshipIds(reply));
  if (reply.plans_size() > 0) add(PlanIds(reply.plans(0)));
  return sequence;
}

std::set<std::string> ModalitiesOf(const v1::Recommendation& reply, const v1::Plan& plan) {
  std::set<std::string> ids;
  for (const std::string& id : plan.technique_ids()) {
    const v1::RecommendedTechnique* technique = Find(reply, id);
    if (technique != nullptr && !technique->modality_id().empty()) ids.insert(technique->modality_id());
  }
  return ids;
}

std::set<std::string> Recommended(const v1::Recommendation& reply) {
  std::set<std::string> ids;
  for (const std::string& id : SequenceOf(reply)) ids.insert(id);
  for (const v1::Plan& plan : reply.plans()) {
    ids.insert(plan.technique_ids().begin(), plan.technique_ids().end());
    ids.merge(ModalitiesOf(reply, plan));
  }
  for (const v1::ModalityOption& option : reply.modalities()) ids.insert(option.modality_id());
  return ids;
}

std::string TextOf(const v1::Recommendation& reply) {
  std::string text;
  AddText(reply, text);
  return text;
}

std::string TextOf(const v1::PlanRevision& reply) {
  std::string text;
  AddText(reply, text);
  return text;
}

std::string Outline(const v1::Recommendation& reply) {
  std::string text = fmt::format("outcome {}\nalliance {}{}\n", v1::Outcome_Name(reply.outcome()),
                                 v1::AllianceState_Name(reply.relationship().alliance()),
                                 reply.relationship().holds_plan() ? ", holds the plan" : "");
  for (const v1::SafetyStep& step : reply.safety()) {
    text += fmt::format("safety        {} {}: {}\n", v1::FlagUrgency_Name(step.urgency()),
                        step.flag_id().empty() ? fmt::format("{}", fmt::join(step.rule_ids(), ", ")) : step.flag_id(),
                        fmt::join(step.technique_ids(), ", "));
  }
  text += fmt::format("relationship  {}\n", fmt::join(RelationshipIds(reply), ", "));
  for (const v1::Plan& plan : reply.plans()) {
    text += fmt::format("plan          {:.4f} {} from {}\n", plan.value(), fmt::join(plan.technique_ids(), ", "),
                        fmt::join(ModalitiesOf(reply, plan), ", "));
  }
  for (const v1::PlanNeed& need : reply.needs()) {
    text += fmt::format("need          {} share {:.2f} cover {:.4f}\n", need.node_id(), need.share(), need.cover());
  }
  for (const v1::ModalityOption& option : reply.modalities()) {
    text += fmt::format("modality      {} {} {:.4f}\n", option.modality_id(), v1::ModalityAccess_Name(option.access()),
                        option.benefit());
  }
  std::map<std::string, std::vector<std::string>> excluded;
  for (const v1::Exclusion& exclusion : reply.exclusions()) {
    excluded[v1::ExclusionReason_Name(exclusion.reason())].push_back(exclusion.technique_id());
  }
  for (const auto& [reason, ids] : excluded)
    text += fmt::format("excluded      {}: {}\n", reason, fmt::join(ids, ", "));
  for (const v1::MeasureTracking& measure : reply.tracking()) {
    text += fmt::format("measure       {} {}\n", measure.measure_id(), v1::MeasureCourse_Name(measure.course()));
  }
  return text;
}

std::string Outline(const v1::PlanRevision& reply) {
  std::string text =
      fmt::format("{}\nafter session {}, {}{}{}{}\n", reply.text(), reply.session_number(),
                  v1::ProgressState_Name(reply.progress_state()), reply.consult() ? ", consult" : "",
                  reply.replanned() ? ", sought anew" : "", reply.rules_gave_way() ? ", the rules gave way" : "");
  if (reply.held_by() != v1::REVISION_HOLD_UNSPECIFIED) {
    text += fmt::format("held          {} {}\n", v1::RevisionHold_Name(reply.held_by()), reply.held_until());
  }
  for (const v1::NeedReview& need : reply.needs()) {
    text += fmt::format("need          {} {} (waiting {}) {} {}{}{}: {}\n", need.need_id(),
                        v1::ReviewVerb_Name(need.verb()), v1::ReviewVerb_Name(need.waiting_verb()),
                        v1::DoseState_Name(need.dose_state()), need.score().measure_id(),
                        need.review_at_session() > 0 ? fmt::format(", review at {}", need.review_at_session()) : "",
                        need.contradicted() ? ", contradicted" : "", need.because());
  }
  for (const v1::TechniqueChange& change : reply.changes()) {
    text +=
        fmt::format("change        {} {} {} {} for {}{}{}\n", v1::ChangeKind_Name(change.kind()), change.technique_id(),
                    change.replaced_technique_id(), v1::ChangeCause_Name(change.cause()), change.need_id(),
                    change.exclusion().cause_id().empty() ? "" : " by ", change.exclusion().cause_id());
    if (change.has_vanishes_at()) text += fmt::format("                vanishes at {:.6f}\n", change.vanishes_at());
  }
  for (const v1::StageMovement& movement : reply.stage_movements()) {
    text += fmt::format("stage         {} {}\n", movement.to_id(), v1::StageDirection_Name(movement.direction()));
  }
  for (const v1::NextMeasurement& next : reply.next_measurements()) {
    text += fmt::format("next          {} by session {}\n", next.measure_id(), next.session_number());
  }
  return text;
}

}  // namespace braid::scenarios
