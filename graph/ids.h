// Strong types for the numbers that the graph hands out, so that none is mistaken for another.

#ifndef BRAID_GRAPH_IDS_H_
#define BRAID_GRAPH_IDS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace braid::graph {

// The slot of a node in every snapshot of one store: dense from 0, given once, kept until the node is deleted.
enum class NodeIndex : std::uint32_t {};
inline constexpr NodeIndex kNoNode{0xFFFF'FFFF};

// The place of a kind or relation in its Schema: dense from 0, never given again in one store.
enum class KindIndex : std::uint16_t {};
enum class RelationIndex : std::uint16_t {};

// A position in the one order of all commits of a store: 1 is the first commit, 0 the empty store.
enum class Revision : std::uint64_t {};

constexpr std::uint32_t Number(NodeIndex index) { return static_cast<std::uint32_t>(index); }
constexpr std::uint16_t Number(KindIndex index) { return static_cast<std::uint16_t>(index); }
constexpr std::uint16_t Number(RelationIndex index) { return static_cast<std::uint16_t>(index); }
constexpr std::uint64_t Number(Revision revision) { return static_cast<std::uint64_t>(revision); }

// Whether `id` is a CURIE as Braid takes it: a prefix `[A-Za-z][A-Za-z0-9_.-]*`, a colon, then 1 to 200 bytes of valid
// UTF-8 without blanks, control characters or `|`. Case matters. O(length).
bool IsCurie(std::string_view id);

// Whether `prefix` may stand before the colon of one. O(length).
bool IsCuriePrefix(std::string_view prefix);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_IDS_H_
