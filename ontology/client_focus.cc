#include "ontology/client_focus.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "graph/error.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

constexpr std::string_view kProcess = "process";
constexpr std::string_view kConcern = "concern";

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

// Reads what a client says about where to look.
class Reader {
 public:
  Reader(const Snapshot& snapshot, const Policy& policy) : snapshot_(snapshot), policy_(policy) {}

  ClientFocus Read(const Client& client) {
    for (const Client::Need& need : client.needs) {
      if (!need.is_need()) continue;
      const std::string& kind = snapshot_.schema().kind(snapshot_.kind(need.node)).name;
      if (kind == kProcess) focus_.processes.push_back(need.node);
      if (kind == kConcern) focus_.concerns.push_back(need.node);
    }
    for (const NodeIndex concern : client.concerns) AddOnce(concern, focus_.concerns);
    if (policy_.client_reading.has_value()) Apply(*policy_.client_reading, client.flags);
    return std::move(focus_);
  }

 private:
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
    // What keeps a concern going keeps its kinds going (algorithms.md, section 9).
    const std::vector<NodeIndex> concerns = WithAncestors(snapshot_, focus_.concerns);
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

  const Snapshot& snapshot_;
  const Policy& policy_;
  ClientFocus focus_;
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

ClientFocus FocusOf(const Snapshot& snapshot, const Policy& policy, const Client& client) {
  return Reader(snapshot, policy).Read(client);
}

absl::StatusOr<ClientFocus> ReadClientFocus(const Snapshot& snapshot, const Policy& policy,
                                            const ClientProfile& profile, std::vector<Notice>* notices) {
  BRAID_ASSIGN_OR_RETURN(const Client client, ReadClient(snapshot, profile, notices));
  return FocusOf(snapshot, policy, client);
}

}  // namespace braid::ontology
