// Keys and values as bytes, as FORMAT.md lays them down.
//
// Encoding is deterministic: equal values give equal bytes. Decoding checks everything that it can and never trusts a
// length.
//
// Errors of all decoders: kDataLoss (STORE_DAMAGED), naming the table and what is wrong with the row, never its
// content. Thread safety: pure functions.

#ifndef BRAID_GRAPH_STORE_CODEC_H_
#define BRAID_GRAPH_STORE_CODEC_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/change.h"
#include "graph/ids.h"
#include "graph/model.h"
#include "graph/schema.h"
#include "graph/store/digest.h"

namespace braid::graph::store {

// The format that this code writes. It reads this and no newer one.
inline constexpr std::uint32_t kFormatVersion = 1;

// kStoreDamaged for `what`, with what an operator can do about it.
absl::Status Damaged(std::string_view what);

// --- nodes: key slot u32, value record Node.
std::string NodeRowKey(NodeIndex slot);
absl::StatusOr<NodeIndex> ParseNodeRowKey(std::string_view key);
std::string EncodeNode(const Node& node);
absl::StatusOr<Node> DecodeNode(std::string_view value);

// --- edges: key subject u32, relation u16, object u32; value a fixed header, then the record EdgeTail where there is
// one.
struct EdgeRowKey {
  NodeIndex subject = kNoNode;
  RelationIndex relation{};
  NodeIndex object = kNoNode;
  friend bool operator==(const EdgeRowKey&, const EdgeRowKey&) = default;
};
std::string EncodeEdgeRowKey(const EdgeRowKey& key);
absl::StatusOr<EdgeRowKey> ParseEdgeRowKey(std::string_view key);
std::string EncodeEdge(const Edge& edge);
// Decodes into `edge`, whose key it leaves alone, so that a loader can use one Edge for all rows.
absl::Status DecodeEdge(std::string_view value, Edge& edge);

// --- documents: key `k` and the kind's number, `r` and the relation's, or `d` and the document's name.
std::string KindRowKey(KindIndex index);
std::string RelationRowKey(RelationIndex index);
std::string DocumentRowKey(std::string_view name);
std::string EncodeKind(const Kind& kind);
std::string EncodeRelation(const Relation& relation);
std::string EncodeDocument(const Document& document);
// Any row of the table. `number` is that of a kind or relation.
struct DocumentRow {
  std::uint16_t number = 0;
  std::variant<Kind, Relation, Document> value;
};
absl::StatusOr<DocumentRow> DecodeDocumentRow(std::string_view key, std::string_view value);

// --- changesets: key the change-set id, value record RevisionInfo.
std::string EncodeRevisionInfo(const RevisionInfo& info);
absl::StatusOr<RevisionInfo> DecodeRevisionInfo(std::string_view value);

// --- log: key revision u64, part u32; an entry in parts of at most kPartBytes.
inline constexpr std::size_t kPartBytes = std::size_t{1} << 20;

struct LogRowKey {
  Revision revision{};
  std::uint32_t part = 0;
};
std::string EncodeLogRowKey(Revision revision, std::uint32_t part);
absl::StatusOr<LogRowKey> ParseLogRowKey(std::string_view key);

struct EncodedEntry {
  std::vector<std::string> parts;  // at least one
  Digest128 chain;                 // of this entry
};
EncodedEntry EncodeEntry(const LogEntry& entry, const Digest128& previous_chain);

// An entry put together from its parts, with its hash checked.
class EntryAssembler {
 public:
  // Takes the next part in order. Returns whether the entry is complete.
  absl::StatusOr<bool> Add(const LogRowKey& key, std::string_view value);

  // Of a complete entry. The chain is that of the entry; previous_chain is what it says of the one before.
  const Digest128& chain() const { return chain_; }
  Digest128 previous_chain() const;
  absl::StatusOr<LogEntry> Decode() const;
  // Forgets the parts, for the next entry.
  void Clear();
  bool empty() const { return next_part_ == 0; }

 private:
  Revision revision_{};
  std::uint32_t next_part_ = 0;
  Digest128 chain_;
  std::string body_;
};

// What the first part alone tells.
struct EntryHeader {
  RevisionInfo info;
  Digest128 chain;
};
absl::StatusOr<EntryHeader> DecodeEntryHeader(std::string_view first_part);

// The longest message and author's name that fit a first part with room to spare.
inline constexpr std::size_t kMaxMessageBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMaxAuthorBytes = std::size_t{1} << 10;

// --- metadata: key `format`, value u32 little endian; key `state`, value record State and its XXH3-128.
enum class Table : std::uint8_t { kNodes = 0, kEdges = 1, kDocuments = 2, kLog = 3, kChangeSets = 4 };
inline constexpr std::size_t kTableCount = 5;
std::string_view NameOf(Table table);

struct StoreState {
  std::string store_id;
  Revision applied{};      // what the tables show
  Revision log_head{};     // the newest revision of the embedded log
  Revision log_oldest{1};  // the oldest that it keeps
  Digest128 chain;         // the chain hash of log_head
  std::array<TableDigest, kTableCount> tables;
};
std::string EncodeState(const StoreState& state);
absl::StatusOr<StoreState> DecodeState(std::string_view value);

// A UUID in lower case with hyphens: what it is, its 16 bytes.
bool IsUuid(std::string_view text);
std::array<std::uint8_t, 16> UuidBytes(std::string_view uuid);  // REQUIRES: IsUuid(uuid)

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_CODEC_H_
