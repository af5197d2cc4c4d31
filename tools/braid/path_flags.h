// Flags of every question about paths: where from and to, which paths count, for which client.

#ifndef BRAID_TOOLS_BRAID_PATH_FLAGS_H_
#define BRAID_TOOLS_BRAID_PATH_FLAGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "braid/v1/node.pb.h"
#include "braid/v1/profile.pb.h"
#include "tools/braid/session.h"
#include "tools/braid/text_input.h"

namespace CLI {  // NOLINT(readability-identifier-naming): as CLI11 has it
class App;
}

namespace braid::cli {

struct PathFilterFlags {
  int max_hops = 0;
  int min_modalities = 0;
  std::string pattern;
  std::vector<std::string> kinds, excluded_kinds, relations, excluded_relations, avoid, must_pass, allow;
  v1::Certainty min_certainty = v1::CERTAINTY_UNSPECIFIED;
  std::int64_t max_work = 0;
  std::string profile;  // a file; empty: none
};
void AddPathFilterFlags(CLI::App& command, PathFilterFlags* flags);
// `--profile FILE`, on its own for commands without the others.
void AddProfileFlag(CLI::App& command, std::string* file);
// `--min-certainty` and `--max-work`, the same.
void AddMinCertaintyFlag(CLI::App& command, v1::Certainty* certainty);
void AddMaxWorkFlag(CLI::App& command, std::int64_t* max_work);

// The flags but hops and modalities, whose defaults are the command's, into a request that has the fields. False where
// the profile cannot be read; standard error says why then.
template <typename Request>
bool FillPathFilter(const PathFilterFlags& flags, Request* request) {
  const auto add = [](const std::vector<std::string>& values, auto* field) {
    field->Add(values.begin(), values.end());
  };
  request->set_pattern(flags.pattern);
  add(flags.kinds, request->mutable_kinds());
  add(flags.excluded_kinds, request->mutable_excluded_kinds());
  add(flags.relations, request->mutable_relations());
  add(flags.excluded_relations, request->mutable_excluded_relations());
  add(flags.avoid, request->mutable_avoid_ids());
  add(flags.must_pass, request->mutable_must_pass_ids());
  add(flags.allow, request->mutable_allow_ids());
  request->set_min_certainty(flags.min_certainty);
  if (flags.max_work != 0) request->mutable_budget()->set_max_work(flags.max_work);
  return flags.profile.empty() || ReadTextForm(flags.profile, request->mutable_profile());
}

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_PATH_FLAGS_H_
