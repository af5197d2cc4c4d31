#include "graph/validate.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "fmt/format.h"
#include "graph/cycle_search.h"
#include "graph/error.h"
#include "graph/nearest.h"
#include "graph/overlay.h"
#include "graph/preconditions.h"
#include "graph/text.h"
#include "graph/value_checks.h"

namespace braid::graph {
namespace {

constexpr std::size_t kMaxSuggestions = 10;  // missing nodes that get near ids: each costs a search
constexpr std::size_t kMaxNearest = 5;
constexpr std::size_t kNearWindow = 512;  // ids of the change set on either side of a missing one's place
constexpr std::size_t kMaxNamedEdges = 5;
constexpr std::size_t kMaxNamedOnCycle = 50;
constexpr std::size_t kMaxProblems = 10 * ErrorList::kMaxViolations;  // kept until they are sorted by change

std::uint32_t NumberOf(Vertex vertex) { return static_cast<std::uint32_t>(vertex); }

absl::Status NotFound(const Snapshot& snapshot, std::string_view id, std::string field,
                      std::span<const std::string_view> more) {
  const std::vector<std::string> near = NearestIds(snapshot, id, kMaxNearest, more);
  std::string description = fmt::format("no node `{}`", Printable(id));
  if (near.empty()) {
    return MakeError(Reason::kNodeNotFound, std::move(description), std::move(field), Printable(id));
  }
  std::vector<std::string> named;
  for (const std::string& candidate : near) {
    const std::optional<NodeIndex> node = snapshot.Find(candidate);
    const std::string_view label = node ? snapshot.PreferredLabel(*node) : std::string_view(candidate);
    named.push_back(label == candidate ? candidate : fmt::format("{} ({})", candidate, label));
  }
  description += fmt::format("; did you mean {}?", fmt::join(named, " or "));
  return MakeError(Reason::kNodeNotFound, std::move(description), std::move(field), Printable(id),
                   {{"nearest", fmt::format("{}", fmt::join(near, ","))}});
}

// --- The change set
// --------------------------------------------------------------------------------------------------------

// One validation, phase by phase: schema, nodes, edges, documents are staged and their values checked, then the whole.
class Validation {
 public:
  Validation(const Snapshot& base, const ChangeSet& change_set, Revision next)
      : base_(base), changes_(change_set.changes), next_(next), schema_(base.schema()), overlay_(base) {}

  absl::Status Run();

  // What the log is to keep. REQUIRES: Run returned OK.
  std::vector<LoggedChange> TakeLogged(SlotAllocator& slots);

 private:
  struct Problem {
    std::size_t change;
    absl::Status status;
  };

  // The edges of one subject and relation that the change set touches.
  struct Touched {
    Vertex subject;
    RelationIndex relation;
    std::size_t change;  // the last of them
  };

  void Stage(const PutKind& put, std::size_t change);
  void Stage(const PutRelation& put, std::size_t change);
  void Stage(const PutNode& put, std::size_t change);
  void Stage(const DeleteNode& remove, std::size_t change);
  void Stage(const PutEdge& put, std::size_t change);
  void Stage(const DeleteEdge& remove, std::size_t change);
  void Stage(const PutDocument& put, std::size_t change);
  void StageSchema();
  void StageNodes();
  void StageEdges();
  void StageDocuments();

  void CheckKindKept(const Node& node, std::size_t change);
  std::optional<Vertex> CheckEndpoint(const std::string& id, std::string_view field, std::size_t change);
  void CheckEnds(const Edge& edge, RelationIndex relation, Vertex subject, Vertex object, std::size_t change);
  void CheckEvidence(const Edge& edge, std::size_t change);

  void CheckNames();
  void CheckReplacements();
  void CheckDeleted();
  void CheckCardinality();
  void CheckPrimary(const Touched& touched);
  void CheckCycles();
  void CheckCycles(RelationIndex acyclic);
  void CheckReplacementCycles();

  void AddMissing(std::string_view id, std::string field, std::size_t change);
  void Add(std::size_t change, const absl::Status& status);
  void AddCycle(std::size_t change, std::string_view rule, std::string field, const CycleSearch::Cycle& cycle,
                std::string_view way_out);

