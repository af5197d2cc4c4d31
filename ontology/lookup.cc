#include "ontology/lookup.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/text.h"
#include "graph/validate.h"

namespace braid::ontology {
namespace {

using graph::KindIndex;
using graph::NodeIndex;
using graph::Reason;
using graph::RelationIndex;
using graph::Snapshot;

constexpr std::size_t kMaxTextBytes = 1000;
constexpr std::string_view kIsA = "is_a";

std::string Quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name);
  return text;
}

// The node that has `id` as an alias. An alias has one owner: commits see to it.
std::optional<NodeIndex> FindAlias(const Snapshot& snapshot, std::string_view id) {
  for (const graph::TermHit& hit : snapshot.FindTerms(id)) {
    if (hit.field == graph::TermField::kAlias) return hit.node;
  }
  return std::nullopt;
}

std::optional<NodeIndex> FindIdOrAlias(const Snapshot& snapshot, std::string_view id) {
  if (const std::optional<NodeIndex> node = snapshot.Find(id)) return node;
  return FindAlias(snapshot, id);
}

void Tell(std::vector<Notice>* notices, NoticeReason reason, std::string_view field, std::string message,
          std::string_view from, std::string_view to) {
  if (notices == nullptr) return;
  notices->push_back({reason, std::string(field), std::move(message), std::string(from), std::string(to)});
}

// Follows sole replacements of obsolete nodes from `node` on. Commits keep the chain free of circles; `walked` makes
// sure that damage could not make this one endless.
NodeIndex FollowReplacements(const Snapshot& snapshot, NodeIndex node, std::string_view field,
                             std::vector<Notice>* notices) {
  std::vector<NodeIndex> walked = {node};
  while (snapshot.IsObsolete(node)) {
    const std::string_view id = snapshot.id(node);
    const std::vector<std::string> replaced_by = snapshot.node(node).replaced_by;
    if (replaced_by.size() > 1) {
      Tell(notices, NoticeReason::kSeveralReplacements, field,
           fmt::format("`{}` is obsolete and has several replacements, of which none was taken: {}.", id,
                       Quoted(replaced_by)),
           id, {});
      return node;
    }
    const std::optional<NodeIndex> next =
        replaced_by.empty() ? std::nullopt : FindIdOrAlias(snapshot, replaced_by.front());
    if (!next.has_value() || std::find(walked.begin(), walked.end(), *next) != walked.end()) {
      Tell(notices, NoticeReason::kObsolete, field, fmt::format("`{}` is obsolete and has no replacement.", id), id,
           {});
      return node;
    }
    Tell(notices, NoticeReason::kReplacementFollowed, field,
         fmt::format("`{}` is obsolete; its replacement `{}` was used.", id, snapshot.id(*next)), id,
         snapshot.id(*next));
    node = *next;
    walked.push_back(node);
  }
  return node;
}

absl::Status AliasNotFollowed(std::string_view id, std::string_view owner, std::string_view field) {
  return graph::MakeError(
      Reason::kNodeNotFound,
      fmt::format("`{}` is only an alias of `{}`; ask for that, or let aliases be followed", id, owner),
      std::string(field), std::string(id), {{"nearest", std::string(owner)}});
}

std::string_view TrimBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

MatchField FieldOf(graph::TermField field) {
  switch (field) {
    case graph::TermField::kAlias:
      return MatchField::kAlias;
    case graph::TermField::kCode:
      return MatchField::kCode;
    case graph::TermField::kPreferredLabel:
      return MatchField::kPreferredLabel;
    case graph::TermField::kSynonym:
      return MatchField::kSynonym;
    case graph::TermField::kAbbreviation:
      break;
  }
  return MatchField::kAbbreviation;
}

graph::LabelRole RoleOf(MatchField field) {
  switch (field) {
    case MatchField::kPreferredLabel:
      return graph::LabelRole::kPreferred;
    case MatchField::kSynonym:
      return graph::LabelRole::kSynonym;
    default:
      return graph::LabelRole::kAbbreviation;
  }
}

// Collects candidates, each node once by its best match.
class Resolver {
 public:
  Resolver(const Snapshot& snapshot, const ResolveQuery& query, std::string_view text, std::string normal,
           std::vector<Notice>* notices)
      : snapshot_(snapshot), query_(query), text_(text), normal_(std::move(normal)), notices_(notices) {}

