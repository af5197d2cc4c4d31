// The configuration of braidd: one key, three ways (flag, environment, file), in that order of precedence.

#ifndef BRAID_TOOLS_BRAIDD_CONFIG_H_
#define BRAID_TOOLS_BRAIDD_CONFIG_H_

#include <optional>
#include <string>

#include "service/log.h"
#include "service/server.h"

namespace braid::braidd {

struct Config {
  std::string data = "braid-data";
  std::string seed;  // empty: none
  service::ServerOptions server;
  service::LogLevel log_level = service::LogLevel::kInfo;
};

// What the arguments ask for: to serve with `config`, or only to check it, or, where that is set, to end with
// `exit_code`.
struct Asked {
  Config config;
  bool check_only = false;  // --check-config: it was printed
  std::optional<int> exit_code;
};

// Reads arguments, environment and file; prints what --help, --version and --check-config ask for to standard output,
// and what is wrong to standard error.
Asked ReadConfig(int argc, char** argv);

// Exit codes, as --help lists them.
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotFound = 3;
inline constexpr int kExitRefused = 4;
inline constexpr int kExitTryAgain = 5;
inline constexpr int kExitDamaged = 7;

}  // namespace braid::braidd

#endif  // BRAID_TOOLS_BRAIDD_CONFIG_H_