  std::vector<Touched> TouchedSubjects() const;
  std::vector<std::string> Replacements(Vertex vertex) const;
  std::optional<std::string> AliasOwner(std::string_view alias) const;
  EdgeId IdOf(RelationIndex relation, Vertex subject, Vertex object) const;
  std::vector<std::string_view> NewIdsNear(std::string_view id);

  void LogDeletedEdges();
  void LogNodes(bool put, SlotAllocator& slots);
  void LogPutEdges();
  void LogDocuments();
  void LogPutNode(const StagedNode& staged, SlotAllocator& slots);

  const Snapshot& base_;
  const std::vector<Change>& changes_;
  const Revision next_;
  Schema schema_;
  Overlay overlay_;
  std::map<std::string_view, std::size_t> documents_;               // name → last change
  std::unordered_map<std::string_view, std::string_view> aliases_;  // of put nodes → the node's id
  std::vector<std::string_view> new_ids_;                           // sorted, once a suggestion needs them
  std::size_t suggestions_ = 0;
  std::vector<Problem> problems_;
  std::size_t dropped_ = 0;
  std::vector<LoggedChange> logged_;
};

std::string FieldOf(std::size_t change, std::string_view thing) { return fmt::format("changes[{}].{}", change, thing); }

void Validation::Add(std::size_t change, const absl::Status& status) {
  if (status.ok()) return;
  if (problems_.size() == kMaxProblems) {
    ++dropped_;
    return;
  }
  problems_.push_back({change, status});
}

absl::Status Validation::Run() {
  StageSchema();
  StageNodes();
  StageEdges();
  StageDocuments();
  overlay_.Seal();
  CheckNames();
  CheckReplacements();
  CheckDeleted();
  CheckCardinality();
  CheckCycles();
  CheckReplacementCycles();
  if (problems_.empty()) return absl::OkStatus();
  // In order of the changes, as whoever wrote them will read it; of one change, in order of the phases.
  std::stable_sort(problems_.begin(), problems_.end(),
                   [](const Problem& a, const Problem& b) { return a.change < b.change; });
  ErrorList errors;
  for (const Problem& problem : problems_) errors.Add(problem.status);
  errors.Drop(dropped_);
  return errors.ToStatus();
}

// --- Schema: put first, wherever its changes stand, so that everything is held to the schema that the set leaves; and
// kinds before relations, which name them. ---

void Validation::StageSchema() {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (const auto* put = std::get_if<PutKind>(&changes_[i])) Stage(*put, i);
  }
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (const auto* put = std::get_if<PutRelation>(&changes_[i])) Stage(*put, i);
  }
}

void Validation::Stage(const PutKind& put, std::size_t change) {
  absl::StatusOr<Schema> next = schema_.With(put.kind);
  if (!next.ok()) return Add(change, PrefixFields(next.status(), FieldOf(change, "put_kind.kind")));
  BeforeAfter<Kind> entry{std::nullopt, put.kind};
  if (const std::optional<KindIndex> known = schema_.FindKind(put.kind.name)) entry.before = schema_.kind(*known);
  if (entry.before != entry.after) logged_.emplace_back(std::move(entry));
  schema_ = *std::move(next);
}

void Validation::Stage(const PutRelation& put, std::size_t change) {
  absl::StatusOr<Schema> next = schema_.With(put.relation);
  if (!next.ok()) return Add(change, PrefixFields(next.status(), FieldOf(change, "put_relation.relation")));
  BeforeAfter<Relation> entry{std::nullopt, put.relation};
  if (const std::optional<RelationIndex> known = schema_.FindRelation(put.relation.name)) {
    entry.before = schema_.relation(*known);
  }
  if (entry.before != entry.after) logged_.emplace_back(std::move(entry));
  schema_ = *std::move(next);
}

// --- Nodes ---

void Validation::StageNodes() {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (const auto* put = std::get_if<PutNode>(&changes_[i])) Stage(*put, i);
    if (const auto* remove = std::get_if<DeleteNode>(&changes_[i])) Stage(*remove, i);
  }
}

void Validation::Stage(const PutNode& put, std::size_t change) {
  if (const absl::Status status = CheckNode(put.node, schema_); !status.ok()) {
    Add(change, PrefixFields(status, FieldOf(change, "put_node.node")));
  }
  CheckKindKept(put.node, change);
  // Staged even if something is wrong with it, so that its edges do not complain that it is missing.
  overlay_.Put(put.node, change);
}

