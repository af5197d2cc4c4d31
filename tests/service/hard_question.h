// A question whose exact answer takes longer than anyone waits: paths of twelve hops through a dense graph that cross
// four modalities, of which there are three. Nothing short of walking every path tells that there is none.

#ifndef BRAID_TESTS_SERVICE_HARD_QUESTION_H_
#define BRAID_TESTS_SERVICE_HARD_QUESTION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "tests/service/server_fixture.h"

namespace braid::service {

inline std::vector<v1::Change> HardGraph() {
  constexpr int kSize = 24;
  std::vector<v1::Change> changes = {PutNode("modality:third", "modality", "Third")};
  const std::vector<std::string> modalities = {"modality:cbt", "modality:systemic", "modality:third"};
  for (int i = 0; i < kSize; ++i) {
    changes.push_back(PutNode(fmt::format("process:p{}", i), "process", fmt::format("Process {}", i)));
    changes.push_back(PutNode(fmt::format("technique:t{}", i), "technique", fmt::format("Technique {}", i)));
    changes.push_back(
        PutEdge(fmt::format("technique:t{} originates_in {}", i, modalities[static_cast<std::size_t>(i % 3)])));
    changes.back().mutable_put_edge()->mutable_edge()->set_primary(true);
  }
  for (int technique = 0; technique < kSize; ++technique) {
    for (int process = 0; process < kSize; ++process) {
      changes.push_back(PutEdge(fmt::format("technique:t{} engages process:p{}", technique, process),
                                0.5 + 0.01 * ((technique * 7 + process * 3) % 40)));
    }
  }
  return changes;
}

inline v1::FindPathsRequest HardQuestion() {
  v1::FindPathsRequest request;
  request.add_source_ids("process:p0");
  request.add_target_ids("process:p1");
  request.set_max_hops(12);
  request.set_min_modalities(4);
  request.set_pattern("any");
  request.add_relations("engages");
  return request;
}

// One easy answer to it beside: a chain from the one end to the other across four modalities.
inline std::vector<v1::Change> EasyChain() {
  std::vector<v1::Change> changes;
  const std::vector<std::string> processes = {"p0", "x1", "x2", "x3", "p1"};
  for (std::size_t i = 1; i <= 3; ++i) changes.push_back(PutNode("process:" + processes[i], "process", processes[i]));
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string technique = fmt::format("technique:chain{}", i);
    const std::string modality = fmt::format("modality:chain{}", i);
    changes.push_back(PutNode(technique, "technique", technique));
    changes.push_back(PutNode(modality, "modality", modality));
    changes.push_back(PutEdge(technique + " originates_in " + modality));
    changes.back().mutable_put_edge()->mutable_edge()->set_primary(true);
    changes.push_back(PutEdge(fmt::format("{} engages process:{}", technique, processes[i]), 1));
    changes.push_back(PutEdge(fmt::format("{} engages process:{}", technique, processes[i + 1]), 1));
  }
  return changes;
}

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_HARD_QUESTION_H_
