#include "tests/service/render/sample.h"

#include <google/protobuf/text_format.h>

#include <set>
#include <stdexcept>
#include <vector>

#include "fmt/format.h"

namespace braid::service {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kSample[] = R"pb(
  outcome: OUTCOME_FOUND
  mode: INTEGRATION_MODE_RESPONSIVE
  safety {
    flag_id: "flag:cardiac"
    urgency: FLAG_URGENCY_URGENT
    response: "Ask for medical clearance before the heart is made to race"
    technique_ids: "technique:liaison"
  }
  relationship {
    alliance: ALLIANCE_STATE_STRAINED
    holds_plan: true
    steps {
      technique_id: "technique:repair"
      is_repair: true
      rule_ids: "rule:rupture"
      factor_ids: "factor:repair"
      evidence_ids: "evidence:rupture"
    }
  }
  needs { node_id: "process:avoidance" share: 0.5 cover: 0.31 has_candidate: true }
  needs { node_id: "process:catastrophic" share: 0.3 cover: 0.16 has_candidate: true }
  needs { node_id: "process:loneliness" share: 0.2 has_candidate: true }
  plans {
    technique_ids: "technique:psychoeducation"
    technique_ids: "technique:restructuring"
    technique_ids: "technique:interoceptive"
    phases { stage_id: "stage:preparation" technique_ids: "technique:psychoeducation" }
    phases {
      stage_id: "stage:action"
      technique_ids: "technique:restructuring"
      technique_ids: "technique:interoceptive"
    }
    session_count: 11
    value: 0.194
    cover: 0.203
    cover_range { low: 0.12 high: 0.29 }
    technique_cost: 0.009
  }
  plans {
    technique_ids: "technique:psychoeducation"
    technique_ids: "technique:acceptance"
    technique_ids: "technique:interoceptive"
    phases {
      technique_ids: "technique:psychoeducation"
      technique_ids: "technique:acceptance"
      technique_ids: "technique:interoceptive"
    }
    session_count: 12
    value: 0.187
    cover: 0.206
    modality_cost: 0.01
    technique_cost: 0.009
    joining_ids: "technique:acceptance"
    leaving_ids: "technique:restructuring"
  }
  equally_good_count: 2
  techniques {
    technique_id: "technique:acceptance"
    modality_id: "modality:act"
    session_count: 4
    benefits { need_id: "process:avoidance" benefit: 0.11 reach: 0.9 rate: 0.15 response_factor: 1 }
    stage_factor: 1
    preference_factor: 1
    rule_factor: 1
    response_factor: 1
    evidence {
      concern_id: "concern:panic"
      share: 1
      rate: 0.15
      certainty: CERTAINTY_LOW
      borrowed: true
      summary: "Of 100 pairs, about 15 more"
      evidence_ids: "evidence:act"
      status: BENEFIT_STATUS_COMPUTED
    }
  }
  techniques {
    technique_id: "technique:interoceptive"
    modality_id: "modality:cbt"
    session_count: 6
    benefits {
      need_id: "process:avoidance"
      benefit: 0.18
      reach: 1
      rate: 0.22
      response_factor: 1
      witness {
        hops { text: "Avoidance is weakened by Interoceptive exposure" rests_on: "2 findings (moderate certainty)" }
        continuation { text: "Interoceptive exposure comes from Cognitive behavioural therapy" rests_on: "definition" }
        cost_micronats: 510826
        plausibility: 0.6
      }
    }
    stage_factor: 0.8
    preference_factor: 0.5
    rule_factor: 1.1
    response_factor: 1
    rules { rule_id: "rule:panic" prefers: true strength: 0.4 }
    adaptations {
      flag_id: "flag:cardiac"
      bearer_id: "technique:interoceptive"
      level: CAUTION_LEVEL_ADAPT
      note: "begin low, with the doctor’s consent"
    }
    ask_first_flag_ids: "flag:pregnancy"
    ask_first_flag_ids: "flag:seizure"
    counter_findings { evidence_id: "evidence:null" polarity: POLARITY_NULL concern_id: "concern:panic" }
    kept_in_variant_count: 1
    is_fragile: true
    depends_on_ids: "evidence:cbt"
    evidence {
      concern_id: "concern:panic"
      share: 1
      rate: 0.22
      certainty: CERTAINTY_MODERATE
      summary: "Of 100 pairs, about 20 more"
      evidence_ids: "evidence:cbt"
      status: BENEFIT_STATUS_COMPUTED
    }
  }
  techniques {
    technique_id: "technique:liaison"
    session_count: 1
    stage_factor: 1
    preference_factor: 1
    rule_factor: 1
    response_factor: 1
  }
  techniques {
    technique_id: "technique:psychoeducation"
    modality_id: "modality:cbt"
    session_count: 1
    stage_factor: 1
    preference_factor: 1
    rule_factor: 1
    response_factor: 1
    kept_in_variant_count: 1
  }
  techniques {
    technique_id: "technique:repair"
    session_count: 1
    stage_factor: 1
    preference_factor: 1
    rule_factor: 1
    response_factor: 1
  }
  techniques {
    technique_id: "technique:restructuring"
    modality_id: "modality:cbt"
    session_count: 4
    benefits { need_id: "process:catastrophic" benefit: 0.16 reach: 1 rate: 0.01 response_factor: 1 }
    stage_factor: 1
    preference_factor: 1
    rule_factor: 0.7
    response_factor: 0.5
    rules { rule_id: "rule:heart" strength: 0.3 }
    kept_in_variant_count: 1
    evidence {
      concern_id: "concern:panic"
      share: 1
      rate: 0.01
      certainty: CERTAINTY_VERY_LOW
      summary: "Never studied with a figure that counts: a rationale only, very low certainty."
      status: BENEFIT_STATUS_RATIONALE_ONLY
    }
  }
  modalities {
    modality_id: "modality:cbt"
    access: MODALITY_ACCESS_DELIVERABLE
    session_count: 11
    rate: 0.22
    benefit: 0.2
    certainty: CERTAINTY_MODERATE
    preference_factor: 1
    rule_factor: 1
    response_factor: 1
  }
  modalities {
    modality_id: "modality:act"
    access: MODALITY_ACCESS_REFERRAL
    rate: 0.15
    benefit: 0.15
    certainty: CERTAINTY_LOW
    preference_factor: 1
    rule_factor: 1
    response_factor: 1
    missing_level_id: "level:specialist"
  }
  exclusions {
    technique_id: "technique:conversion"
    reason: EXCLUSION_REASON_NEVER_RECOMMEND
    because: "Conversion practice is known to harm and is never recommended"
  }
  exclusions {
    technique_id: "technique:holotropic"
    reason: EXCLUSION_REASON_FLAG
    cause_id: "flag:cardiac"
    caution { flag_id: "flag:cardiac" bearer_id: "technique:holotropic" level: CAUTION_LEVEL_EXCLUDE }
    because: "Holotropic breathwork is not used while this is so: Cardiac disease"
    lifted_by: "It can be looked at again if this proves not to be so: Cardiac disease"
    override_rule: OVERRIDE_RULE_WITH_ACKNOWLEDGEMENT
  }
  exclusions {
    technique_id: "technique:chair"
    reason: EXCLUSION_REASON_COMPETENCE
    cause_id: "modality:gestalt"
    because: "Chair work belongs to none of the therapist’s modalities"
    lifted_by: "Refer, or train in Gestalt therapy"
    override_rule: OVERRIDE_RULE_WITH_REASON
  }
  overrides {
    override {
      technique_id: "technique:interoceptive"
      reason: "Cardiology agrees, letter seen"
      acknowledged_cause_id: "flag:cardiac"
    }
    exclusion {
      technique_id: "technique:interoceptive"
      reason: EXCLUSION_REASON_FLAG
      cause_id: "flag:cardiac"
      because: "Interoceptive exposure waits while this is so: Cardiac disease"
      override_rule: OVERRIDE_RULE_WITH_ACKNOWLEDGEMENT
    }
  }
  ask_first { field: "flag" ids: "flag:pregnancy" ids: "flag:seizure" }
  assess { field: "trait.reactance" }
  tracking {
    measure_id: "measure:pdss"
    first_score: 18
    last_score: 11
    score_count: 4
    improvement: 7
    reliable_change: 5
    clinical_cutoff: 8
    course: MEASURE_COURSE_RELIABLY_BETTER
    verification: VERIFICATION_SOURCE
  }
  robustness {
    variants {
      name: "flat_certainty"
      difference: "certainty does not count"
      technique_ids: "technique:psychoeducation"
      technique_ids: "technique:restructuring"
      technique_ids: "technique:interoceptive"
    }
    variants { name: "bold" difference: "effects are read at their median" technique_ids: "technique:acceptance" }
  }
  goals: "take the bus alone"
  strengths: "reliable and curious"
  nodes { id: "concern:panic" kind: "concern" preferred_label: "Panic disorder" }
  nodes { id: "evidence:act" kind: "evidence" preferred_label: "ACT for anxiety, meta-analysis" }
  nodes { id: "evidence:cbt" kind: "evidence" preferred_label: "CBT for panic, network meta-analysis" }
  nodes { id: "evidence:null" kind: "evidence" preferred_label: "Exposure against relaxation, trial" }
  nodes { id: "evidence:rupture" kind: "evidence" preferred_label: "Rupture repair and outcome, meta-analysis" }
  nodes { id: "factor:repair" kind: "factor" preferred_label: "Repair of ruptures" }
  nodes { id: "flag:cardiac" kind: "flag" preferred_label: "Cardiac disease" }
  nodes { id: "flag:pregnancy" kind: "flag" preferred_label: "Pregnancy" }
  nodes { id: "flag:seizure" kind: "flag" preferred_label: "Seizure disorder" }
  nodes { id: "level:specialist" kind: "level" preferred_label: "Specialist" }
  nodes { id: "measure:pdss" kind: "measure" preferred_label: "PDSS" }
  nodes { id: "modality:act" kind: "modality" preferred_label: "Acceptance and commitment therapy" }
  nodes { id: "modality:cbt" kind: "modality" preferred_label: "Cognitive behavioural therapy" }
  nodes { id: "modality:gestalt" kind: "modality" preferred_label: "Gestalt therapy" }
  nodes { id: "process:avoidance" kind: "process" preferred_label: "Behavioural avoidance" }
  nodes { id: "process:catastrophic" kind: "process" preferred_label: "Catastrophic misinterpretation" }
  nodes { id: "process:loneliness" kind: "process" preferred_label: "Loneliness" }
  nodes { id: "rule:heart" kind: "rule" preferred_label: "cardiac disease (with panic or not)" }
  nodes { id: "rule:panic" kind: "rule" preferred_label: "panic with avoidance" }
  nodes { id: "rule:rupture" kind: "rule" preferred_label: "alliance strained" }
  nodes { id: "stage:action" kind: "stage" preferred_label: "Action" }
  nodes { id: "stage:preparation" kind: "stage" preferred_label: "Preparation" }
  nodes { id: "technique:acceptance" kind: "technique" preferred_label: "Acceptance exercises" }
  nodes { id: "technique:chair" kind: "technique" preferred_label: "Chair work" }
  nodes { id: "technique:conversion" kind: "technique" preferred_label: "Conversion practice" }
  nodes { id: "technique:holotropic" kind: "technique" preferred_label: "Holotropic breathwork" }
  nodes { id: "technique:interoceptive" kind: "technique" preferred_label: "Interoceptive exposure" }
  nodes { id: "technique:liaison" kind: "technique" preferred_label: "Liaison with the doctor" }
  nodes { id: "technique:psychoeducation" kind: "technique" preferred_label: "Psychoeducation" }
  nodes { id: "technique:repair" kind: "technique" preferred_label: "Rupture repair" }
  nodes { id: "technique:restructuring" kind: "technique" preferred_label: "Cognitive restructuring" }
)pb";

