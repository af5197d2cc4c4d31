// Where in the seed each cell of the fact base has to be.

#ifndef BRAID_TESTS_ONTOLOGY_SEED_FIDELITY_RULES_H_
#define BRAID_TESTS_ONTOLOGY_SEED_FIDELITY_RULES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "tests/ontology/seed_fidelity_files.h"

namespace braid::ontology::testing {

// What of `facts` is not in `seed`, or not where it belongs: one sentence a cell, `techniques.csv tq_x: sessions_min
// "3" is not in the seed`. A table or column without a rule is a finding too, so that a new one cannot slip by. Stops
// after `limit`.
std::vector<std::string> FindLosses(const FactBase& facts, const Seed& seed, std::size_t limit);

}  // namespace braid::ontology::testing

#endif  // BRAID_TESTS_ONTOLOGY_SEED_FIDELITY_RULES_H_
