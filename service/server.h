// The server: Braid's services on one address, with health, reflection and limits.
//
// Thread safety: any method from any thread; one caller of Shutdown.

#ifndef BRAID_SERVICE_SERVER_H_
#define BRAID_SERVICE_SERVER_H_

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/store/store.h"
#include "service/call_runner.h"
#include "service/core.h"
#include "service/log.h"

namespace braid::service {

struct ServerOptions {
  std::string listen = "127.0.0.1:7400";  // host:port; port 0: the system chooses
  bool insecure_i_know = false;           // allows an address that is not loopback, though nothing is encrypted
  Limits limits;
  std::string software_version;
};

// Whether a server could be started with `options`, the port aside.
// Errors: kInvalidArgument VALUE_OUT_OF_RANGE, every bad one at once: `listen` is no address, or not loopback without
//         insecure_i_know; a limit is out of its range
absl::Status CheckOptions(const ServerOptions& options);

class Server {
 public:
  static constexpr std::chrono::seconds kGrace{5};  // for calls under way when the server shuts down

  // Serves `store`, which, like `log`, outlives the server.
  //
  // Errors: those of CheckOptions; kResourceExhausted the port is taken
  static absl::StatusOr<std::unique_ptr<Server>> Start(graph::store::Store& store, const ServerOptions& options,
                                                       const Log& log);
  // Shuts down first.
  ~Server();

  // `127.0.0.1:7400`, with the port that was chosen.
  const std::string& address() const;
  CallCounts counts() const;

  // Says NOT_SERVING, refuses new calls, waits for those under way at most `grace`, then cancels them. Returns when all
  // are through. Further calls do nothing.
  void Shutdown(std::chrono::milliseconds grace = kGrace);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_SERVER_H_
