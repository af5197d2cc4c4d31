// Named places where a test ends the process, as a crash would.
//
// BRAID_KILL_POINT=name[:n] in the environment calls _exit(kKillPointExit) at the n-th pass of that name (n = 1 where
// it is left out). Compiled only with BRAID_FAULTS; otherwise a kill point is nothing at all.

#ifndef BRAID_GRAPH_STORE_KILL_POINT_H_
#define BRAID_GRAPH_STORE_KILL_POINT_H_

namespace braid::graph::store {

inline constexpr int kKillPointExit = 86;

#ifdef BRAID_FAULTS
void KillPoint(const char* name);
#else
inline void KillPoint(const char* /*name*/) {}
#endif

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_KILL_POINT_H_
