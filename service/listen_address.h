// Where a server listens, and whether only this machine can reach it.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_LISTEN_ADDRESS_H_
#define BRAID_SERVICE_LISTEN_ADDRESS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace braid::service {

struct ListenAddress {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  bool loopback = false;  // `localhost`, 127.0.0.0/8 or ::1; any other name counts as reachable from elsewhere
};

// Reads `host:port`, an IPv6 host in brackets. Errors: kInvalidArgument VALUE_OUT_OF_RANGE, field `listen`
absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text);

// `host:port`, an IPv6 host in brackets.
std::string ToString(const ListenAddress& address);

}  // namespace braid::service

#endif  // BRAID_SERVICE_LISTEN_ADDRESS_H_