void Validation::CheckKindKept(const Node& node, std::size_t change) {
  const std::optional<Vertex> known = overlay_.FindEver(node.id);
  if (!known || (!overlay_.slot(*known) && !overlay_.Exists(*known))) return;
  const std::string_view kind = overlay_.kind(*known);
  if (kind == node.kind) return;
  Add(change, MakeError(Reason::kSchemaViolation,
                        fmt::format("node `{}` is a {} and cannot become a {}; put another node and make this one "
                                    "obsolete",
                                    Printable(node.id), kind, Printable(node.kind)),
                        FieldOf(change, "put_node.node.kind"), Printable(node.id)));
}

void Validation::Stage(const DeleteNode& remove, std::size_t change) {
  std::string field = FieldOf(change, "delete_node.id");
  if (const absl::Status status = CheckCurie(remove.id, field); !status.ok()) return Add(change, status);
  if (!overlay_.DeleteNode(remove.id, change)) AddMissing(remove.id, std::move(field), change);
}

// --- Edges ---

void Validation::StageEdges() {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (const auto* put = std::get_if<PutEdge>(&changes_[i])) Stage(*put, i);
    if (const auto* remove = std::get_if<DeleteEdge>(&changes_[i])) Stage(*remove, i);
  }
}

EdgeId Validation::IdOf(RelationIndex relation, Vertex subject, Vertex object) const {
  if (schema_.relation(relation).symmetric && overlay_.id(object) < overlay_.id(subject)) std::swap(subject, object);
  return {subject, relation, object};
}

void Validation::Stage(const PutEdge& put, std::size_t change) {
  const EdgeKey& key = put.edge.key;
  if (const absl::Status status = CheckEdge(put.edge, schema_); !status.ok()) {
    Add(change, PrefixFields(status, FieldOf(change, "put_edge.edge")));
  }
  const std::optional<RelationIndex> relation = schema_.FindRelation(key.relation);
  const std::optional<Vertex> subject = CheckEndpoint(key.subject_id, "put_edge.edge.key.subject_id", change);
  const std::optional<Vertex> object = CheckEndpoint(key.object_id, "put_edge.edge.key.object_id", change);
  CheckEvidence(put.edge, change);
  if (!relation || !subject || !object) return;
  CheckEnds(put.edge, *relation, *subject, *object, change);
  overlay_.Put(IdOf(*relation, *subject, *object), put.edge, change);
}

std::optional<Vertex> Validation::CheckEndpoint(const std::string& id, std::string_view field, std::size_t change) {
  if (!IsCurie(id)) return std::nullopt;  // said already
  const std::optional<Vertex> vertex = overlay_.Find(id);
  if (!vertex) AddMissing(id, FieldOf(change, field), change);
  return vertex;
}

// How an endpoint rule reads: `technique, modality -> process`.
std::string ToString(const EndpointRule& rule) {
  const auto side = [](const std::vector<std::string>& kinds) {
    return kinds.empty() ? std::string("any") : fmt::format("{}", fmt::join(kinds, ", "));
  };
  return fmt::format("{} -> {}", side(rule.from), side(rule.to));
}

void Validation::CheckEnds(const Edge& edge, RelationIndex index, Vertex subject, Vertex object, std::size_t change) {
  const Relation& relation = schema_.relation(index);
  const auto refuse = [&](std::string_view field, std::string_view what) {
    Add(change, MakeError(Reason::kSchemaViolation, fmt::format("edge {}: {}", ToString(edge.key), what),
                          FieldOf(change, field), ToString(edge.key)));
  };
  if (subject == object && !relation.self_loops) {
    refuse("put_edge.edge.key.object_id", fmt::format("`{}` does not run from a node to itself", relation.name));
  }
  const std::optional<KindIndex> from = schema_.FindKind(overlay_.kind(subject));
  const std::optional<KindIndex> to = schema_.FindKind(overlay_.kind(object));
  if (!from || !to || schema_.AllowsEndpoints(index, *from, *to)) return;
  std::vector<std::string> allowed;
  for (const EndpointRule& rule : relation.endpoints) allowed.push_back(ToString(rule));
  if (allowed.empty()) allowed.emplace_back("any -> any");
  refuse("put_edge.edge.key.relation",
         fmt::format("`{}` does not run from a {} to a {}; it runs {}{}", relation.name, schema_.kind(*from).name,
                     schema_.kind(*to).name, fmt::join(allowed, "; "), relation.same_kind ? ", within one kind" : ""));
}

