// Small bodies of evidence for tests, under the shipped schema and the shipped policy.

#ifndef BRAID_TESTS_ONTOLOGY_EVIDENCE_EVIDENCE_SKETCH_H_
#define BRAID_TESTS_ONTOLOGY_EVIDENCE_EVIDENCE_SKETCH_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/change.h"
#include "graph/snapshot.h"
#include "ontology/evidence/synthesis.h"

namespace braid::ontology {

// What a test says of a finding; the rest has defaults that compute.
struct FindingSketch {
  std::string id;  // without its prefix
  std::vector<std::string> about;
  std::vector<std::string> concerns;
  std::string design = "meta_analysis";
  std::string comparator = "usual care";
  std::string outcome = "symptoms";
  std::string metric = "g";
  std::string sign = "positive_favours_target";
  std::optional<double> value, low, high, level, tau_squared;
  std::optional<int> k, n, search_year;
  std::optional<int> year;   // of its source
  std::string source;        // without its prefix; empty: one of its own where it has a year
  std::string risk_of_bias;  // empty: not reported
  bool recalled = false;
  graph::Polarity polarity = graph::Polarity::kSupports;
};

class EvidenceSketch {
 public:
  // Concerns depression (group mood), dysthymia (mood), panic (anxiety) and any; modalities cbt and act; techniques
  // activation (of cbt), diary (of cbt and act), alone (of none).
  EvidenceSketch();

  EvidenceSketch& Add(FindingSketch finding);
  // The edge's certainty, given by a curator of this name.
  EvidenceSketch& Grade(const std::string& intervention, const std::string& concern, graph::Certainty certainty,
                        const std::string& name);

  graph::SnapshotPtr Snapshot() const;
  Synthesis Ask(const std::string& intervention, const std::string& concern) const;

  EvidencePolicy policy;  // the shipped one

 private:
  std::map<std::string, graph::Node> nodes_;
  std::map<graph::EdgeKey, graph::Edge> edges_;
};

// The policy of ontology/policy.textproto.
EvidencePolicy ShippedEvidencePolicy();

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_EVIDENCE_EVIDENCE_SKETCH_H_
