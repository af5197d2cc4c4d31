// One run of the command line: what was asked for everywhere (server, output, consistency), and how it ends.
//
// Thread safety: one thread.

#ifndef BRAID_TOOLS_BRAID_SESSION_H_
#define BRAID_TOOLS_BRAID_SESSION_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "braid/v1/common.pb.h"
#include "tools/braid/terminal.h"

namespace braid::cli {

// How a run ends (api.md, section 7).
enum ExitCode : int {
  kAnswer = 0,      // an answer, also a truncated one (said on standard error)
  kNegative = 1,    // an empty or negative answer
  kUsage = 2,       // bad usage or a bad argument
  kNotFound = 3,    // a thing that was named does not exist
  kRefused = 4,     // refused for the state: a precondition, a conflict
  kTryAgain = 5,    // unavailable, exhausted, past the deadline; a truncated answer under --exact
  kNotAllowed = 6,  // identity or role
  kDamage = 7,      // damage, or a fault of the server
};

enum class Output { kTable, kJson, kTextproto };

// Flags that every command takes.
struct Options {
  std::string server = "127.0.0.1:7400";
  Output output = Output::kTable;
  std::int64_t at_revision = 0;
  std::int64_t at_least = 0;
  std::string timeout = "10s";
  std::string author;
  ColorMode color = ColorMode::kAuto;
  bool exact = false;
  std::vector<std::string> languages;
};

// `10s`, `250ms`, `2m`, or a bare number of seconds. Nullopt where it is none of them, or not above zero.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

// Words to and from a proto's enum: `low` for CERTAINTY_LOW.
std::string EnumWord(const google::protobuf::EnumDescriptor* type, int value);

class Session {
 public:
  explicit Session(const Options& options);

  const Options& options() const { return options_; }
  const Terminal& terminal() const { return terminal_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // The consistency that the flags ask for.
  v1::Consistency consistency() const;

  // A call with the deadline and the author that the flags ask for.
  std::unique_ptr<grpc::ClientContext> NewCall() const;

  // Prints `reply` in the form asked for: `table` draws it for a person, the others print all of it.
  void Print(const google::protobuf::Message& reply, const std::function<std::string()>& table) const;

  // Prints the notices of a reply to standard error, where a person reads.
  void PrintNotices(const v1::ResponseHeader& header) const;

  // How an answer ends: kAnswer or kNegative; one that was cut is said so on standard error, and is kTryAgain under
  // --exact.
  ExitCode Finish(const v1::Completeness& completeness, bool is_positive) const;

  // Prints an error: the reason, every violation with its field, the way out. Returns how the run ends.
  ExitCode Fail(const grpc::Status& status) const;

 private:
  Options options_;
  Terminal terminal_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_SESSION_H_