class Filler {
 public:
  void Fill(Message& message) {
    const Descriptor* type = message.GetDescriptor();
    if (!open_.insert(type).second) return;  // a message within itself
    std::set<const void*> filled;
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const auto* oneof = field->real_containing_oneof();
      if (oneof != nullptr && !filled.insert(oneof).second) continue;
      Set(message, *field);
    }
    open_.erase(type);
  }

 private:
  void Set(Message& message, const FieldDescriptor& field) {
    const Reflection* reflection = message.GetReflection();
    const int number = ++count_;
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = fmt::format("text{}end", number);
        many ? reflection->AddString(&message, &field, text) : reflection->SetString(&message, &field, text);
        break;
      }
      case FieldDescriptor::CPPTYPE_DOUBLE:
        many ? reflection->AddDouble(&message, &field, number) : reflection->SetDouble(&message, &field, number);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        many ? reflection->AddInt32(&message, &field, number) : reflection->SetInt32(&message, &field, number);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        many ? reflection->AddInt64(&message, &field, number) : reflection->SetInt64(&message, &field, number);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection->SetBool(&message, &field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const EnumDescriptor* type = field.enum_type();
        reflection->SetEnum(&message, &field, type->value(type->value_count() - 1));
        break;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (open_.contains(field.message_type())) break;
        Fill(many ? *reflection->AddMessage(&message, &field) : *reflection->MutableMessage(&message, &field));
        break;
      default:
        throw std::logic_error("a type of field that no message had: " + field.full_name());
    }
  }

  std::set<const Descriptor*> open_;
  int count_ = 0;
};