void Validation::CheckEvidence(const Edge& edge, std::size_t change) {
  for (std::size_t i = 0; i < edge.claims.size(); ++i) {
    const std::vector<std::string>& ids = edge.claims[i].evidence_ids;
    for (std::size_t k = 0; k < ids.size(); ++k) {
      if (!IsCurie(ids[k]) || overlay_.Find(ids[k])) continue;
      AddMissing(ids[k], FieldOf(change, fmt::format("put_edge.edge.claims[{}].evidence_ids[{}]", i, k)), change);
    }
  }
}

void Validation::Stage(const DeleteEdge& remove, std::size_t change) {
  const EdgeKey& key = remove.key;
  ErrorList errors;
  errors.Add(CheckCurie(key.subject_id, "subject_id"));
  errors.Add(CheckRelationName(key.relation, schema_, "relation"));
  errors.Add(CheckCurie(key.object_id, "object_id"));
  std::string field = FieldOf(change, "delete_edge.key");
  if (!errors.empty()) return Add(change, PrefixFields(errors.ToStatus(), field));
  const std::optional<Vertex> subject = overlay_.FindEver(key.subject_id);
  const std::optional<Vertex> object = overlay_.FindEver(key.object_id);
  const RelationIndex relation = *schema_.FindRelation(key.relation);
  if (subject && object && overlay_.DeleteEdge(IdOf(relation, *subject, *object), change)) return;
  Add(change,
      MakeError(Reason::kEdgeNotFound, fmt::format("no edge {}", ToString(key)), std::move(field), ToString(key)));
}

// --- Documents ---

void Validation::StageDocuments() {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (const auto* put = std::get_if<PutDocument>(&changes_[i])) Stage(*put, i);
  }
}

void Validation::Stage(const PutDocument& put, std::size_t change) {
  Add(change, PrefixFields(CheckDocument(put.document), FieldOf(change, "put_document.document")));
  documents_[put.document.name] = change;
}

// --- The whole
// -------------------------------------------------------------------------------------------------------------

// The node outside the change set that has this alias.
std::optional<std::string> Validation::AliasOwner(std::string_view alias) const {
  for (const TermHit& hit : base_.FindTerms(alias)) {
    if (hit.field != TermField::kAlias) break;  // hits come in order of their fields
    if (overlay_.staged(Vertex{Number(hit.node)}) != nullptr) continue;
    const Node node = base_.node(hit.node);
    if (std::find(node.aliases.begin(), node.aliases.end(), alias) != node.aliases.end()) return node.id;
  }
  return std::nullopt;
}

// Every id and every alias names one node only.
void Validation::CheckNames() {
  for (const StagedNode& staged : overlay_.nodes()) {
    if (staged.put == nullptr) continue;
    for (std::size_t i = 0; i < staged.put->aliases.size(); ++i) {
      const std::string& alias = staged.put->aliases[i];
      const auto refuse = [&](std::string_view owner, std::string_view as) {
        Add(staged.change,
            MakeError(Reason::kNodeExists,
                      fmt::format("alias `{}` of node `{}` is {} `{}`; an id names one node only", Printable(alias),
                                  Printable(staged.id), as, owner),
                      FieldOf(staged.change, fmt::format("put_node.node.alias_ids[{}]", i)), Printable(staged.id)));
      };
      if (alias == staged.id) continue;  // said already
      const auto [entry, inserted] = aliases_.try_emplace(alias, staged.id);
      if (!inserted && entry->second != staged.id) refuse(entry->second, "an alias of");
      if (overlay_.Find(alias)) refuse(alias, "the id of node");
      if (const std::optional<std::string> owner = AliasOwner(alias)) refuse(*owner, "an alias of");
    }
  }
  for (const StagedNode& staged : overlay_.nodes()) {
    if (staged.put == nullptr || staged.in_base) continue;
    // An alias within the change set that is this id was refused above, at the alias.
    if (const std::optional<std::string> owner = AliasOwner(staged.id)) {
      Add(staged.change,
          MakeError(Reason::kNodeExists,
                    fmt::format("`{}` is an alias of node `{}`; use that node, or take the alias from it",
                                Printable(staged.id), *owner),
                    FieldOf(staged.change, "put_node.node.id"), Printable(staged.id)));
    }
  }
}

