// Golden files of ontology/.

#ifndef BRAID_TESTS_ONTOLOGY_GOLDEN_H_
#define BRAID_TESTS_ONTOLOGY_GOLDEN_H_

#include <string>

#include "tests/golden.h"

namespace braid::ontology {

// Compares `text` with tests/ontology/golden/NAME, as test::ExpectGolden does.
inline void ExpectGolden(const std::string& name, const std::string& text) {
  test::ExpectGolden("ontology/golden/" + name, text);
}

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_GOLDEN_H_
