#include "ontology/client_focus.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Reason;
using graph::RelationIndex;
using graph::Snapshot;

constexpr std::size_t kMaxEntries = 64;  // of each list of a profile
constexpr double kMaxWeight = 1000;
constexpr std::string_view kIsA = "is_a";
constexpr std::string_view kProcess = "process";
constexpr std::string_view kConcern = "concern";
constexpr std::string_view kDimension = "dimension";
constexpr std::string_view kFlag = "flag";

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

void AddOnce(NodeIndex node, std::vector<NodeIndex>& nodes) {
  if (!Holds(nodes, node)) nodes.push_back(node);
}

std::vector<RelationIndex> WithSubRelations(const graph::Schema& schema, std::string_view name) {
  auto relations = FindRelations(schema, name, {});
  return relations.ok() ? *std::move(relations) : std::vector<RelationIndex>{};
}

// What happened to an id of a profile, without the id.
std::string_view MessageOf(NoticeReason reason) {
  switch (reason) {
    case NoticeReason::kAliasFollowed:
      return "The id is an alias; the node it stands for was used.";
    case NoticeReason::kReplacementFollowed:
      return "The node is obsolete; its replacement was used.";
    case NoticeReason::kSeveralReplacements:
      return "The node is obsolete and has several replacements, of which none was taken.";
    default:
      break;
  }
  return "The node is obsolete and has no replacement.";
}

// An error of FindNode without the value that it names: what is wrong, and the nearest ids.
graph::Violation Anonymous(const graph::ErrorInfo& info, const std::string& field) {
  if (info.reason == Reason::kCurieMalformed) {
    return {info.reason, field, fmt::format("{} is no id; write prefix, colon, name", field), {}};
  }
  std::string nearest;
  for (const auto& [key, value] : info.metadata) {
    if (key == "nearest") nearest = fmt::format("; the nearest ids are {}", value);
  }
  return {info.reason, field, fmt::format("{} names no node of this ontology{}", field, nearest), {}};
}

// Reads a profile, collecting all that is wrong with it.
class Reader {
 public:
  Reader(const Snapshot& snapshot, const Policy& policy, const ClientProfile& profile, std::vector<Notice>* notices)
      : snapshot_(snapshot), policy_(policy), profile_(profile), notices_(notices) {}

  absl::StatusOr<ClientFocus> Read() {
    ReadNeeds();
    ReadConcerns();
    const std::vector<NodeIndex> flags = ReadFlags();
    BRAID_RETURN_IF_ERROR(errors_.ToStatus());
    if (policy_.client_reading.has_value()) Apply(*policy_.client_reading, flags);
    return std::move(focus_);
  }

 private:
  void Add(Reason reason, const std::string& field, std::string_view rule) {
    errors_.Add({reason, field, fmt::format("{} {}", field, rule), {}});
  }

  // Whether a list is short enough to be looked at.
  bool CheckSize(std::size_t size, const std::string& field) {
    if (size <= kMaxEntries) return true;
    Add(Reason::kValueOutOfRange, field, fmt::format("has more than {} entries", kMaxEntries));
    return false;
  }

  // The node at `field` where it is one of `kinds`.
  std::optional<NodeIndex> Node(const std::string& id, const std::string& field,
                                std::initializer_list<std::string_view> kinds) {
    if (id.empty()) {
      Add(Reason::kFieldRequired, field, "is empty; give an id");
      return std::nullopt;
    }
    std::vector<Notice> told;
    const absl::StatusOr<NodeIndex> node = FindNode(snapshot_, id, field, true, &told);
    if (!node.ok()) {
      errors_.Add(Anonymous(*graph::ErrorInfoOf(node.status()), field));
      return std::nullopt;
    }
    for (const Notice& notice : told) {
      if (notices_ != nullptr)
        notices_->push_back({notice.reason, field, std::string(MessageOf(notice.reason)), {}, {}});
    }
    const std::string& kind = snapshot_.schema().kind(snapshot_.kind(*node)).name;
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return *node;
    Add(Reason::kValueOutOfRange, field, fmt::format("is of another kind; use {}", fmt::join(kinds, ", ")));
    return std::nullopt;
  }

  void ReadNeeds() {
    if (!CheckSize(profile_.needs.size(), "profile.needs")) return;
    std::vector<NodeIndex> named;
    for (std::size_t i = 0; i < profile_.needs.size(); ++i) {
      const std::string at = fmt::format("profile.needs[{}]", i);
      const double weight = profile_.needs[i].weight;
      // Negated, so that a NaN is out of range.
      if (!(weight > 0 && weight <= kMaxWeight)) {
        Add(Reason::kValueOutOfRange, at + ".weight", fmt::format("is out of range; use (0, {}]", kMaxWeight));
      }
      const auto node = Node(profile_.needs[i].node_id, at + ".node_id", {kDimension, kConcern, kProcess});
      if (!node.has_value()) continue;
      if (Holds(named, *node)) Add(Reason::kValueOutOfRange, at + ".node_id", "came before; name each need once");
      named.push_back(*node);
      const std::string& kind = snapshot_.schema().kind(snapshot_.kind(*node)).name;
      if (kind == kProcess) AddOnce(*node, focus_.processes);
      if (kind == kConcern) AddOnce(*node, focus_.concerns);
    }
  }

