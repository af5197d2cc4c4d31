// The rules of the ontology, and which of them hold for a client.
//
// A rule has a condition (ontology/conditions), what it prefers and what it avoids, each with a strength. It counts
// always, or only where a model leads that it is part of. A safety rule that avoids with strength 1 is hard: what it
// avoids is barred while it holds. A rule that cannot be decided bars nothing and is asked about: unknown is not
// absent.
//
// Thread safety: a RuleBook never changes once read; pure functions.

#ifndef BRAID_ONTOLOGY_RECOMMEND_CLIENT_RULES_H_
#define BRAID_ONTOLOGY_RECOMMEND_CLIENT_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/conditions/evaluation.h"
#include "ontology/conditions/expression.h"

namespace braid::ontology {

struct RuleTarget {
  graph::NodeIndex node = graph::kNoNode;  // a technique or modality
  double strength = 1;                     // in (0, 1]; 1 where none is given

  bool is_hard() const { return strength >= 1; }
};

struct Rule {
  graph::NodeIndex node = graph::kNoNode;
  Condition condition;
  bool is_safety = false;
  bool is_relationship = false;
  bool of_model_only = false;  // counts only where one of `models` leads
  std::vector<graph::NodeIndex> models;
  std::vector<RuleTarget> prefers, avoids;  // in order of ids
};

// All rules of a snapshot, in order of ids.
class RuleBook {
 public:
  // A schema without rules gives an empty book.
  // Errors: kFailedPrecondition PRECONDITION_FAILED, naming each rule whose condition cannot be read: a rule that is
  //         passed over may be one that protects. O(rules).
  static absl::StatusOr<RuleBook> Read(const graph::Snapshot& snapshot);

  const std::vector<Rule>& rules() const { return rules_; }

 private:
  std::vector<Rule> rules_;
};

struct RuleVerdict {
  const Rule* rule = nullptr;
  Truth truth = Truth::kUnknown;
  std::vector<UnknownField> unknown;  // kUnknown: what to ask
};

// The verdict on each rule that counts where `model` leads (nullopt: none does), in order of ids. The book outlives it.
std::vector<RuleVerdict> JudgeRules(const RuleBook& book, const FieldValues& facts,
                                    std::optional<graph::NodeIndex> model);

// What safety rules that cannot be decided need to know, each field and id once, in the vocabulary's order.
std::vector<UnknownField> AskFirst(const std::vector<RuleVerdict>& verdicts, const Vocabulary& vocabulary);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_CLIENT_RULES_H_
