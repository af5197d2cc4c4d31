#include "ontology/recommend/change_levels.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "ontology/client_focus.h"
#include "ontology/lookup.h"
#include "ontology/recommend/plan_modes.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

bool IsOfKind(const Snapshot& snapshot, NodeIndex node, std::string_view kind) {
  return snapshot.schema().kind(snapshot.kind(node)).name == kind;
}

double StrengthOf(const Snapshot& snapshot, const graph::Arc& arc) {
  return arc.strength != 0 ? static_cast<double>(arc.strength) / graph::kStrengthUnit
                           : snapshot.schema().relation(arc.relation).default_strength.value_or(1.0);
}

// Sums by dimension, each in an order that does not hang on where nodes are kept.
class Spread {
 public:
  Spread(const Snapshot& snapshot, const ClientFocus& focus) : snapshot_(snapshot), focus_(focus) {}

  void Add(const WeighedNeed& need) {
    std::map<std::string_view, double> parts;  // of this need, by dimension
    if (IsOfKind(snapshot_, need.node, "dimension")) {
      parts[snapshot_.id(need.node)] = 1;
    } else if (IsOfKind(snapshot_, need.node, "concern")) {
      AddConcern(need.node, parts);
    } else {
      AddProcess(need.node, 1, parts);
    }
    double total = 0;
    for (const auto& [dimension, part] : parts) total += part;
    for (const auto& [dimension, part] : parts) sums_[dimension] += need.share * part / total;
  }

  std::vector<DimensionShare> Shares() const {
    double total = 0;
    for (const auto& [dimension, sum] : sums_) total += sum;
    std::vector<DimensionShare> shares;
    for (const auto& [dimension, sum] : sums_) shares.push_back({*snapshot_.Find(dimension), sum / total});
    return shares;
  }

 private:
  void AddProcess(NodeIndex process, double weight, std::map<std::string_view, double>& parts) const {
    for (const graph::RelationIndex relation : focus_.lies_in) {
      for (const graph::Arc& arc : snapshot_.out(process, relation)) {
        if (!arc.supported() || snapshot_.IsObsolete(arc.node) || !IsOfKind(snapshot_, arc.node, "dimension")) continue;
        parts[snapshot_.id(arc.node)] += weight * StrengthOf(snapshot_, arc);
      }
    }
  }

  // What keeps a concern going keeps its kinds going.
  void AddConcern(NodeIndex concern, std::map<std::string_view, double>& parts) const {
    const std::vector<NodeIndex> own = focus_.EndsFor(snapshot_, concern);
    std::map<std::string_view, double> processes;
    for (const NodeIndex of : WithAncestors(snapshot_, {concern})) {
      for (const graph::RelationIndex relation : focus_.lies_in) {
        for (const graph::Arc& arc : snapshot_.in(of, relation)) {
          if (!arc.supported() || snapshot_.IsObsolete(arc.node)) continue;
          double& strength = processes[snapshot_.id(arc.node)];
          strength = std::max(strength, StrengthOf(snapshot_, arc));
        }
      }
    }
    for (const auto& [id, strength] : processes) {
      const NodeIndex process = *snapshot_.Find(id);
      const bool is_read = own.front() == concern || std::find(own.begin(), own.end(), process) != own.end();
      if (is_read) AddProcess(process, strength, parts);
    }
  }

  const Snapshot& snapshot_;
  const ClientFocus& focus_;
  std::map<std::string_view, double> sums_;  // by dimension
};

struct Level {
  NodeIndex node = graph::kNoNode;
  double order = 0;
  DimensionShare dimension;  // as ChangeLevelMatch; share 0: it covers nothing that is needed
};

// From the surface down.
std::vector<Level> LevelsOf(const Snapshot& snapshot, const std::vector<DimensionShare>& shares) {
  std::vector<Level> levels;
  const auto kind = snapshot.schema().FindKind("change_level");
  const auto covers = snapshot.schema().FindRelation("covers");
  if (!kind.has_value() || !covers.has_value()) return levels;
  snapshot.VisitNodes(*kind, {}, [&](NodeIndex node) {
    if (snapshot.IsObsolete(node)) return true;
    Level level{node, NumberOf(snapshot, node, "order").value_or(0), {}};
    for (const DimensionShare& share : shares) {
      const bool is_covered = snapshot.FindEdge(node, *covers, share.dimension).has_value();
      if (is_covered && share.share > level.dimension.share) level.dimension = share;
    }
    levels.push_back(level);
    return true;
  });
  std::sort(levels.begin(), levels.end(), [&](const Level& a, const Level& b) {
    return std::pair(a.order, snapshot.id(a.node)) < std::pair(b.order, snapshot.id(b.node));
  });
  return levels;
}

struct Choice {
  Level level;
  ChangeLevelStrategy strategy = ChangeLevelStrategy::kLowest;
};

