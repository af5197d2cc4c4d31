#include "graph/nearest.h"

#include <algorithm>
#include <compare>
#include <optional>
#include <utility>

#include "graph/schema.h"
#include "graph/text.h"

namespace braid::graph {
namespace {

constexpr std::size_t kMaxBytes = 300;  // of what was asked for; the longest ids with a usual prefix are shorter
constexpr std::size_t kWindow = 512;    // ids on either side of the place of the id
constexpr std::size_t kWindowElsewhere = 1024;  // ids on either side of its places under other prefixes, together
constexpr std::size_t kMaxTermHits = 64;
constexpr std::size_t kLeastSharedStart = 4;

// How far a candidate is; less is nearer. Zero and one are for what is the same in all but writing.
using Score = std::size_t;
constexpr Score kSameName = 0;
constexpr Score kOtherPrefix = 1;
constexpr Score kSharedStart = 3;

struct Scored {
  Score score;
  std::string id;
  friend auto operator<=>(const Scored&, const Scored&) = default;
};

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// What stands behind the first colon; all of it where there is none.
std::string_view LocalPart(std::string_view id) {
  const std::size_t colon = id.find(':');
  return colon == std::string_view::npos ? id : id.substr(colon + 1);
}

// Edits that are still a slip: two, more for long names.
std::size_t EditLimit(std::string_view name) { return std::clamp<std::size_t>(name.size() / 5, 2, 4); }

bool ShareStart(std::string_view a, std::string_view b) {
  const std::size_t size = std::min(a.size(), b.size());
  return size >= kLeastSharedStart && a.substr(0, size) == b.substr(0, size);
}

std::optional<Score> ScoreOf(std::string_view wanted, std::string_view candidate) {
  const std::string lower = AsciiLower(candidate);
  if (lower == wanted) return kSameName;
  const std::string_view wanted_local = LocalPart(wanted);
  const std::string_view local = LocalPart(lower);
  if (local == wanted_local) return kOtherPrefix;
  const std::size_t limit = EditLimit(wanted_local);
  Score best = EditDistance(wanted, lower, limit);
  if (best > 1) best = std::min(best, kOtherPrefix + EditDistance(wanted_local, local, limit));
  if (ShareStart(wanted_local, local)) best = std::min(best, kSharedStart);
  return best <= limit ? std::optional(best) : std::nullopt;
}

std::vector<std::string> BestOf(std::vector<Scored> scored, std::size_t count) {
  std::sort(scored.begin(), scored.end());
  std::vector<std::string> ids;
  for (Scored& entry : scored) {
    if (ids.size() == count) break;
    if (std::find(ids.begin(), ids.end(), entry.id) == ids.end()) ids.push_back(std::move(entry.id));
  }
  return ids;
}

// Ids around the place of `id`, and around the places that it would have under the prefixes of the schema.
std::vector<NodeIndex> Neighborhood(const Snapshot& snapshot, std::string_view id) {
  std::vector<NodeIndex> found = snapshot.IdNeighborhood(id, kWindow);
  const Schema& schema = snapshot.schema();
  if (schema.kind_count() > 0) {
    const std::size_t window = std::max<std::size_t>(1, kWindowElsewhere / schema.kind_count());
    const std::size_t kinds = std::min(schema.kind_count(), kWindowElsewhere);
    for (std::size_t i = 0; i < kinds; ++i) {
      const std::string& prefix = schema.kind(static_cast<KindIndex>(i)).id_prefix;
      if (prefix.empty() || id.substr(0, id.find(':')) == prefix) continue;
      const std::vector<NodeIndex> there = snapshot.IdNeighborhood(prefix + ":" + std::string(LocalPart(id)), window);
      found.insert(found.end(), there.begin(), there.end());
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace

std::vector<std::string> NearestIds(const Snapshot& snapshot, std::string_view id, std::size_t count,
                                    std::span<const std::string_view> more) {
  id = id.substr(0, kMaxBytes);
  std::vector<Scored> scored;
  // An alias or code as it stands; a label in the place of an id, or behind its prefix.
  for (const std::string& text : {std::string(id), NormalizeLabel(id), NormalizeLabel(LocalPart(id))}) {
    const std::vector<TermHit> hits = snapshot.FindTerms(text);
    for (std::size_t i = 0; i < std::min(hits.size(), kMaxTermHits); ++i) {
      scored.push_back({kSameName, std::string(snapshot.id(hits[i].node))});
    }
  }
  const std::string wanted = AsciiLower(id);
  const auto consider = [&](std::string_view candidate) {
    if (const std::optional<Score> score = ScoreOf(wanted, candidate))
      scored.push_back({*score, std::string(candidate)});
  };
  for (const NodeIndex node : Neighborhood(snapshot, id)) consider(snapshot.id(node));
  for (const std::string_view candidate : more) consider(candidate);
  return BestOf(std::move(scored), count);
}

std::vector<std::string> NearestNames(std::span<const std::string_view> names, std::string_view name,
                                      std::size_t count) {
  const std::string wanted = AsciiLower(name.substr(0, kMaxBytes));
  const std::size_t limit = EditLimit(wanted);
  std::vector<Scored> scored;
  for (const std::string_view candidate : names) {
    const std::size_t distance = EditDistance(wanted, AsciiLower(candidate), limit);
    if (distance <= limit) scored.push_back({distance, std::string(candidate)});
  }
  return BestOf(std::move(scored), count);
}

}  // namespace braid::graph
