// A course as a caller would send it.

#ifndef BRAID_TOOLS_BENCH_COURSE_MESSAGE_H_
#define BRAID_TOOLS_BENCH_COURSE_MESSAGE_H_

#include "braid/v1/course.pb.h"
#include "ontology/progress/course.h"

namespace braid {

// What wire::DecodeCourse reads as `course`.
v1::Course MessageOf(const ontology::Course& course);

}  // namespace braid

#endif  // BRAID_TOOLS_BENCH_COURSE_MESSAGE_H_