void Validation::CheckReplacements() {
  for (const StagedNode& staged : overlay_.nodes()) {
    if (staged.put == nullptr) continue;
    const std::vector<std::string>& ids = staged.put->replaced_by;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!IsCurie(ids[i]) || overlay_.Find(ids[i])) continue;
      AddMissing(ids[i], FieldOf(staged.change, fmt::format("put_node.node.replaced_by_ids[{}]", i)), staged.change);
    }
  }
}

// No edge of the base is left without an end. (Edges of the change set were held to nodes that stay.)
void Validation::CheckDeleted() {
  for (const StagedNode& staged : overlay_.nodes()) {
    if (staged.put != nullptr || !staged.in_base) continue;
    std::vector<std::string> edges;
    overlay_.VisitRemaining(*overlay_.slot(staged.vertex), [&](const EdgeId& id) {
      edges.push_back(
          fmt::format("{} {} {}", overlay_.id(id.subject), schema_.relation(id.relation).name, overlay_.id(id.object)));
      return edges.size() <= kMaxNamedEdges;
    });
    if (edges.empty()) continue;
    const bool more = edges.size() > kMaxNamedEdges;
    if (more) edges.pop_back();
    Add(staged.change,
        MakeError(Reason::kNodeInUse,
                  fmt::format("node `{}` is still touched by {}{}; delete these edges with it, or make it obsolete",
                              staged.id, fmt::join(edges, ", "), more ? ", and more" : ""),
                  FieldOf(staged.change, "delete_node.id"), std::string(staged.id)));
  }
}

std::vector<Validation::Touched> Validation::TouchedSubjects() const {
  std::vector<Touched> touched;
  for (const StagedEdge& edge : overlay_.edges()) {
    const Relation& relation = schema_.relation(edge.id.relation);
    if (relation.max_per_subject == 0 && !relation.one_primary) continue;
    if (overlay_.Exists(edge.id.subject)) touched.push_back({edge.id.subject, edge.id.relation, edge.change});
  }
  const auto key = [](const Touched& t) { return std::pair(t.subject, t.relation); };
  // The last change of each pair first, then only that.
  std::sort(touched.begin(), touched.end(), [&](const Touched& a, const Touched& b) {
    return key(a) != key(b) ? key(a) < key(b) : a.change > b.change;
  });
  touched.erase(
      std::unique(touched.begin(), touched.end(), [&](const Touched& a, const Touched& b) { return key(a) == key(b); }),
      touched.end());
  return touched;
}

void Validation::CheckCardinality() {
  for (const Touched& touched : TouchedSubjects()) {
    const Relation& relation = schema_.relation(touched.relation);
    if (relation.one_primary) CheckPrimary(touched);
    if (relation.max_per_subject == 0) continue;
    const std::size_t count = overlay_.CountOut(touched.subject, touched.relation);
    if (count <= relation.max_per_subject) continue;
    Add(touched.change,
        MakeError(Reason::kSchemaViolation,
                  fmt::format("node `{}` would have {} edges `{}`; at most {} are allowed: delete the others",
                              overlay_.id(touched.subject), count, relation.name, relation.max_per_subject),
                  FieldOf(touched.change, "put_edge.edge.key.subject_id"), std::string(overlay_.id(touched.subject))));
  }
}

void Validation::CheckPrimary(const Touched& touched) {
  std::size_t edges = 0;
  std::size_t primary = 0;
  overlay_.VisitOut(touched.subject, touched.relation, [&](const EdgeId&, const Edge*, bool is_primary) {
    ++edges;
    primary += is_primary ? 1 : 0;
    return true;
  });
  if (edges == 0 || primary == 1) return;
  const bool is_put = std::holds_alternative<PutEdge>(changes_[touched.change]);
  Add(touched.change,
      MakeError(Reason::kSchemaViolation,
                fmt::format("node `{}` would have {} primary edges `{}` of {}; mark exactly one",
                            overlay_.id(touched.subject), primary, schema_.relation(touched.relation).name, edges),
                FieldOf(touched.change, is_put ? "put_edge.edge.primary" : "delete_edge.key"),
                std::string(overlay_.id(touched.subject))));
}

