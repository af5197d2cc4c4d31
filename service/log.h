// A small leveled log on stderr: one line an event, with its time (UTC) and level.
//
// What a caller asked for never gets in: neither ids nor texts of a request, only methods, request ids, codes,
// durations.
//
// Thread safety: any use from any thread; lines never mix.

#ifndef BRAID_SERVICE_LOG_H_
#define BRAID_SERVICE_LOG_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace braid::service {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };

// `debug`, `info`, `warning`, `error`, `off`.
std::optional<LogLevel> LogLevelNamed(std::string_view name);

class Log {
 public:
  explicit Log(LogLevel least) : least_(least) {}

  bool Writes(LogLevel level) const { return level >= least_; }
  // Writes `message` as one line where `level` is written; its line breaks become blanks.
  void Write(LogLevel level, std::string_view message) const;

 private:
  LogLevel least_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_LOG_H_
