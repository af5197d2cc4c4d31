#include "ontology/path_words.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "fmt/format.h"

namespace braid::ontology {
namespace {

using graph::Certainty;
using graph::EdgeEntry;
using graph::NodeIndex;
using graph::Polarity;

// Where a process lies: not a step of a story but where it begins or ends.
constexpr std::string_view kActsOn = "acts_on";

// More links than this that are equally weak are counted, not listed.
constexpr std::size_t kListedWeakestLinks = 2;

// Two labels under one verb, also where a label has an `and` of its own.
std::string Both(std::string_view first, std::string_view second) {
  const auto has_and = [](std::string_view label) { return label.find(" and ") != std::string_view::npos; };
  return fmt::format("{} {} {}", first, has_and(first) || has_and(second) ? "as well as" : "and", second);
}

std::string_view CertaintyWords(Certainty certainty) {
  switch (certainty) {
    case Certainty::kHigh:
      return "high certainty";
    case Certainty::kModerate:
      return "moderate certainty";
    case Certainty::kLow:
      return "low certainty";
    case Certainty::kVeryLow:
      return "very low certainty";
    case Certainty::kNoSource:
    case Certainty::kUnset:
      break;
  }
  return "no source";
}

std::string Counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string_view PolarityWords(Polarity polarity, bool one) {
  switch (polarity) {
    case Polarity::kNoDifference:
      return one ? "finds no difference from an active comparison" : "find no difference from an active comparison";
    case Polarity::kNull:
      return one ? "finds no benefit" : "find no benefit";
    case Polarity::kMixed:
      return one ? "is mixed" : "are mixed";
    case Polarity::kAgainst:
      return one ? "speaks against it" : "speak against it";
    case Polarity::kHarm:
      return one ? "reports harm" : "report harm";
    case Polarity::kSupports:
      break;
  }
  return one ? "supports it" : "support it";
}

NodeIndex SubjectOf(const graph::Hop& hop) { return hop.reversed ? hop.to : hop.from; }

}  // namespace

std::string WithRemark(std::string_view label, std::string_view remark) {
  if (label.empty() || label.back() != ')') return fmt::format("{} ({})", label, remark);
  return fmt::format("{}; {})", label.substr(0, label.size() - 1), remark);
}

std::string Listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

// What an edge rests on, in two parts, so that they can be put in one pair of brackets or in two.
struct PathWords::Ground {
  std::string source;     // `expert opinion`
  std::string certainty;  // empty: definitional
};

PathWords::PathWords(const graph::Snapshot& snapshot, const std::vector<std::string>& languages)
    : snapshot_(&snapshot), languages_(&languages) {}

std::string PathWords::Label(NodeIndex node) const { return std::string(snapshot_->PreferredLabel(node, *languages_)); }

std::string PathWords::Abbreviation(NodeIndex node) const {
  for (const graph::Label& label : snapshot_->node(node).labels) {
    if (label.role == graph::LabelRole::kAbbreviation) return label.text;
  }
  return {};
}

std::string PathWords::WithGroup(NodeIndex node) const {
  const NodeIndex group = snapshot_->group(node);
  if (group == graph::kNoNode || group == node) return Label(node);
  const std::string abbreviation = Abbreviation(group);
  return WithRemark(Label(node), abbreviation.empty() ? Label(group) : abbreviation);
}

std::string_view PathWords::Verb(const EdgeEntry& edge, bool reversed) const {
  const graph::Relation& relation = snapshot_->schema().relation(edge.arc.relation);
  const std::string* plain = reversed ? &relation.inverse_phrase : &relation.phrase;
  const std::string* signed_phrase = plain;
  if (edge.arc.sign() == graph::Sign::kPlus) {
    signed_phrase = reversed ? &relation.plus_inverse_phrase : &relation.plus_phrase;
  } else if (edge.arc.sign() == graph::Sign::kMinus) {
    signed_phrase = reversed ? &relation.minus_inverse_phrase : &relation.minus_phrase;
  }
  if (!signed_phrase->empty()) return *signed_phrase;
  if (!plain->empty()) return *plain;
  return reversed ? relation.inverse_name : relation.name;
}

std::string PathWords::Statement(const EdgeEntry& edge) const {
  return fmt::format("{} {} {}", Label(edge.subject), Verb(edge, false), Label(edge.arc.node));
}

std::string PathWords::HopText(const graph::Hop& hop, const EdgeEntry& edge) const {
  if (snapshot_->schema().relation(hop.relation).symmetric) {
    return fmt::format("{} {} {}", Label(hop.from), Verb(edge, false), Label(hop.to));
  }
  return fmt::format("{} {} {}", Label(hop.from), Verb(edge, hop.reversed), Label(hop.to));
}

PathWords::Ground PathWords::GroundOf(const EdgeEntry& edge) const {
  if (!snapshot_->schema().relation(edge.arc.relation).takes_certainty) return {"definition", {}};
  std::set<std::string_view> findings;
  std::vector<std::string> authors;
  for (const graph::Claim& claim : edge.claims) {
    if (claim.polarity != Polarity::kSupports) continue;
    findings.insert(claim.evidence_ids.begin(), claim.evidence_ids.end());
    if (!claim.asserted_by.empty()) authors.push_back(claim.asserted_by);
  }
  std::string certainty(CertaintyWords(edge.arc.certainty));
  if (!findings.empty()) return {Counted(findings.size(), "finding", "findings"), std::move(certainty)};
  if (!authors.empty()) return {"opinion of " + Listed(authors), std::move(certainty)};
  return {"expert opinion", std::move(certainty)};
}

std::string PathWords::RestsOn(const EdgeEntry& edge) const {
  const Ground ground = GroundOf(edge);
  return ground.certainty.empty() ? ground.source : fmt::format("{} ({})", ground.source, ground.certainty);
}

std::string PathWords::CounterClaim(const EdgeEntry& edge, const graph::Claim& claim) const {
  const std::size_t count = claim.evidence_ids.size();
  const std::string who = count > 0                    ? Counted(count, "finding", "findings")
                          : !claim.asserted_by.empty() ? "The opinion of " + claim.asserted_by
                                                       : "Expert opinion";
  std::string text = fmt::format("{}: {} {}", Statement(edge), who, PolarityWords(claim.polarity, count <= 1));
  if (!claim.note.empty()) text += fmt::format(" ({})", claim.note);
  return text;
}

std::string PathWords::Discord(const EdgeEntry& edge) const {
  std::string text = fmt::format("{} {} {}", Label(edge.subject), Verb(edge, false), Label(edge.arc.node));
  for (const graph::Attribute& attribute : edge.attributes) {
    const auto* note = std::get_if<std::string>(&attribute.value);
    if (attribute.name == "note" && note != nullptr) text += fmt::format(": {}", *note);
  }
  return text;
}

// Whether the hop says where the process beside `end` lies, `end` being its first or last node.
bool PathWords::LiesIn(const ExplainedPath& path, std::size_t hop, NodeIndex end) const {
  const graph::Schema& schema = snapshot_->schema();
  const std::optional<graph::RelationIndex> acts_on = schema.FindRelation(kActsOn);
  const graph::Hop& step = path.hops[hop].hop;
  return acts_on.has_value() && schema.IsSubRelation(step.relation, *acts_on) && SubjectOf(step) != end;
}

std::string PathWords::Heading(const ExplainedPath& path, bool from_end, bool to_end) const {
  const auto place = [&](NodeIndex end, bool lies, NodeIndex beside) {
    return lies ? WithRemark(Label(end), "through " + Label(beside)) : Label(end);
  };
  const std::size_t last = path.nodes.size() - 1;
  return fmt::format("From {} to {}", place(path.nodes.front(), from_end, path.nodes[1]),
                     place(path.nodes[last], to_end, path.nodes[last - 1]));
}

// The hops [begin, end) as clauses. A node that acts on both its neighbours (a technique on two processes) is one
// clause; a clause goes on from the node that the one before ended with.
std::string PathWords::Body(const ExplainedPath& path, std::size_t begin, std::size_t end) const {
  std::string text;
  std::string_view verb_before;  // how the node gone on from was last acted on
  for (std::size_t i = begin; i < end;) {
    const ExplainedHop& first = path.hops[i];
    const bool goes_on = i > begin;
    const bool acts_on_both = i + 1 < end && first.hop.reversed && !path.hops[i + 1].hop.reversed &&
                              !snapshot_->schema().relation(path.hops[i + 1].hop.relation).symmetric;
    if (acts_on_both) {
      const ExplainedHop& second = path.hops[i + 1];
      const std::string_view to_first = Verb(first.edge, false);
      const std::string_view to_second = Verb(second.edge, false);
      const bool also = goes_on && to_first == verb_before;
      text += fmt::format("{}{} {}{} ", goes_on ? "; " : "", WithGroup(first.hop.to), also ? "also " : "", to_first);
      // One verb for both, unless `also` belongs to the first alone.
      text += to_first == to_second && !also
                  ? Both(Label(first.hop.from), Label(second.hop.to))
                  : fmt::format("{}, and {} {}", Label(first.hop.from), to_second, Label(second.hop.to));
      verb_before = to_second;
      i += 2;
    } else {
      const bool reversed = first.hop.reversed;
      text += goes_on ? ", which" : WithGroup(first.hop.from);
      text += fmt::format(" {} {}", Verb(first.edge, reversed), WithGroup(first.hop.to));
      verb_before = reversed ? std::string_view() : Verb(first.edge, false);
      ++i;
    }
  }
  return text;
}

// The modalities in full: the story itself has only their abbreviations.
std::string PathWords::Modalities(const ExplainedPath& path) const {
  std::vector<std::string> names;
  for (const NodeIndex modality : path.modalities) {
    const std::string abbreviation = Abbreviation(modality);
    names.push_back(abbreviation.empty() ? Label(modality) : WithRemark(Label(modality), abbreviation));
  }
  if (names.empty()) return {};
  return fmt::format(" {} {}.", names.size() == 1 ? "Stays within" : "Joins", Listed(names));
}

// What the steps rest on, most frequent first.
std::string PathWords::Grounds(const std::vector<ExplainedHop>& hops) const {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const ExplainedHop& hop : hops) {
    // Findings of different steps are one ground: how many there are of each is the hop's own matter.
    Ground ground = GroundOf(hop.edge);
    if (ground.source.find(" finding") != std::string::npos) ground.source = "findings";
    const auto at =
        std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == ground.source; });
    if (at == counts.end()) {
      counts.emplace_back(std::move(ground.source), 1);
    } else {
      ++at->second;
    }
  }
  if (counts.size() == 1) return fmt::format("Rests on {} throughout.", counts.front().first);
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> parts;
  for (const auto& [source, count] : counts) {
    parts.push_back(parts.empty() ? fmt::format("{} ({} of {} steps)", source, count, hops.size())
                                  : fmt::format("{} ({})", source, count));
  }
  return fmt::format("Rests on {}.", Listed(parts));
}