  std::vector<Candidate> Run() {
    if (const std::optional<NodeIndex> node = snapshot_.Find(text_)) {
      Offer({*node, MatchField::kId, true, std::string(text_), {}, {}});
    }
    OfferTerms(text_);
    if (normal_ != text_) OfferTerms(normal_);
    std::vector<Candidate> candidates;
    for (auto& [node, candidate] : best_) candidates.push_back(std::move(candidate));
    std::sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
      return std::tuple(RankOf(a), snapshot_.id(a.node)) < std::tuple(RankOf(b), snapshot_.id(b.node));
    });
    return candidates;
  }

 private:
  static std::pair<MatchField, bool> RankOf(const Candidate& candidate) { return {candidate.field, !candidate.exact}; }

  void OfferTerms(std::string_view key) {
    for (const graph::TermHit& hit : snapshot_.FindTerms(key)) {
      Candidate candidate;
      candidate.node = hit.node;
      candidate.field = FieldOf(hit.field);
      Describe(candidate);
      Offer(std::move(candidate));
    }
  }

  // Says what of the node it was that matched.
  void Describe(Candidate& candidate) const {
    const graph::Node node = snapshot_.node(candidate.node);
    if (candidate.field == MatchField::kAlias || candidate.field == MatchField::kCode) {
      candidate.exact = true;
      candidate.matched_text = std::string(text_);
      for (const graph::Mapping& mapping : node.mappings) {
        if (candidate.field != MatchField::kCode || mapping.object_id != text_) continue;
        candidate.predicate_id = mapping.predicate_id;
        return;
      }
      return;
    }
    for (const graph::Label& label : node.labels) {
      if (label.role != RoleOf(candidate.field)) continue;
      const bool exact = label.text == text_;
      if (!exact && (!candidate.matched_text.empty() || graph::NormalizeLabel(label.text) != normal_)) continue;
      candidate.exact = exact;
      candidate.matched_text = label.text;
      candidate.language = label.language;
      if (exact) return;
    }
  }

  void Offer(Candidate candidate) {
    if (!query_.include_obsolete && snapshot_.IsObsolete(candidate.node)) {
      candidate.node = Replacement(candidate.node);
      if (snapshot_.IsObsolete(candidate.node)) return;
    }
    if (query_.kind.has_value() && snapshot_.kind(candidate.node) != *query_.kind) return;
    const auto [known, inserted] = best_.try_emplace(candidate.node, candidate);
    if (!inserted && RankOf(candidate) < RankOf(known->second)) known->second = std::move(candidate);
  }

  // One node may match in several ways; what becomes of it is told once.
  NodeIndex Replacement(NodeIndex obsolete) {
    const auto [known, inserted] = replacement_.try_emplace(obsolete, obsolete);
    if (inserted) known->second = FollowReplacements(snapshot_, obsolete, "text", notices_);
    return known->second;
  }

  const Snapshot& snapshot_;
  const ResolveQuery& query_;
  const std::string_view text_;
  const std::string normal_;
  std::vector<Notice>* notices_;
  std::map<NodeIndex, Candidate> best_;
  std::map<NodeIndex, NodeIndex> replacement_;
};

// The relations to list, in byte order of their names.
std::vector<std::pair<std::string_view, RelationIndex>> RelationsByName(const graph::Schema& schema,
                                                                        const std::vector<RelationIndex>& wanted) {
  std::vector<std::pair<std::string_view, RelationIndex>> relations;
  if (wanted.empty()) {
    for (std::size_t i = 0; i < schema.relation_count(); ++i) {
      const auto relation = static_cast<RelationIndex>(i);
      relations.emplace_back(schema.relation(relation).name, relation);
    }
  }
  for (const RelationIndex relation : wanted) relations.emplace_back(schema.relation(relation).name, relation);
  std::sort(relations.begin(), relations.end());
  relations.erase(std::unique(relations.begin(), relations.end()), relations.end());
  return relations;
}

// The neighbours along one relation on one side, in byte order of ids.
std::vector<NodeIndex> NeighborsAlong(const Snapshot& snapshot, const NeighborQuery& query, RelationIndex relation,
                                      bool outgoing) {
  std::vector<NodeIndex> nodes;
  for (const graph::Arc& arc : outgoing ? snapshot.out(query.node, relation) : snapshot.in(query.node, relation)) {
    // A loop is one edge: listed as outgoing where that side is asked for.
    if (!outgoing && query.outgoing && arc.node == query.node) continue;
    if (query.kind.has_value() && snapshot.kind(arc.node) != *query.kind) continue;
    nodes.push_back(arc.node);
  }
  std::sort(nodes.begin(), nodes.end(), [&](NodeIndex a, NodeIndex b) { return snapshot.id(a) < snapshot.id(b); });
  return nodes;
}

