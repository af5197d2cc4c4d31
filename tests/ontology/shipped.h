// The ontology as it is shipped, for tests.

#ifndef BRAID_TESTS_ONTOLOGY_SHIPPED_H_
#define BRAID_TESTS_ONTOLOGY_SHIPPED_H_

#include "graph/snapshot.h"

namespace braid::ontology {

// Loaded once for all tests of a program: it does not change. Fails the test, and returns null, where it is refused.
graph::SnapshotPtr ShippedOntology();

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_SHIPPED_H_
