// What every handler shares: the store, the limits, who the server is.

#ifndef BRAID_SERVICE_CORE_H_
#define BRAID_SERVICE_CORE_H_

#include <cstdint>
#include <string>

#include "graph/store/store.h"

namespace braid::service {

// Limits in force: the configuration's keys `limits.*`, with their safe defaults.
struct Limits {
  std::int64_t message_bytes = 4 << 20;         // of one request
  std::int64_t max_paths = 1000;                // of FindPaths
  std::int64_t max_hops = 12;                   // of FindPaths
  std::int64_t max_terminals = 8;               // of ConnectDimensions
  std::int64_t max_work = 50'000'000;           // work units of one search: seconds, where no deadline comes first
  std::int64_t max_travel_changes = 1'000'000;  // how far back at_exact_snapshot reaches
  std::int64_t streams = 100;                   // calls under way on one connection
  std::int64_t page_size = 1000;                // items a page, at most
};

// Lives longer than every handler. Thread safety: immutable; the store has its own promise.
struct Core {
  graph::store::Store& store;
  Limits limits;
  std::string software_version;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_CORE_H_