// A place in the order of neighbours; outgoing comes first.
std::tuple<std::string_view, bool, std::string_view> OrderKey(std::string_view relation, bool outgoing,
                                                              std::string_view id) {
  return {relation, !outgoing, id};
}

template <typename T, typename ElementAt>
std::vector<std::string> NamesOf(std::size_t count, ElementAt element_at) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(element_at(static_cast<T>(i)).name);
  std::sort(names.begin(), names.end());
  return names;
}

// `nodes` and all that the arcs of `is_a` lead to, again and again.
template <typename Arcs>
std::vector<NodeIndex> Closure(const Snapshot& snapshot, std::vector<NodeIndex> nodes, const Arcs& arcs) {
  const std::optional<RelationIndex> is_a = snapshot.schema().FindRelation(kIsA);
  std::set<NodeIndex> seen;
  std::erase_if(nodes, [&](NodeIndex node) { return !seen.insert(node).second; });
  for (std::size_t i = 0; is_a.has_value() && i < nodes.size(); ++i) {
    for (const graph::Arc& arc : arcs(nodes[i], *is_a)) {
      if (seen.insert(arc.node).second) nodes.push_back(arc.node);
    }
  }
  return nodes;
}

absl::StatusOr<NodeIndex> FindOfKind(const Snapshot& snapshot, std::string_view id, std::string_view field,
                                     bool redirect, std::vector<Notice>* notices,
                                     const std::vector<std::string_view>& kinds, std::string_view kinds_in_words) {
  if (id.empty()) {
    return graph::MakeError(graph::Reason::kFieldRequired,
                            fmt::format("{} must be set: name {}", field, kinds_in_words), std::string(field));
  }
  BRAID_ASSIGN_OR_RETURN(const NodeIndex node, FindNode(snapshot, id, field, redirect, notices));
  const std::string& kind = snapshot.schema().kind(snapshot.kind(node)).name;
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    return graph::MakeError(
        graph::Reason::kValueOutOfRange,
        fmt::format("{}: `{}` is of kind {}; name {}", field, snapshot.id(node), kind, kinds_in_words),
        std::string(field), std::string(snapshot.id(node)));
  }
  return node;
}

}  // namespace

absl::StatusOr<NodeIndex> FindNode(const Snapshot& snapshot, std::string_view id, std::string_view field, bool redirect,
                                   std::vector<Notice>* notices) {
  if (!graph::IsCurie(id)) {
    return graph::MakeError(Reason::kCurieMalformed,
                            fmt::format("`{}` is no id; write prefix, colon, name: `dimension:thoughts`", id),
                            std::string(field));
  }
  std::optional<NodeIndex> node = snapshot.Find(id);
  if (!node.has_value()) {
    node = FindAlias(snapshot, id);
    if (!node.has_value()) return graph::NodeNotFound(snapshot, id, std::string(field));
    const std::string_view owner = snapshot.id(*node);
    if (!redirect) return AliasNotFollowed(id, owner, field);
    Tell(notices, NoticeReason::kAliasFollowed, field,
         fmt::format("`{}` is an alias of `{}`, which was used.", id, owner), id, owner);
  }
  return redirect ? FollowReplacements(snapshot, *node, field, notices) : *node;
}

absl::StatusOr<NodeIndex> FindIntervention(const Snapshot& snapshot, std::string_view id, std::string_view field,
                                           bool redirect, std::vector<Notice>* notices) {
  return FindOfKind(snapshot, id, field, redirect, notices, {"technique", "modality"}, "a technique or a modality");
}

absl::StatusOr<NodeIndex> FindTechnique(const Snapshot& snapshot, std::string_view id, std::string_view field,
                                        bool redirect, std::vector<Notice>* notices) {
  return FindOfKind(snapshot, id, field, redirect, notices, {"technique"}, "a technique");
}

absl::StatusOr<NodeIndex> FindConcern(const Snapshot& snapshot, std::string_view id, std::string_view field,
                                      bool redirect, std::vector<Notice>* notices) {
  return FindOfKind(snapshot, id, field, redirect, notices, {"concern"}, "a concern");
}

std::vector<NodeIndex> WithDescendants(const Snapshot& snapshot, std::vector<NodeIndex> nodes) {
  return Closure(snapshot, std::move(nodes),
                 [&](NodeIndex node, RelationIndex is_a) { return snapshot.in(node, is_a); });
}

