#include "tests/ontology/seed_fidelity_rules.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "fmt/format.h"

namespace braid::ontology::testing {
namespace {

// One cell and all that a rule may look at.
struct Cell {
  const FactBase& facts;
  const Seed& seed;
  const FactRow& row;
  const std::string& text;

  std::string Of(std::string_view column) const { return row.find(column)->second; }
  std::string Id() const { return CurieOf(Of("id")); }
};

// Whether the cell is where it belongs.
using Rule = std::function<bool(const Cell&)>;
using Rules = std::map<std::string, Rule, std::less<>>;  // by column
// Columns that a link must have, given the cell, the place of the item in its list, and the item.
using Expected = std::function<SeedRow(const Cell&, std::size_t, const std::string&)>;
using KeyOf = std::function<EdgeKey(const FactRow&)>;
enum class Way { kOut, kIn };  // whether the row is the subject or the object

bool Has(const SeedRow& row, const SeedRow& expected) {
  return std::all_of(expected.begin(), expected.end(), [&](const auto& column) {
    const auto found = row.find(column.first);
    return found != row.end() && found->second == column.second;
  });
}

bool HasEdge(const Seed& seed, const EdgeKey& key, const SeedRow& expected = {}) {
  const auto found = seed.edges.find(key);
  return found != seed.edges.end() && Has(found->second.front(), expected);
}

bool NodeHas(const Cell& cell, std::string_view id, std::string_view column, const std::vector<std::string>& items) {
  const auto found = cell.seed.nodes.find(id);
  return found != cell.seed.nodes.end() && Has(found->second, {{std::string(column), items}});
}

bool Contains(const SeedRow& row, std::string_view column, const std::string& item) {
  const auto found = row.find(column);
  return found != row.end() && std::find(found->second.begin(), found->second.end(), item) != found->second.end();
}

// --- Nodes

Rule IsNode(std::string kind) {
  return [kind](const Cell& c) { return NodeHas(c, c.Id(), "category", {kind}); };
}
Rule Text(std::string column) {
  return [column](const Cell& c) { return NodeHas(c, c.Id(), column, {ProseOf(c.facts, c.text)}); };
}
Rule List(std::string column) {
  return [column](const Cell& c) { return NodeHas(c, c.Id(), column, SplitList(c.text)); };
}
Rule LabelIn(std::string column) {
  return [column](const Cell& c) {
    const auto found = c.seed.nodes.find(c.Id());
    return found != c.seed.nodes.end() && Contains(found->second, column, c.text);
  };
}

// --- Links: a cell of ids, an edge each

Rule Links(std::string predicate, Way way = Way::kOut, Expected expected = {}) {
  return [=](const Cell& c) {
    const std::vector<std::string> items = SplitList(c.text);
    for (std::size_t i = 0; i < items.size(); ++i) {
      EdgeKey key{c.Id(), predicate, CurieOf(items[i])};
      if (way == Way::kIn) std::swap(std::get<0>(key), std::get<2>(key));
      if (!HasEdge(c.seed, key, expected ? expected(c, i, items[i]) : SeedRow{})) return false;
    }
    return true;
  };
}

SeedRow Strength(std::string strength, std::string certainty = {}) {
  SeedRow row{{"strength", {std::move(strength)}}};
  if (!certainty.empty()) row["certainty"] = {std::move(certainty)};
  return row;
}
std::string StrengthAt(std::size_t place) { return place == 0 ? "0.9" : "0.6"; }
SeedRow FirstIsStrong(const Cell&, std::size_t place, const std::string&) { return Strength(StrengthAt(place)); }
SeedRow FirstIsStrongLow(const Cell&, std::size_t place, const std::string&) {
  return Strength(StrengthAt(place), "low");
}
SeedRow ModerateLow(const Cell&, std::size_t, const std::string&) { return Strength("0.6", "low"); }
SeedRow RowStrength(const Cell& cell, std::size_t, const std::string&) { return Strength(cell.Of("strength")); }
SeedRow Ranked(const Cell&, std::size_t place, const std::string&) { return {{"rank", {std::to_string(place + 1)}}}; }
SeedRow RankedFirstIsPrimary(const Cell& cell, std::size_t place, const std::string& item) {
  SeedRow row = Ranked(cell, place, item);
  if (place == 0) row["primary"] = {"true"};
  return row;
}
SeedRow Strengthens(const Cell&, std::size_t place, const std::string&) {
  SeedRow row = Strength(StrengthAt(place), "low");
  row["sign"] = {"+"};
  return row;
}
// A technique weakens what maintains a problem and strengthens what changes it.
SeedRow EngagesByRole(const Cell& cell, std::size_t place, const std::string& process) {
  SeedRow row = Strength(StrengthAt(place), "low");
  for (const FactRow& candidate : cell.facts.tables.find("processes")->second) {
    if (candidate.find("id")->second == process) {
      row["sign"] = {candidate.find("kind")->second == "maintaining" ? "-" : "+"};
    }
  }
  return row;
}

// `flag:level` items.
bool CautionsAreKept(const Cell& cell) {
  for (const std::string& item : SplitList(cell.text)) {
    const std::size_t colon = item.find(':');
    std::string caution = item.substr(colon + 1);
    std::transform(caution.begin(), caution.end(), caution.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    const EdgeKey key{cell.Id(), "contraindicated_by", CurieOf(item.substr(0, colon))};
    if (!HasEdge(cell.seed, key, {{"caution", {caution}}})) return false;
  }
  return true;
}

// A strength of 0 is no edge but stays a fact.
Rule TargetsDimension(std::string dimension) {
  return [dimension](const Cell& c) {
    if (std::stod(c.text) > 0) return HasEdge(c.seed, {c.Id(), "targets", dimension}, Strength(c.text, "low"));
    const auto found = c.seed.nodes.find(c.Id());
    return found != c.seed.nodes.end() && Contains(found->second, "dimensions_not_targeted", dimension) &&
           !HasEdge(c.seed, {c.Id(), "targets", dimension});
  };
}

// --- Link rows: a row is an edge

Rule EdgeHas(KeyOf key, std::string column) {
  return [=](const Cell& c) { return HasEdge(c.seed, key(c.row), {{column, {ProseOf(c.facts, c.text)}}}); };
}
Rule EdgeHasIds(KeyOf key, std::string column) {
  return [=](const Cell& c) {
    std::vector<std::string> ids;
    for (const std::string& item : SplitList(c.text)) ids.push_back(CurieOf(item));
    return HasEdge(c.seed, key(c.row), {{column, ids}});
  };
}
Rule EdgeExists(KeyOf key) {
  return [=](const Cell& c) { return HasEdge(c.seed, key(c.row)); };
}

EdgeKey InfluenceKey(const FactRow& row) {
  return {CurieOf(row.find("from_process_id")->second), "influences", CurieOf(row.find("to_process_id")->second)};
}
EdgeKey EmphasisKey(const FactRow& row) {
  return {CurieOf(row.find("stage_id")->second), "emphasises", CurieOf(row.find("ttm_process_id")->second)};
}

// How the seed calls a relation between peers, and which way round it stands.
EdgeKey PeerKey(const FactRow& row, std::string_view a_column, std::string_view b_column) {
  static const auto* const kPredicates = new std::map<std::string, std::string>{
      {"bridges", "bridges"},     {"compatible", "compatible_with"}, {"conflict", "conflicts_with"},
      {"contains", "part_of"},    {"derived_from", "derived_from"},  {"incompatible", "conflicts_with"},
      {"tension", "tension_with"}};
  const std::string& relation = row.find("relation")->second;
  std::string a = CurieOf(row.find(a_column)->second);
  std::string b = CurieOf(row.find(b_column)->second);
  const bool symmetric = relation != "contains" && relation != "derived_from";
  if (relation == "contains" || (symmetric && b < a)) std::swap(a, b);
  return {a, kPredicates->at(relation), b};
}
EdgeKey ModalityPeerKey(const FactRow& row) { return PeerKey(row, "modality_a_id", "modality_b_id"); }
EdgeKey TheoryPeerKey(const FactRow& row) { return PeerKey(row, "theory_a_id", "theory_b_id"); }

// The predicate says the relation; where two words became one, and where the edge was turned round, an attribute keeps
// it.
Rule PeerRelationIsKept(KeyOf key) {
  return [=](const Cell& c) {
    SeedRow expected;
    if (c.text == "contains" || c.text == "incompatible") expected["source_relation"] = {c.text};
    if (c.text == "compatible" || c.text == "bridges" || c.text == "derived_from") expected["certainty"] = {"low"};
    return HasEdge(c.seed, key(c.row), expected);
  };
}

bool ConfidenceIsKept(const Cell& cell) {
  const std::string certainty = cell.text == "well_supported" ? "low"
                                : cell.text == "plausible"    ? "very_low"
                                                              : "no_source";
  return HasEdge(cell.seed, InfluenceKey(cell.row), {{"confidence", {cell.text}}, {"certainty", {certainty}}});
}

// Several rows are one edge: the row's stage and id stand at one place of two lists.
const SeedRow* WorksAt(const Cell& cell) {
  const auto found = cell.seed.edges.find({CurieOf(cell.Of("modality_id")), "works_at", CurieOf(cell.Of("level_id"))});
  return found == cell.seed.edges.end() ? nullptr : &found->second.front();
}
bool StageLevelRowIsKept(const Cell& cell) {
  const SeedRow* edge = WorksAt(cell);
  if (edge == nullptr || !edge->contains("row_ids") || !edge->contains("stage_ids")) return false;
  const std::vector<std::string>& rows = edge->find("row_ids")->second;
  const std::vector<std::string>& stages = edge->find("stage_ids")->second;
  const auto place = std::find(rows.begin(), rows.end(), cell.Of("id"));
  const auto index = static_cast<std::size_t>(place - rows.begin());
  return place != rows.end() && rows.size() == stages.size() && stages[index] == CurieOf(cell.Of("stage_id"));
}
bool StageNoteIsKept(const Cell& cell) {
  const SeedRow* edge = WorksAt(cell);
  return edge != nullptr && Contains(*edge, "stage_notes", CurieOf(cell.Of("stage_id")) + ": " + cell.text);
}
SeedRow IsExample(const Cell&, std::size_t, const std::string&) { return {{"example", {"true"}}}; }

// --- Evidence

bool TargetKindIsKept(const Cell& cell) {
  return NodeHas(cell, cell.Id(), "target_kind", {cell.text == "common_factor" ? "factor" : cell.text});
}

// Every pair of a technique or modality with a concern that the row speaks about has its claim.
bool ClaimsAreMade(const Cell& cell) {
  const std::string evidence = cell.Id();
  for (const std::string& target : SplitList(cell.Of("target_ids"))) {
    if (target.starts_with("cf_")) continue;
    for (const std::string& concern : SplitList(cell.Of("concern_ids"))) {
      const auto edge = cell.seed.edges.find({CurieOf(target), "treats", CurieOf(concern)});
      if (edge == cell.seed.edges.end()) return false;
      const SeedRow claim{{"claim_polarity", {cell.Of("direction")}}, {"claim_evidence", {evidence}}};
      if (std::none_of(edge->second.begin(), edge->second.end(),
                       [&](const SeedRow& row) { return Has(row, claim) && !row.contains("strength"); })) {
        return false;
      }
    }
  }
  return true;
}

Rule Both(Rule a, Rule b) {
  return [=](const Cell& c) { return a(c) && b(c); };
}

Rule OfItsSource(std::string column) {
  return [column](const Cell& c) {
    const EdgeKey from{c.Id(), "published_in", ""};
    const auto edge = c.seed.edges.lower_bound(from);
    if (edge == c.seed.edges.end() || std::get<0>(edge->first) != c.Id() ||
        std::get<1>(edge->first) != "published_in") {
      return false;
    }
    return NodeHas(c, std::get<2>(edge->first), column, {c.text});
  };
}

// --- Labels and mappings

bool SynonymIsKept(const Cell& cell) {
  const std::string language = cell.Of("language");
  const std::string kind = cell.Of("kind");
  const auto node = cell.seed.nodes.find(cell.Id());
  return node != cell.seed.nodes.end() && Contains(node->second, kind == "abbreviation" ? kind : kind + "_synonym",
                                                   cell.Of("synonym") + (language == "en" ? "" : "@" + language));
}

Rule MappingHas(std::string column, bool is_id = false) {
  return [=](const Cell& c) {
    const SeedRow expected{{"row_id", {c.Of("id")}}, {column, {is_id ? CurieOf(c.text) : ProseOf(c.facts, c.text)}}};
    return std::any_of(c.seed.mappings.begin(), c.seed.mappings.end(),
                       [&](const SeedRow& row) { return Has(row, expected); });
  };
}

// --- The tables

// Rules for columns that are attributes under their own names.
Rules With(Rules rules, const std::vector<std::string>& attributes) {
  for (const std::string& name : attributes) rules[name] = Text(name);
  return rules;
}

std::map<std::string, Rules, std::less<>> AllRules() {
  std::map<std::string, Rules, std::less<>> all;
  const Rule name = Text("name");
  const Rule description = Text("description");
  all["dimensions"] =
      With({{"id", IsNode("dimension")}, {"name", name}, {"covers", description}}, {"letter", "seed_point"});
  all["training_levels"] = With({{"id", IsNode("level")}, {"name", name}, {"meaning", description}}, {"rank"});
  all["stages"] = With({{"id", IsNode("stage")}, {"name", name}, {"definition", description}},
                       {"order", "typical_window", "therapist_stance", "main_task"});
  all["safety_flags"] = With({{"id", IsNode("flag")},
                              {"name", name},
                              {"meaning", description},
                              {"lead_technique_ids", Links("answered_by", Way::kOut, Ranked)}},
                             {"default_response", "urgency"});
  all["concerns"] = With(
      {{"id", IsNode("concern")}, {"name", name}, {"typical_process_ids", Links("maintains", Way::kIn, ModerateLow)}},
      {"group"});
  all["processes"] = {{"id", IsNode("process")},
                      {"name", name},
                      {"kind", Text("role")},
                      {"definition", description},
                      {"dimension_ids", Links("acts_on", Way::kOut, FirstIsStrong)}};
  all["process_influences"] = {
      {"id", EdgeHas(InfluenceKey, "row_id")},         {"from_process_id", EdgeExists(InfluenceKey)},
      {"to_process_id", EdgeExists(InfluenceKey)},     {"sign", EdgeHas(InfluenceKey, "sign")},
      {"strength", EdgeHas(InfluenceKey, "strength")}, {"confidence", ConfidenceIsKept},
      {"note", EdgeHas(InfluenceKey, "note")}};
  all["theories"] = With({{"id", IsNode("theory")},
                          {"name", name},
                          {"originators", List("originators")},
                          {"summary", description},
                          {"dimension_ids", Links("targets", Way::kOut, FirstIsStrongLow)},
                          {"process_ids", Links("explains", Way::kOut, ModerateLow)}},
                         {"first_year"});
  all["modalities"] = With({{"id", IsNode("modality")},
                            {"name", name},
                            {"abbreviation", LabelIn("abbreviation")},
                            {"founders", List("founders")},
                            {"theory_ids", Links("grounded_in")},
                            {"core_theory", description},
                            {"dim_thoughts", TargetsDimension("dimension:thoughts")},
                            {"dim_emotions", TargetsDimension("dimension:emotions")},
                            {"dim_behaviours", TargetsDimension("dimension:behaviours")},
                            {"dim_relationships", TargetsDimension("dimension:relationships")},
                            {"dim_context", TargetsDimension("dimension:context")},
                            {"training_level_id", Links("requires_level")},
                            {"route_ids", Links("takes_route")},
                            {"caution_flags", CautionsAreKept}},
                           {"family", "year", "dimension_justification", "training", "evidence_note"});
  all["modality_relations"] = {
      {"id", EdgeHas(ModalityPeerKey, "row_id")},         {"modality_a_id", EdgeExists(ModalityPeerKey)},
      {"modality_b_id", EdgeExists(ModalityPeerKey)},     {"relation", PeerRelationIsKept(ModalityPeerKey)},
      {"strength", EdgeHas(ModalityPeerKey, "strength")}, {"note", EdgeHas(ModalityPeerKey, "note")}};
  all["techniques"] = With({{"id", IsNode("technique")},
                            {"name", name},
                            {"modality_ids", Links("originates_in", Way::kOut, RankedFirstIsPrimary)},
                            {"process_ids", Links("engages", Way::kOut, EngagesByRole)},
                            {"dimension_ids", Links("targets", Way::kOut, FirstIsStrongLow)},
                            {"stage_ids", Links("suits_stage")},
                            {"training_level_id", Links("requires_level")},
                            {"theory_id", Links("grounded_in")},
                            {"caution_flags", CautionsAreKept},
                            {"what_it_is", description},
                            {"requires_ids", Links("requires")},
                            {"realises_factor_ids", Links("fosters")}},
                           {"caution_note", "safety_status", "sessions_min", "sessions_max"});
  all["common_factors"] = With({{"id", IsNode("factor")},
                                {"name", name},
                                {"evidence_ids", Links("supported_by")},
                                {"technique_ids", Links("fosters", Way::kIn)}},
                               {"group", "how_to_foster", "seed_point"});
  all["integration_routes"] =
      With({{"id", IsNode("route")}, {"name", name}, {"definition", description}, {"exemplars", List("exemplars")}},
           {"rule_of_use", "main_risk"});
  all["integrative_models"] = With({{"id", IsNode("model")},
                                    {"name", name},
                                    {"route_id", Links("takes_route")},
                                    {"originators", List("originators")},
                                    {"summary", description},
                                    {"modality_ids", Links("part_of", Way::kIn)},
                                    {"theory_ids", Links("part_of", Way::kIn)},
                                    {"technique_ids", Links("includes")}},
                                   {"year"});
  all["theory_relations"] = {{"id", EdgeHas(TheoryPeerKey, "row_id")},
                             {"theory_a_id", EdgeExists(TheoryPeerKey)},
                             {"theory_b_id", EdgeExists(TheoryPeerKey)},
                             {"relation", PeerRelationIsKept(TheoryPeerKey)},
                             {"strength", EdgeHas(TheoryPeerKey, "strength")},
                             {"bridge_process_ids", EdgeHasIds(TheoryPeerKey, "bridge_process_ids")},
                             {"bridging_idea", EdgeHas(TheoryPeerKey, "bridging_idea")}};
  // The strength of a rule is that of what it prefers and avoids: each rule does one or the other.
  all["integrative_rules"] =
      With({{"id", IsNode("rule")},
            {"model_id", Links("part_of")},
            {"prefer_ids", Links("prefers", Way::kOut, RowStrength)},
            {"avoid_ids", Links("avoids", Way::kOut, RowStrength)},
            {"strength", [](const Cell& c) { return !c.Of("prefer_ids").empty() || !c.Of("avoid_ids").empty(); }},
            {"evidence_ids", Links("supported_by")}},
           {"rule_type", "scope", "if_condition", "when", "note"});
  all["ttm_processes"] = {{"id", IsNode("process")},
                          {"name", name},
                          {"kind", Text("ttm_kind")},
                          {"definition", description},
                          {"maps_to_process_ids", Links("corresponds_to")},
                          {"technique_ids", Links("engages", Way::kIn, Strengthens)}};
  all["ttm_stage_process"] = {{"id", EdgeHas(EmphasisKey, "row_id")},
                              {"stage_id", EdgeExists(EmphasisKey)},
                              {"ttm_process_id", EdgeExists(EmphasisKey)},
                              {"emphasis", EdgeHas(EmphasisKey, "strength")},
                              {"note", EdgeHas(EmphasisKey, "note")}};
  all["ttm_levels"] = With({{"id", IsNode("change_level")},
                            {"name", name},
                            {"covers", description},
                            {"dimension_ids", Links("covers")},
                            {"example_modality_ids", Links("works_at", Way::kIn, IsExample)}},
                           {"order"});
  all["ttm_stage_level_modality"] = {{"id", StageLevelRowIsKept},
                                     {"stage_id", StageLevelRowIsKept},
                                     {"level_id", StageLevelRowIsKept},
                                     {"modality_id", StageLevelRowIsKept},
                                     {"note", StageNoteIsKept}};
  all["sts_dimensions"] = With({{"id", IsNode("trait")}, {"name", name}, {"evidence_id", Links("supported_by")}},
                               {"low_label", "high_label", "treatment_quality", "matching_rule"});
  all["evidence"] =
      With({{"id", IsNode("evidence")},
            {"target_type", TargetKindIsKept},
            {"target_ids", Both(Links("about"), ClaimsAreMade)},
            {"concern_ids", Both(Links("for_concern"), ClaimsAreMade)},
            {"year", OfItsSource("year")},
            {"first_author", OfItsSource("first_author")},
            {"journal", OfItsSource("journal")},
            {"doi", OfItsSource("doi")},
            {"direction", Both(Text("direction"), ClaimsAreMade)}},
           {"design", "comparator", "outcome", "metric", "value", "ci_low", "ci_high", "ci_level", "k_studies",
            "n_participants", "sign_convention", "value_text", "verified", "verified_where", "note", "checked"});
  all["measures"] = With({{"id", IsNode("measure")},
                          {"name", name},
                          {"full_name", LabelIn("exact_synonym")},
                          {"kind", Text("measure_type")},
                          {"measures", Text("construct")}},
                         {"range_min", "range_max", "direction", "clinical_cutoff", "cutoff_rule", "reliable_change",
                          "suggested_frequency", "verified", "verified_where", "note"});
  all["synonyms"] = {
      {"id", SynonymIsKept}, {"synonym", SynonymIsKept}, {"kind", SynonymIsKept}, {"language", SynonymIsKept}};
  all["mappings"] = {{"id", MappingHas("row_id")},
                     {"subject_id", MappingHas("subject_id", true)},
                     {"predicate_id", MappingHas("predicate_id")},
                     {"object_id", MappingHas("object_id")},
                     {"object_label", MappingHas("object_label")},
                     {"confidence", MappingHas("confidence")},
                     {"mapping_justification", MappingHas("mapping_justification")},
                     {"object_source", MappingHas("object_source")}};
  return all;
}

}  // namespace

std::vector<std::string> FindLosses(const FactBase& facts, const Seed& seed, std::size_t limit) {
  static const auto* const kRules = new std::map<std::string, Rules, std::less<>>(AllRules());
  std::vector<std::string> losses;
  for (const auto& [table, rows] : facts.tables) {
    const auto rules = kRules->find(table);
    if (rules == kRules->end()) {
      losses.push_back(fmt::format("{}.csv: no rule says where its rows are kept", table));
      continue;
    }
    for (const FactRow& row : rows) {
      for (const auto& [column, text] : row) {
        if (losses.size() >= limit) return losses;
        if (text.empty()) continue;
        const auto rule = rules->second.find(column);
        if (rule == rules->second.end()) {
          losses.push_back(fmt::format("{}.csv: no rule says where column {} is kept", table, column));
        } else if (!rule->second({facts, seed, row, text})) {
          losses.push_back(
              fmt::format("{}.csv {}: {} \"{}\" is not in the seed", table, row.find("id")->second, column, text));
        }
      }
    }
  }
  return losses;
}

}  // namespace braid::ontology::testing