// The least plausible of the steps that are not true by definition.
std::string PathWords::WeakestLinks(const std::vector<ExplainedHop>& hops) const {
  std::vector<std::string> weakest;
  std::uint64_t dearest = 0;
  for (const ExplainedHop& hop : hops) {
    const Ground ground = GroundOf(hop.edge);
    const std::uint64_t cost = hop.hop.cost.evidence;
    if (ground.certainty.empty() || cost < dearest) continue;
    if (cost > dearest) weakest.clear();
    dearest = cost;
    weakest.push_back(fmt::format("{} ({}, {})", Statement(hop.edge), ground.source, ground.certainty));
  }
  if (weakest.empty()) return {};
  if (weakest.size() > kListedWeakestLinks) {
    return fmt::format(" Weakest link, with {} others as weak: {}.", weakest.size() - 1, weakest.front());
  }
  return fmt::format(" Weakest {}: {}.", weakest.size() == 1 ? "link" : "links", Listed(weakest));
}

std::string PathWords::Support(const std::vector<ExplainedHop>& hops) const {
  return Grounds(hops) + WeakestLinks(hops);
}

std::string PathWords::Explain(const ExplainedPath& path) const {
  if (path.hops.empty())
    return fmt::format("{} is both where the path begins and where it ends.", Label(path.nodes[0]));
  const std::size_t hops = path.hops.size();
  bool from_end = LiesIn(path, 0, path.nodes.front());
  bool to_end = LiesIn(path, hops - 1, path.nodes.back());
  // One process that lies in both: that is the whole story, and told as one clause.
  if (hops < 3) from_end = to_end = false;
  const std::string body = Body(path, from_end ? 1 : 0, to_end ? hops - 1 : hops);
  const std::string story = hops < 3 ? body : fmt::format("{}: {}", Heading(path, from_end, to_end), body);
  return fmt::format("{}.{} {}", story, Modalities(path), Support(path.hops));
}

}  // namespace braid::ontology