std::vector<NodeIndex> WithAncestors(const Snapshot& snapshot, std::vector<NodeIndex> nodes) {
  return Closure(snapshot, std::move(nodes),
                 [&](NodeIndex node, RelationIndex is_a) { return snapshot.out(node, is_a); });
}

std::string_view TextOf(const Snapshot& snapshot, NodeIndex node, std::string_view attribute) {
  for (const graph::Attribute& at : snapshot.attributes(node)) {
    if (at.name != attribute) continue;
    const auto* text = std::get_if<std::string>(&at.value);
    return text == nullptr ? std::string_view{} : std::string_view{*text};
  }
  return {};
}

std::optional<double> NumberOf(const Snapshot& snapshot, NodeIndex node, std::string_view attribute) {
  for (const graph::Attribute& each : snapshot.attributes(node)) {
    if (each.name != attribute) continue;
    if (const auto* number = std::get_if<double>(&each.value)) return *number;
    if (const auto* whole = std::get_if<std::int64_t>(&each.value)) return static_cast<double>(*whole);
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<Candidate>> Resolve(const Snapshot& snapshot, const ResolveQuery& query,
                                               std::vector<Notice>* notices) {
  if (query.text.size() > kMaxTextBytes) {
    return graph::MakeError(Reason::kValueOutOfRange,
                            fmt::format("text has {} bytes; use at most {}", query.text.size(), kMaxTextBytes), "text");
  }
  const std::string_view text = TrimBlanks(query.text);
  std::string normal = graph::NormalizeLabel(text);
  if (normal.empty()) {
    return graph::MakeError(Reason::kQueryEmpty, "text has no letter or digit: there is nothing to look for", "text");
  }
  return Resolver(snapshot, query, text, std::move(normal), notices).Run();
}

absl::StatusOr<std::vector<RelationIndex>> FindRelations(const graph::Schema& schema, std::string_view relation,
                                                         std::string_view field) {
  const std::optional<RelationIndex> found = schema.FindRelation(relation);
  if (!found.has_value()) {
    const auto names = NamesOf<RelationIndex>(
        schema.relation_count(), [&](RelationIndex i) -> const graph::Relation& { return schema.relation(i); });
    return graph::MakeError(Reason::kRelationNotFound,
                            fmt::format("no relation `{}`; there are {}", relation, Quoted(names)), std::string(field),
                            std::string(relation));
  }
  std::vector<RelationIndex> relations;
  for (std::size_t i = 0; i < schema.relation_count(); ++i) {
    const auto candidate = static_cast<RelationIndex>(i);
    if (schema.IsSubRelation(candidate, *found)) relations.push_back(candidate);
  }
  return relations;
}

absl::StatusOr<KindIndex> FindKind(const graph::Schema& schema, std::string_view kind, std::string_view field) {
  if (const std::optional<KindIndex> found = schema.FindKind(kind)) return *found;
  const auto names =
      NamesOf<KindIndex>(schema.kind_count(), [&](KindIndex i) -> const graph::Kind& { return schema.kind(i); });
  return graph::MakeError(Reason::kKindNotFound, fmt::format("no kind `{}`; there are {}", kind, Quoted(names)),
                          std::string(field), std::string(kind));
}

NeighborPage ListNeighbors(const Snapshot& snapshot, const NeighborQuery& query, const NeighborPosition& position,
                           std::size_t limit) {
  NeighborPage page;
  const auto after = OrderKey(position.relation, position.outgoing, position.id);
  for (const auto& [name, relation] : RelationsByName(snapshot.schema(), query.relations)) {
    if (name < position.relation) continue;
    for (const bool outgoing : {true, false}) {
      if (outgoing ? !query.outgoing : !query.incoming) continue;
      for (const NodeIndex node : NeighborsAlong(snapshot, query, relation, outgoing)) {
        if (!position.relation.empty() && OrderKey(name, outgoing, snapshot.id(node)) <= after) continue;
        if (page.neighbors.size() == limit) {
          const Neighbor& last = page.neighbors.back();
          page.next = NeighborPosition{snapshot.schema().relation(last.edge.arc.relation).name, last.outgoing,
                                       std::string(snapshot.id(last.node))};
          return page;
        }
        const std::optional<graph::EdgeEntry> edge =
            outgoing ? snapshot.FindEdge(query.node, relation, node) : snapshot.FindEdge(node, relation, query.node);
        page.neighbors.push_back({*edge, outgoing, node});
      }
    }
  }
  return page;
}

}  // namespace braid::ontology
