#include "graph/store/kill_point.h"

#ifdef BRAID_FAULTS

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

namespace braid::graph::store {
namespace {

struct Target {
  std::string name;
  int passes = 1;
};

Target TargetFromEnvironment() {
  const char* value = std::getenv("BRAID_KILL_POINT");
  if (value == nullptr) return {};
  const std::string_view text(value);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {std::string(text), 1};
  return {std::string(text.substr(0, colon)), std::atoi(value + colon + 1)};
}

}  // namespace

void KillPoint(const char* name) {
  static const Target target = TargetFromEnvironment();
  static std::atomic<int> passed = 0;
  if (target.name.empty() || target.name != name) return;
  // _exit, not exit: no destructor runs and no buffer is flushed, as in a crash.
  if (passed.fetch_add(1) + 1 == target.passes) _exit(kKillPointExit);
}

}  // namespace braid::graph::store

#endif  // BRAID_FAULTS
