#include "tools/braid/path_flags.h"

#include <CLI/CLI.hpp>
#include <map>

namespace braid::cli {

void AddProfileFlag(CLI::App& command, std::string* file) {
  command.add_option("--profile", *file, "The client: a file with a ClientProfile in text form (-: standard input)");
}

void AddMinCertaintyFlag(CLI::App& command, v1::Certainty* certainty) {
  command.add_option("--min-certainty", *certainty, "Least certainty of a hop")
      ->transform(CLI::CheckedTransformer(std::map<std::string, v1::Certainty>{{"no_source", v1::CERTAINTY_NO_SOURCE},
                                                                               {"very_low", v1::CERTAINTY_VERY_LOW},
                                                                               {"low", v1::CERTAINTY_LOW},
                                                                               {"moderate", v1::CERTAINTY_MODERATE},
                                                                               {"high", v1::CERTAINTY_HIGH}}))
      ->option_text("no_source|very_low|low|moderate|high");
}

void AddMaxWorkFlag(CLI::App& command, std::int64_t* max_work) {
  command.add_option("--max-work", *max_work, "Most work units (arcs and heap steps)")->check(CLI::PositiveNumber);
}

void AddPathFilterFlags(CLI::App& command, PathFilterFlags* flags) {
  command.footer(
      "Patterns: a name of the policy (bridge, spread, mechanism), `any`, or hops such as\n"
      "  '<engages >engages'   one technique between two processes\n"
      "with > from subject to object, < back, - either way, | * + ? {n,m} ( ) as usual.\n"
      "Profiles: needs { node_id: 'process:rumination' } concern_ids: 'concern:depression' flag_ids: 'flag:…'");
  command.add_option("--pattern", flags->pattern, "A pattern's name or text (default: the policy's)");
  command.add_option("--kinds", flags->kinds, "Only nodes of these kinds")->delimiter(',');
  command.add_option("--exclude-kinds", flags->excluded_kinds, "No node of these kinds")->delimiter(',');
  command.add_option("--relations", flags->relations, "Only these relations")->delimiter(',');
  command.add_option("--exclude-relations", flags->excluded_relations, "None of these relations")->delimiter(',');
  command.add_option("--avoid", flags->avoid, "Never through these nodes")->delimiter(',');
  command.add_option("--through", flags->must_pass, "Through each of these nodes, at most 3")->delimiter(',');
  command.add_option("--allow", flags->allow, "Nodes allowed although the policy keeps them off")->delimiter(',');
  AddMinCertaintyFlag(command, &flags->min_certainty);
  AddMaxWorkFlag(command, &flags->max_work);
  AddProfileFlag(command, &flags->profile);
}

}  // namespace braid::cli
