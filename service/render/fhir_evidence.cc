#include "service/render/fhir_evidence.h"

#include <string_view>

#include "fmt/format.h"

namespace braid::service {
namespace {

// The population of findings about the relationship, which are of no concern in particular.
constexpr std::string_view kAnyConcern = "concern:any";

std::string EvidenceUrl(const std::string& finding, const std::string& concern) {
  return "urn:uuid:" + NamedUuid(fmt::format("Evidence|{}|{}", finding, concern));
}

std::string VariableUrl(const std::string& id) {
  return "urn:uuid:" + NamedUuid(fmt::format("EvidenceVariable|{}", id));
}

}  // namespace

Json BundleEntry(const std::string& url, Json resource) {
  return {{"fullUrl", url}, {"resource", std::move(resource)}};
}

FhirEvidence::FhirEvidence(const v1::Recommendation& recommendation, const Labels& labels) : labels_(labels) {
  for (const v1::RecommendedTechnique& technique : recommendation.techniques()) {
    for (const v1::ConcernBenefit& benefit : technique.evidence()) {
      for (const std::string& finding : benefit.evidence_ids()) {
        citations_[{finding, benefit.concern_id()}].technique_ids.insert(technique.technique_id());
      }
    }
    for (const v1::CounterFinding& counter : technique.counter_findings()) {
      Citation& citation = citations_[{counter.evidence_id(), counter.concern_id()}];
      citation.technique_ids.insert(technique.technique_id());
      citation.remarks.insert(
          fmt::format("{}: {}", labels_.Of(technique.technique_id()), CounterWords(counter.polarity())));
    }
  }
  for (const v1::RelationshipStep& step : recommendation.relationship().steps()) {
    for (const std::string& finding : step.evidence_ids()) {
      citations_[{finding, std::string(kAnyConcern)}].technique_ids.insert(step.technique_id());
    }
  }
}

Json FhirEvidence::References() const {
  Json references = Json::array();
  for (const auto& [key, citation] : citations_) {
    references.push_back({{"reference", EvidenceUrl(key.first, key.second)}, {"display", labels_.Of(key.first)}});
  }
  return references;
}

Json FhirEvidence::EvidenceOf(const Key& key, const Citation& citation) const {
  Json evidence = {{"resourceType", "Evidence"},
                   {"identifier", {{{"system", kOntologySystem}, {"value", key.first}}}},
                   {"title", labels_.Of(key.first)},
                   {"status", "active"}};
  const v1::Node* node = labels_.Find(key.first);
  if (node != nullptr && !node->definition().empty()) evidence["description"] = node->definition();
  for (const std::string& remark : citation.remarks) evidence["note"].push_back({{"text", remark}});
  evidence["exposureBackground"] = {{"reference", VariableUrl(key.second)}, {"display", labels_.Of(key.second)}};
  for (const std::string& id : citation.technique_ids) {
    evidence["exposureVariant"].push_back({{"reference", VariableUrl(id)}, {"display", labels_.Of(id)}});
  }
  return evidence;
}

Json FhirEvidence::VariableOf(const std::string& id) const {
  const Json definition = {{"coding", {CodingOf(id, labels_)}}, {"text", labels_.Of(id)}};
  return {{"resourceType", "EvidenceVariable"},
          {"identifier", {{{"system", kOntologySystem}, {"value", id}}}},
          {"title", labels_.Of(id)},
          {"status", "active"},
          {"characteristic", {{{"definitionCodeableConcept", definition}}}}};
}

void FhirEvidence::AppendTo(Json& entries) const {
  std::set<std::string> variables;
  for (const auto& [key, citation] : citations_) {
    entries.push_back(BundleEntry(EvidenceUrl(key.first, key.second), EvidenceOf(key, citation)));
    variables.insert(key.second);
    variables.insert(citation.technique_ids.begin(), citation.technique_ids.end());
  }
  for (const std::string& id : variables) entries.push_back(BundleEntry(VariableUrl(id), VariableOf(id)));
}

}  // namespace braid::service
