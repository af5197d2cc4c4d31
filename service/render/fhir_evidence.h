// The findings that a recommendation cites, as FHIR R4 Evidence and EvidenceVariable resources.
//
// R4's Evidence is about one population (`exposureBackground`) and any number of exposures (`exposureVariant`): so
// there is one for each finding and concern, with every technique that cites it for that concern.
//
// Thread safety: one thread.

#ifndef BRAID_SERVICE_RENDER_FHIR_EVIDENCE_H_
#define BRAID_SERVICE_RENDER_FHIR_EVIDENCE_H_

#include <map>
#include <set>
#include <string>
#include <utility>

#include "braid/v1/plan.pb.h"
#include "service/render/json_parts.h"
#include "service/render/phrases.h"

namespace braid::service {

// `{fullUrl, resource}` of a Bundle of which nothing has been taken in by a server: `urn:uuid:` names.
Json BundleEntry(const std::string& url, Json resource);

class FhirEvidence {
 public:
  // All findings of benefits, of the relationship and against techniques. Both outlive it.
  FhirEvidence(const v1::Recommendation& recommendation, const Labels& labels);

  // References to the Evidence resources, in the order of (finding, concern).
  Json References() const;
  // Appends the entries: Evidence, then EvidenceVariable, each in the order of ids.
  void AppendTo(Json& entries) const;

 private:
  struct Citation {
    std::set<std::string> technique_ids;
    std::set<std::string> remarks;  // what it says against a technique
  };
  using Key = std::pair<std::string, std::string>;  // finding, concern

  Json EvidenceOf(const Key& key, const Citation& citation) const;
  Json VariableOf(const std::string& id) const;

  const Labels& labels_;
  std::map<Key, Citation> citations_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_FHIR_EVIDENCE_H_