// REQUIRES: `levels` are as LevelsOf.
std::optional<Choice> Choose(const std::vector<Level>& levels, double key_share, bool surface_was_tried) {
  const auto is_candidate = [](const Level& level) { return level.dimension.share > 0; };
  const auto lowest = std::find_if(levels.begin(), levels.end(), is_candidate);
  if (lowest == levels.end()) return std::nullopt;
  const auto most = std::max_element(levels.begin(), levels.end(), [](const Level& a, const Level& b) {
    return a.dimension.share < b.dimension.share;  // the first of equals
  });
  const bool has_key = most->dimension.share >= key_share;
  const Level& start = has_key ? *most : *lowest;
  if (surface_was_tried && start.order == levels.front().order) {
    const auto deeper = std::find_if(lowest, levels.end(), [&](const Level& level) {
      return is_candidate(level) && level.order > levels.front().order;
    });
    if (deeper != levels.end()) return Choice{*deeper, ChangeLevelStrategy::kDeeper};
  }
  return Choice{start, start.node == lowest->node ? ChangeLevelStrategy::kLowest : ChangeLevelStrategy::kKey};
}

bool WasTriedInVain(const Snapshot& snapshot, const Policy& policy, const std::vector<RuleVerdict>& verdicts) {
  const std::vector<std::string>& rules = policy.plans.modes.deeper_level_rule_ids;
  return std::any_of(verdicts.begin(), verdicts.end(), [&](const RuleVerdict& verdict) {
    return verdict.truth == Truth::kTrue &&
           std::find(rules.begin(), rules.end(), snapshot.id(verdict.rule->node)) != rules.end();
  });
}

enum class LevelFit : std::uint8_t { kNone, kLevelAlone, kStage };

// How what a modality is said to do at a level fits a stage (nullopt: unknown).
LevelFit FitOf(const graph::EdgeEntry& works_at, std::optional<std::string_view> stage) {
  for (const graph::Attribute& attribute : works_at.attributes) {
    const auto* stages = std::get_if<std::vector<std::string>>(&attribute.value);
    if (attribute.name != "stage_ids" || stages == nullptr || stages->empty() || !stage.has_value()) continue;
    return std::find(stages->begin(), stages->end(), *stage) != stages->end() ? LevelFit::kStage : LevelFit::kNone;
  }
  return LevelFit::kLevelAlone;
}

// Of a modality, or of what it is a kind of, the best.
LevelFit FitOf(const Snapshot& snapshot, NodeIndex modality, NodeIndex level, std::optional<std::string_view> stage) {
  LevelFit best = LevelFit::kNone;
  const auto works_at = snapshot.schema().FindRelation("works_at");
  if (!works_at.has_value()) return best;
  for (const NodeIndex node : WithAncestors(snapshot, {modality})) {
    const std::optional<graph::EdgeEntry> edge = snapshot.FindEdge(node, *works_at, level);
    if (edge.has_value()) best = std::max(best, FitOf(*edge, stage));
  }
  return best;
}

// Fills in what is within reach. Who works at the level in the client's stage goes before who works there at all.
void MatchModalities(const Snapshot& snapshot, const Client& client, const std::vector<TechniqueBenefit>& candidates,
                     ChangeLevelMatch& match) {
  std::optional<std::string_view> stage;
  if (client.stage.has_value()) stage = snapshot.id(*client.stage);
  std::map<std::string_view, LevelFit> fits;  // by modality
  for (const TechniqueBenefit& candidate : candidates) {
    if (candidate.needs.empty()) continue;
    const auto [at, is_new] = fits.try_emplace(snapshot.id(candidate.from));
    if (is_new) at->second = FitOf(snapshot, candidate.from, match.level, stage);
  }
  LevelFit best = LevelFit::kNone;
  for (const auto& [modality, fit] : fits) best = std::max(best, fit);
  match.for_stage = best == LevelFit::kStage;
  if (best == LevelFit::kNone) return;
  for (const auto& [modality, fit] : fits) {
    if (fit == best) match.modalities.push_back(*snapshot.Find(modality));
  }
}

}  // namespace

std::vector<DimensionShare> SharesOfDimensions(const Snapshot& snapshot, const Policy& policy, const Client& client,
                                               const std::vector<WeighedNeed>& needs) {
  const ClientFocus focus = FocusOf(snapshot, policy, client);
  Spread spread(snapshot, focus);
  for (const WeighedNeed& need : needs) spread.Add(need);
  return spread.Shares();
}

bool ChangeLevelMatch::IsFilledBy(const TechniqueBenefit& candidate) const {
  return !candidate.needs.empty() &&
         std::find(modalities.begin(), modalities.end(), candidate.from) != modalities.end();
}

std::optional<ChangeLevelMatch> ChangeLevelOf(const Snapshot& snapshot, const Policy& policy, const Client& client,
                                              const std::vector<WeighedNeed>& needs,
                                              const std::vector<RuleVerdict>& verdicts,
                                              const std::vector<TechniqueBenefit>& candidates) {
  if (StageMatchingOf(snapshot, policy.plans, client) != StageMatching::kDecides) return std::nullopt;
  const std::vector<Level> levels = LevelsOf(snapshot, SharesOfDimensions(snapshot, policy, client, needs));
  const std::optional<Choice> choice =
      Choose(levels, policy.plans.modes.key_level_share, WasTriedInVain(snapshot, policy, verdicts));
  if (!choice.has_value()) return std::nullopt;
  ChangeLevelMatch match{choice->level.node, choice->strategy, choice->level.dimension, {}, false};
  MatchModalities(snapshot, client, candidates, match);
  return match;
}

}  // namespace braid::ontology
