#include "tools/braidd/config.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <istream>
#include <limits>
#include <memory>
#include <vector>

#include "fmt/format.h"

namespace braid::braidd {
namespace {

constexpr char kDescription[] =
    "braidd serves a Braid ontology over gRPC: nodes, edges, history, and the integrative paths between a client's\n"
    "dimensions.\n"
    "\n"
    "  braidd --data ./data --seed ontology     start on the shipped ontology (an empty store only)\n"
    "  braidd --data ./data                     start again on what is there\n"
    "  braid info                               ask it, from another shell\n"
    "\n"
    "Once it serves, it prints one line on standard output:\n"
    "  braidd VERSION listening on HOST:PORT store ID revision N nodes M edges K\n"
    "and logs to standard error. SIGTERM and Ctrl-C let calls under way end, for at most 5 s.";

constexpr char kFooter[] =
    "Every option is also a variable (--limits.max_hops is BRAID_LIMITS_MAX_HOPS) and a line of the file that --config "
    "names\n"
    "(limits.max_hops = 8). A flag wins over a variable, a variable over the file.\n"
    "\n"
    "Exit codes: 0 stopped by a signal, or what was asked for was printed; 2 bad usage, configuration or seed; 3 the "
    "seed was\n"
    "not found; 4 the data or the seed was refused (written by a newer Braid, against the schema); 5 try again (data "
    "or port\n"
    "in use, disk full); 7 damaged data, or a fault of ours.";

// `BRAID_LIMITS_MAX_HOPS` for `limits.max_hops`.
std::string EnvironmentName(std::string key) {
  std::replace(key.begin(), key.end(), '.', '_');
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return "BRAID_" + key;
}

// CLI11's own reader with two differences: a dot is part of a key's name and not a subcommand's, and a key that the
// environment sets is passed over (CLI11 lets the file win).
class ConfigFile final : public CLI::ConfigINI {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> kept;
    for (CLI::ConfigItem& item : CLI::ConfigINI::from_config(input)) {
      if (item.name == "++" || item.name == "--") continue;  // the begin and end of a section
      item.name = item.fullname();
      item.parents.clear();
      const char* variable = std::getenv(EnvironmentName(item.name).c_str());
      if (variable == nullptr || *variable == '\0') kept.push_back(std::move(item));
    }
    return kept;
  }
};

// Adds options that the environment and the file know too.
class Options {
 public:
  explicit Options(CLI::App& app) : app_(app) {}

  template <typename T>
  CLI::Option* Add(const std::string& key, T& value, const std::string& help) {
    return app_.add_option("--" + key, value, help)->capture_default_str()->envname(EnvironmentName(key));
  }
  void AddFlag(const std::string& key, bool& value, const std::string& help) {
    app_.add_flag("--" + key, value, help)->envname(EnvironmentName(key));
  }
  void AddLimit(const std::string& key, std::int64_t& value, std::int64_t least, std::int64_t most,
                const std::string& help) {
    Add("limits." + key, value, help)->check(CLI::Range(least, most))->group("Limits");
  }

 private:
  CLI::App& app_;
};

void AddLimits(service::Limits& limits, Options& options) {
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  options.AddLimit("message_bytes", limits.message_bytes, 1024, 64 << 20, "bytes of one request");
  options.AddLimit("max_paths", limits.max_paths, 1, 1000, "paths that FindPaths may be asked for");
  options.AddLimit("max_hops", limits.max_hops, 1, 12, "hops that FindPaths may be asked for");
  options.AddLimit("max_terminals", limits.max_terminals, 2, 8, "terminals that ConnectDimensions may be asked for");
  options.AddLimit("max_work", limits.max_work, 1, kAny, "work units of one search: arcs scanned and heap pops");
  options.AddLimit("max_travel_changes", limits.max_travel_changes, 0, kAny,
                   "changes to walk back for a past revision");
  options.AddLimit("streams", limits.streams, 1, 100'000, "calls under way on one connection");
  options.AddLimit("page_size", limits.page_size, 1, 1000, "items a page");
}

// A text is quoted in the file, so that blanks and `#` in it stay its own.
std::string Quoted(const std::string& text) { return fmt::format("\"{}\"", text); }

// The configuration in force, in the form of its file.
std::string Print(const Config& config, const std::string& log_level) {
  const service::Limits& limits = config.server.limits;
  return fmt::format(
      "data = {}\nlisten = {}\nseed = {}\ninsecure_i_know = {}\nlog.level = {}\nlimits.message_bytes = {}\n"
      "limits.max_paths = {}\nlimits.max_hops = {}\nlimits.max_terminals = {}\n"
      "limits.max_work = {}\nlimits.max_travel_changes = {}\nlimits.streams = {}\nlimits.page_size = {}\n",
      Quoted(config.data), Quoted(config.server.listen), Quoted(config.seed), config.server.insecure_i_know,
      Quoted(log_level), limits.message_bytes, limits.max_paths, limits.max_hops, limits.max_terminals, limits.max_work,
      limits.max_travel_changes, limits.streams, limits.page_size);
}

}  // namespace

Asked ReadConfig(int argc, char** argv) {
  Asked asked;
  Config& config = asked.config;
  config.server.software_version = BRAID_VERSION;
  std::string log_level = "info";

  CLI::App app(kDescription, "braidd");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("braidd ") + BRAID_VERSION, "prints the version");
  app.config_formatter(std::make_shared<ConfigFile>());
  app.set_config("--config", "", "file with `key = value` lines");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.add_flag("--check-config", asked.check_only, "prints the configuration in force and ends")->configurable(false);
  Options options(app);
  options.Add("data", config.data, "folder of the store; made where it does not exist");
  options.Add("listen", config.server.listen, "host:port; port 0 is any free one");
  options.Add("seed", config.seed, "folder of an ontology, loaded into an empty store");
  options.AddFlag("insecure_i_know", config.server.insecure_i_know,
                  "listen on an address that others can reach, though nothing is encrypted and nobody is identified");
  options.Add("log.level", log_level, "least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
  AddLimits(config.server.limits, options);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    asked.exit_code = app.exit(error) == 0 ? 0 : kExitUsage;
    return asked;
  }
  config.log_level = *service::LogLevelNamed(log_level);
  if (asked.check_only) std::cout << Print(config, log_level);
  return asked;
}

}  // namespace braid::braidd
