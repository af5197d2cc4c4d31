// The few distribution functions that evidence synthesis needs, from Boost.Math, whose headers stay behind this one.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_EVIDENCE_DISTRIBUTIONS_H_
#define BRAID_ONTOLOGY_EVIDENCE_DISTRIBUTIONS_H_

namespace braid::ontology {

// Φ(x).
double NormalCdf(double x);
// Φ⁻¹(p). REQUIRES: 0 < p < 1.
double NormalQuantile(double p);
// The p-quantile of Student's t. REQUIRES: 0 < p < 1, degrees > 0.
double StudentTQuantile(double p, double degrees);
// P(|T| >= |t|) for Student's t. REQUIRES: degrees > 0.
double StudentTTwoSided(double t, double degrees);

// The half-width of a 95 % interval in standard errors: Φ⁻¹(.975) = 1.959964.
double Normal95();

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_DISTRIBUTIONS_H_
