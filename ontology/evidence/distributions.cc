#include "ontology/evidence/distributions.h"

#include <cmath>

#include "boost/math/distributions/normal.hpp"
#include "boost/math/distributions/students_t.hpp"

namespace braid::ontology {

double NormalCdf(double x) { return boost::math::cdf(boost::math::normal(), x); }

double NormalQuantile(double p) { return boost::math::quantile(boost::math::normal(), p); }

double StudentTQuantile(double p, double degrees) { return boost::math::quantile(boost::math::students_t(degrees), p); }

double StudentTTwoSided(double t, double degrees) {
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), std::abs(t)));
}

double Normal95() {
  static const double z = NormalQuantile(0.975);
  return z;
}

}  // namespace braid::ontology
