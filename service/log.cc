#include "service/log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>

#include "fmt/chrono.h"
#include "fmt/format.h"

namespace braid::service {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"debug", "info", "warning", "error", "off"};

}  // namespace

std::optional<LogLevel> LogLevelNamed(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void Log::Write(LogLevel level, std::string_view message) const {
  if (!Writes(level)) return;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto milliseconds = now.time_since_epoch().count() % 1000;
  std::string line(message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  line = fmt::format("{:%FT%T}.{:03}Z {} {}\n", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds,
                     kNames[static_cast<std::size_t>(level)], line);
  std::fwrite(line.data(), 1, line.size(), stderr);  // one call: stdio's lock keeps lines whole
}

}  // namespace braid::service