void Visit(Message& message, const std::string& prefix, const std::function<void(const Leaf&)>& visit) {
  const Reflection* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string path = prefix + field->name() + (field->is_repeated() ? "[]" : "");
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      visit({path, &message, field});
    } else if (!field->is_repeated()) {
      Visit(*reflection->MutableMessage(&message, field), path + ".", visit);
    } else {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        Visit(*reflection->MutableRepeatedMessage(&message, field, i), path + ".", visit);
      }
    }
  }
}

}  // namespace

v1::Recommendation Sample() {
  v1::Recommendation sample;
  if (!google::protobuf::TextFormat::ParseFromString(kSample, &sample)) throw std::logic_error("the sample is broken");
  return sample;
}

v1::ResponseHeader SampleHeader() {
  v1::ResponseHeader header;
  header.set_revision(12);
  header.set_policy_version("0123456789abcdef");
  header.set_store_id("store-of-a-test");
  return header;
}

v1::Completeness Exact() {
  v1::Completeness completeness;
  completeness.set_state(v1::COMPLETENESS_STATE_EXACT);
  return completeness;
}

void FillEveryField(Message& message) { Filler().Fill(message); }

std::string Leaf::text() const {
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return {};
  const Reflection* reflection = message->GetReflection();
  return field->is_repeated() ? reflection->GetRepeatedString(*message, field, 0)
                              : reflection->GetString(*message, field);
}

void Leaf::Change() const {
  const Reflection* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field->is_repeated()) {
        reflection->SetRepeatedString(message, field, 0, "changed");
      } else {
        reflection->SetString(message, field, "changed");
      }
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      reflection->SetDouble(message, field, reflection->GetDouble(*message, field) + 1);
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection->SetInt32(message, field, reflection->GetInt32(*message, field) + 1);
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      reflection->SetInt64(message, field, reflection->GetInt64(*message, field) + 1);
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection->SetBool(message, field, !reflection->GetBool(*message, field));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection->SetEnumValue(message, field, reflection->GetEnumValue(*message, field) == 1 ? 2 : 1);
      break;
    default:
      throw std::logic_error("a type of field that no message had: " + field->full_name());
  }
}

void ForEachLeaf(Message& root, const std::function<void(const Leaf&)>& visit) { Visit(root, "", visit); }

}  // namespace braid::service