void Validation::CheckCycles() {
  for (std::size_t i = 0; i < schema_.relation_count(); ++i) {
    const auto relation = static_cast<RelationIndex>(i);
    if (schema_.relation(relation).acyclic) CheckCycles(relation);
  }
}

// The base has no circle in `acyclic` and its sub-relations, so that each one there is now goes over an added edge.
void Validation::CheckCycles(RelationIndex acyclic) {
  std::vector<RelationIndex> family;
  for (std::size_t i = 0; i < schema_.relation_count(); ++i) {
    if (schema_.IsSubRelation(static_cast<RelationIndex>(i), acyclic)) family.push_back(static_cast<RelationIndex>(i));
  }
  CycleSearch search([&](CycleSearch::Vertex vertex, std::vector<CycleSearch::Vertex>& successors) {
    for (const RelationIndex relation : family) {
      overlay_.VisitOut(Vertex{vertex}, relation, [&](const EdgeId& id, const Edge*, bool) {
        successors.push_back(NumberOf(id.object));
        return true;
      });
    }
  });
  // The change that put an added edge from one vertex to the next, the last where there are several.
  const auto change_of = [&](CycleSearch::Vertex from, CycleSearch::Vertex to) {
    std::optional<std::size_t> last;
    for (const RelationIndex relation : family) {
      const StagedEdge* edge = overlay_.staged(EdgeId{Vertex{from}, relation, Vertex{to}});
      if (edge != nullptr && edge->added() && (!last || edge->change > *last)) last = edge->change;
    }
    return last;
  };
  for (const StagedEdge& edge : overlay_.edges()) {
    if (!edge.added() || !schema_.IsSubRelation(edge.id.relation, acyclic)) continue;
    if (edge.id.subject == edge.id.object) continue;  // a self-loop was refused already
    for (CycleSearch::Cycle& cycle : search.From(NumberOf(edge.id.subject), {NumberOf(edge.id.object)})) {
      if (cycle.size() < 2) continue;
      // Blamed on the last change that put an edge of it, and told from that edge on.
      std::size_t blamed = edge.change;
      std::size_t first = 0;
      std::optional<std::size_t> last_change;
      for (std::size_t i = 0; i < cycle.size(); ++i) {
        const std::optional<std::size_t> change = change_of(cycle[i], cycle[(i + 1) % cycle.size()]);
        if (!change || (last_change && *change <= *last_change)) continue;
        last_change = blamed = *change;
        first = i;
      }
      std::rotate(cycle.begin(), cycle.begin() + static_cast<std::ptrdiff_t>(first), cycle.end());
      AddCycle(blamed, fmt::format("`{}` allows no circle", schema_.relation(acyclic).name),
               FieldOf(blamed, "put_edge.edge"), cycle, "leave this edge out, or delete another of the circle");
    }
  }
}

std::vector<std::string> Validation::Replacements(Vertex vertex) const {
  if (const StagedNode* staged = overlay_.staged(vertex)) {
    return staged->put == nullptr ? std::vector<std::string>() : staged->put->replaced_by;
  }
  const NodeIndex node = *overlay_.slot(vertex);
  return base_.IsObsolete(node) ? base_.node(node).replaced_by : std::vector<std::string>();
}

