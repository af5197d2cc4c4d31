// Questions about the shipped ontology, drawn by lot, and answers collected.

#ifndef BRAID_TESTS_SERVICE_PATH_QUESTIONS_H_
#define BRAID_TESTS_SERVICE_PATH_QUESTIONS_H_

#include <random>
#include <string>
#include <vector>

#include "tests/service/server_fixture.h"

namespace braid::service {

template <typename Random>
const char* OneOf(const std::vector<const char*>& choices, Random& random) {
  return choices[random() % choices.size()];
}

// A question of any shape that is quick to answer: ends of all kinds, every named pattern, filters, a budget now and
// then.
template <typename Random>
v1::FindPathsRequest RandomQuestion(Random& random) {
  const std::vector<const char*> ends = {
      "dimension:thoughts", "dimension:emotions",     "dimension:behaviours", "dimension:relationships",
      "dimension:context",  "concern:depression",     "process:rumination",   "process:loneliness",
      "process:low_mood",   "process:self_criticism", "process:shame",        "process:withdrawal_inactivity"};
  const auto once_in = [&](unsigned n) { return random() % n == 0; };
  v1::FindPathsRequest request;
  request.add_source_ids(OneOf(ends, random));
  request.add_target_ids(OneOf(ends, random));
  if (once_in(4)) request.add_source_ids(OneOf(ends, random));
  if (once_in(4)) request.add_target_ids(OneOf(ends, random));
  request.set_pattern(OneOf({"spread", "bridge", "mechanism", "", "any", ">influences{1,3}"}, random));
  request.set_max_path_count(static_cast<int>(1 + random() % 30));
  request.set_max_hops(static_cast<int>(2 + random() % 5));
  request.set_min_modalities(static_cast<int>(random() % 3));
  if (once_in(4)) request.set_distinct_nodes(true);
  if (once_in(4)) request.set_diverse_share(0.5);
  if (once_in(4)) request.set_min_certainty(v1::CERTAINTY_LOW);
  if (once_in(5)) request.add_avoid_ids("process:rumination");
  if (once_in(5)) request.add_must_pass_ids("process:low_mood");
  if (once_in(4)) request.mutable_profile()->add_needs()->set_node_id("process:loneliness");
  if (once_in(4)) request.mutable_profile()->add_concern_ids("concern:depression");
  // So much that an exact answer is quick, and sometimes so little that it is cut.
  request.mutable_budget()->set_max_work(once_in(3) ? 500 + static_cast<std::int64_t>(random() % 5000) : 300'000);
  return request;
}

// What a stream gave.
struct Streamed {
  std::vector<v1::Path> paths;
  std::vector<v1::PathsSummary> summaries;
  bool summary_is_last = false;
  grpc::Status status;
};

inline Streamed Stream(v1::PathService::Stub& stub, const v1::FindPathsRequest& request) {
  grpc::ClientContext context;  // without a deadline, so that the limits in force are the same every time
  const auto reader = stub.StreamPaths(&context, request);
  Streamed streamed;
  for (v1::StreamPathsResponse part; reader->Read(&part);) {
    streamed.summary_is_last = part.has_summary();
    if (part.has_path()) streamed.paths.push_back(part.path());
    if (part.has_summary()) streamed.summaries.push_back(part.summary());
  }
  streamed.status = reader->Finish();
  return streamed;
}

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_PATH_QUESTIONS_H_