  void ReadConcerns() {
    if (!CheckSize(profile_.concern_ids.size(), "profile.concern_ids")) return;
    for (std::size_t i = 0; i < profile_.concern_ids.size(); ++i) {
      const auto node = Node(profile_.concern_ids[i], fmt::format("profile.concern_ids[{}]", i), {kConcern});
      if (node.has_value()) AddOnce(*node, focus_.concerns);
    }
  }

  std::vector<NodeIndex> ReadFlags() {
    std::vector<NodeIndex> flags;
    if (!CheckSize(profile_.flag_ids.size(), "profile.flag_ids")) return flags;
    for (std::size_t i = 0; i < profile_.flag_ids.size(); ++i) {
      const auto node = Node(profile_.flag_ids[i], fmt::format("profile.flag_ids[{}]", i), {kFlag});
      if (node.has_value()) AddOnce(*node, flags);
    }
    return flags;
  }

  void Apply(const ClientReading& reading, const std::vector<NodeIndex>& flags) {
    focus_.lies_in = WithSubRelations(snapshot_.schema(), reading.lies_in);
    std::vector<NodeIndex> called_for;
    for (const RelationIndex relation : WithSubRelations(snapshot_.schema(), reading.calls_for)) {
      for (const NodeIndex flag : flags) {
        for (const graph::Arc& arc : snapshot_.out(flag, relation)) AddOnce(arc.node, called_for);
      }
    }
    focus_.called_for = WithDescendants(snapshot_, std::move(called_for));
    // Where nothing is known of the client's processes, none of them is ruled out.
    if (!focus_.processes.empty() || !focus_.concerns.empty()) KeepOff(reading);
  }

  void KeepOff(const ClientReading& reading) {
    const std::optional<graph::KindIndex> process = snapshot_.schema().FindKind(kProcess);
    if (!process.has_value()) return;
    std::set<NodeIndex> own(focus_.processes.begin(), focus_.processes.end());
    const std::vector<NodeIndex> concerns = WithAncestors(focus_.concerns);
    for (const RelationIndex relation : WithSubRelations(snapshot_.schema(), reading.belongs_to)) {
      for (const NodeIndex concern : concerns) {
        for (const graph::Arc& arc : snapshot_.in(concern, relation)) {
          if (arc.supported()) own.insert(arc.node);
        }
      }
    }
    snapshot_.VisitNodes(*process, {}, [&](NodeIndex node) {
      if (!own.contains(node) && Matches(snapshot_, node, reading.kept_off)) focus_.avoided.push_back(node);
      return true;
    });
  }

  // What keeps a concern going keeps its kinds going (algorithms.md, section 9).
  std::vector<NodeIndex> WithAncestors(std::vector<NodeIndex> nodes) const {
    const std::optional<RelationIndex> is_a = snapshot_.schema().FindRelation(kIsA);
    for (std::size_t i = 0; is_a.has_value() && i < nodes.size(); ++i) {
      for (const graph::Arc& arc : snapshot_.out(nodes[i], *is_a)) AddOnce(arc.node, nodes);
    }
    return nodes;
  }

  const Snapshot& snapshot_;
  const Policy& policy_;
  const ClientProfile& profile_;
  std::vector<Notice>* notices_;
  ClientFocus focus_;
  graph::ErrorList errors_;
};

}  // namespace

std::vector<NodeIndex> ClientFocus::EndsFor(const Snapshot& snapshot, NodeIndex node) const {
  std::vector<NodeIndex> ends;
  for (const NodeIndex process : processes) {
    const bool lies_here = std::any_of(lies_in.begin(), lies_in.end(), [&](RelationIndex relation) {
      const std::optional<graph::EdgeEntry> edge = snapshot.FindEdge(process, relation, node);
      return edge.has_value() && edge->arc.supported();
    });
    if (lies_here && !snapshot.IsObsolete(process)) ends.push_back(process);
  }
  if (ends.empty()) return {node};
  std::sort(ends.begin(), ends.end(), [&](NodeIndex a, NodeIndex b) { return snapshot.id(a) < snapshot.id(b); });
  return ends;
}

absl::StatusOr<ClientFocus> ReadClientFocus(const Snapshot& snapshot, const Policy& policy,
                                            const ClientProfile& profile, std::vector<Notice>* notices) {
  return Reader(snapshot, policy, profile, notices).Read();
}

}  // namespace braid::ontology