// Following replacements ends.
void Validation::CheckReplacementCycles() {
  const auto successors = [&](CycleSearch::Vertex vertex, std::vector<CycleSearch::Vertex>& found) {
    for (const std::string& id : Replacements(Vertex{vertex})) {
      if (const std::optional<Vertex> next = overlay_.Find(id)) found.push_back(NumberOf(*next));
    }
  };
  CycleSearch search(successors);
  for (const StagedNode& staged : overlay_.nodes()) {
    if (staged.put == nullptr || staged.put->replaced_by.empty()) continue;
    std::vector<CycleSearch::Vertex> first;
    successors(NumberOf(staged.vertex), first);
    for (CycleSearch::Cycle& cycle : search.From(NumberOf(staged.vertex), std::move(first))) {
      const StagedNode* blamed = &staged;
      std::size_t at = 0;
      for (std::size_t i = 0; i < cycle.size(); ++i) {
        const StagedNode* node = overlay_.staged(Vertex{cycle[i]});
        if (node == nullptr || (i > 0 && node->change <= blamed->change)) continue;
        blamed = node;
        at = i;
      }
      std::rotate(cycle.begin(), cycle.begin() + static_cast<std::ptrdiff_t>(at), cycle.end());
      AddCycle(blamed->change, "replacements allow no circle", FieldOf(blamed->change, "put_node.node.replaced_by_ids"),
               cycle, "name a node at the end of the chain");
    }
  }
}

void Validation::AddCycle(std::size_t change, std::string_view rule, std::string field, const CycleSearch::Cycle& cycle,
                          std::string_view way_out) {
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; i < std::min(cycle.size(), kMaxNamedOnCycle); ++i)
    ids.push_back(overlay_.id(Vertex{cycle[i]}));
  if (cycle.size() > kMaxNamedOnCycle) ids.emplace_back("…");
  ids.push_back(overlay_.id(Vertex{cycle.front()}));
  Add(change,
      MakeError(Reason::kCycle, fmt::format("{}: {}; {}", rule, fmt::join(ids, " -> "), way_out), std::move(field),
                std::string(ids.front()), {{"cycle", fmt::format("{}", fmt::join(ids, ","))}}));
}

// --- Missing nodes ---

std::vector<std::string_view> Validation::NewIdsNear(std::string_view id) {
  if (new_ids_.empty()) {
    for (const StagedNode& staged : overlay_.nodes()) {
      if (staged.put != nullptr && !staged.in_base) new_ids_.push_back(staged.id);
    }
    std::sort(new_ids_.begin(), new_ids_.end());
  }
  const auto place = std::lower_bound(new_ids_.begin(), new_ids_.end(), id);
  const auto window = [](auto distance) {
    return std::min<std::ptrdiff_t>(distance, static_cast<std::ptrdiff_t>(kNearWindow));
  };
  return {place - window(place - new_ids_.begin()), place + window(new_ids_.end() - place)};
}

void Validation::AddMissing(std::string_view id, std::string field, std::size_t change) {
  if (problems_.size() == kMaxProblems) {
    ++dropped_;
    return;
  }
  if (const std::optional<Vertex> vertex = overlay_.FindEver(id); vertex && overlay_.staged(*vertex) != nullptr) {
    return Add(change, MakeError(Reason::kNodeNotFound,
                                 fmt::format("node `{}` is deleted by changes[{}]", Printable(id),
                                             overlay_.staged(*vertex)->change),
                                 std::move(field), Printable(id)));
  }
  if (suggestions_ == kMaxSuggestions) {
    return Add(change, MakeError(Reason::kNodeNotFound, fmt::format("no node `{}`", Printable(id)), std::move(field),
                                 Printable(id)));
  }
  ++suggestions_;
  Add(change, NotFound(base_, id, std::move(field), NewIdsNear(id)));
}

// --- The log
// ---------------------------------------------------------------------------------------------------------------

// Things in the order of the last change that touched each.
template <typename T>
std::vector<const T*> InOrderOfChange(std::span<const T> things) {
  std::vector<const T*> order;
  order.reserve(things.size());
  for (const T& thing : things) order.push_back(&thing);
  std::sort(order.begin(), order.end(), [](const T* a, const T* b) { return a->change < b->change; });
  return order;
}

// Edges go before the nodes that they leave, and come after those that they join: each change fits what the ones before
// leave, forwards and, in reverse, backwards.
std::vector<LoggedChange> Validation::TakeLogged(SlotAllocator& slots) {
  LogDeletedEdges();
  LogNodes(false, slots);
  LogNodes(true, slots);
  LogPutEdges();
  LogDocuments();
  return std::move(logged_);
}

