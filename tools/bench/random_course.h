// Courses of sessions that nobody wrote down, for tests and for tools/bench.

#ifndef BRAID_TOOLS_BENCH_RANDOM_COURSE_H_
#define BRAID_TOOLS_BENCH_RANDOM_COURSE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/progress/course.h"

namespace braid::ontology {

// A course of 1 to 24 records of a client with `profile` who is treated by `in_force` (ids of techniques), as
// ReadCourse takes it: scores that rise, fall, stay or jump, gaps, missed sessions, ruptures and their repair, flags,
// and every other event. The same seed gives the same one.
Course RandomCourse(const graph::Snapshot& snapshot, const ClientProfile& profile,
                    const std::vector<std::string>& in_force, std::uint32_t seed);

}  // namespace braid::ontology

#endif  // BRAID_TOOLS_BENCH_RANDOM_COURSE_H_