void Validation::LogDeletedEdges() {
  for (const StagedEdge* staged : InOrderOfChange(overlay_.edges())) {
    if (staged->put != nullptr || !staged->in_base) continue;
    const auto entry =
        base_.FindEdge(*overlay_.slot(staged->id.subject), staged->id.relation, *overlay_.slot(staged->id.object));
    logged_.emplace_back(BeforeAfter<Edge>{base_.edge(*entry), std::nullopt});
  }
}

void Validation::LogNodes(bool put, SlotAllocator& slots) {
  for (const StagedNode* staged : InOrderOfChange(overlay_.nodes())) {
    if ((staged->put != nullptr) != put) continue;
    if (put) {
      LogPutNode(*staged, slots);
    } else if (staged->in_base) {
      const NodeIndex slot = *overlay_.slot(staged->vertex);
      logged_.emplace_back(BeforeAfter<NodeAt>{NodeAt{base_.node(slot), slot}, std::nullopt});
    }
  }
}

void Validation::LogPutNode(const StagedNode& staged, SlotAllocator& slots) {
  Node after = Normalized(*staged.put);
  if (!staged.in_base) {
    after.create_revision = after.update_revision = next_;
    logged_.emplace_back(BeforeAfter<NodeAt>{std::nullopt, NodeAt{std::move(after), slots.Take()}});
    return;
  }
  const NodeIndex slot = *overlay_.slot(staged.vertex);
  Node before = base_.node(slot);
  after.create_revision = before.create_revision;
  after.update_revision = before.update_revision;
  if (before == after) return;
  after.update_revision = next_;
  logged_.emplace_back(BeforeAfter<NodeAt>{NodeAt{std::move(before), slot}, NodeAt{std::move(after), slot}});
}

void Validation::LogPutEdges() {
  for (const StagedEdge* staged : InOrderOfChange(overlay_.edges())) {
    if (staged->put == nullptr) continue;
    Edge after = Normalized(*staged->put, schema_.relation(staged->id.relation));
    BeforeAfter<Edge> entry;
    if (staged->in_base) {
      entry.before = base_.edge(
          *base_.FindEdge(*overlay_.slot(staged->id.subject), staged->id.relation, *overlay_.slot(staged->id.object)));
      after.update_revision = entry.before->update_revision;
      if (*entry.before == after) continue;
    }
    after.update_revision = next_;
    entry.after = std::move(after);
    logged_.emplace_back(std::move(entry));
  }
}

void Validation::LogDocuments() {
  std::vector<std::size_t> changes;
  for (const auto& [name, change] : documents_) changes.push_back(change);
  std::sort(changes.begin(), changes.end());
  for (const std::size_t change : changes) {
    BeforeAfter<Document> entry{std::nullopt, std::get<PutDocument>(changes_[change]).document};
    if (const Document* before = base_.document(entry.after->name)) {
      entry.before = *before;
      entry.after->update_revision = before->update_revision;
      if (entry.before == entry.after) continue;
    }
    entry.after->update_revision = next_;
    logged_.emplace_back(std::move(entry));
  }
}

absl::Status CheckHeader(const ChangeSet& change_set) {
  ErrorList errors;
  errors.Add(CheckUtf8(change_set.author.name, "author.name"));
  errors.Add(CheckUtf8(change_set.message, "message"));
  if (change_set.changes.empty()) {
    errors.Add({Reason::kFieldRequired, "changes", "a change set needs at least one change", {}});
  }
  if (change_set.changes.size() > kMaxChanges) {
    errors.Add({Reason::kLimitExceeded,
                "changes",
                fmt::format("a change set of {} changes is above {}; split it", change_set.changes.size(), kMaxChanges),
                {}});
  }
  return errors.ToStatus();
}

}  // namespace

absl::StatusOr<std::vector<LoggedChange>> ValidateChangeSet(const Snapshot& base, const ChangeSet& change_set,
                                                            Revision next, SlotAllocator& slots) {
  BRAID_RETURN_IF_ERROR(CheckPreconditions(base, change_set.preconditions));
  BRAID_RETURN_IF_ERROR(CheckHeader(change_set));
  Validation validation(base, change_set, next);
  BRAID_RETURN_IF_ERROR(validation.Run());
  return validation.TakeLogged(slots);
}

absl::Status NodeNotFound(const Snapshot& snapshot, std::string_view id, std::string field) {
  return NotFound(snapshot, id, std::move(field), {});
}

}  // namespace braid::graph
