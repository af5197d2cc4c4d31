#include "graph/store/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "braid/storage/v1/records.pb.h"
#include "graph/error.h"
#include "graph/store/bytes.h"
#include "graph/store/records.h"

namespace braid::graph::store {
namespace {

constexpr std::size_t kNodeKeyBytes = 4;
constexpr std::size_t kEdgeKeyBytes = 10;
constexpr std::size_t kLogKeyBytes = 12;
constexpr std::size_t kNumberedKeyBytes = 3;

constexpr char kKindRow = 'k';
constexpr char kRelationRow = 'r';
constexpr char kDocumentRow = 'd';

// The header of an edge's value: layout u8, certainty and basis u8 (four bits each), flags u8, zero u8, strength u32,
// update revision u64.
constexpr std::size_t kEdgeHeaderBytes = 16;
constexpr unsigned char kEdgeLayout = 1;
constexpr unsigned kSignMask = 0x3;
constexpr unsigned kPrimaryFlag = 0x4;

// A part of the log: layout u8, flags u8; in the first then the entry's chain hash; then a slice of the body.
constexpr unsigned char kPartLayout = 1;
constexpr unsigned char kLastPart = 1;
constexpr std::size_t kPartHeaderBytes = 2;
constexpr std::size_t kChainBytes = 16;
// The body: the chain hash before, the header's length u32, the header, the changes, each after its length u32.
constexpr std::size_t kBodyHeaderOffset = kChainBytes + sizeof(std::uint32_t);

unsigned char Byte(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

template <typename Record>
bool Parse(std::string_view bytes, Record& out) {
  return bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
         out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

template <typename Value, typename Record>
std::string Encode(const Value& value) {
  Record record;
  ToRecord(value, record);
  return record.SerializeAsString();
}

template <typename Record, typename Value>
bool Decode(std::string_view bytes, Value& out) {
  Record record;
  return Parse(bytes, record) && FromRecord(record, out);
}

void AppendDigest(const Digest128& digest, std::string& out) {
  AppendLittleEndian(digest.high, out);
  AppendLittleEndian(digest.low, out);
}

Digest128 ReadDigest(std::string_view bytes, std::size_t offset) {
  return {ReadLittleEndian<std::uint64_t>(bytes, offset), ReadLittleEndian<std::uint64_t>(bytes, offset + 8)};
}

void AppendSized(const std::string& bytes, std::string& out) {
  AppendLittleEndian(static_cast<std::uint32_t>(bytes.size()), out);
  out += bytes;
}

std::string NumberedKey(char type, std::uint16_t number) {
  std::string key(1, type);
  AppendBigEndian(number, key);
  return key;
}

absl::Status DamagedLog(Revision revision, std::string_view what) {
  return Damaged(fmt::format("log entry of revision {}: {}", Number(revision), what));
}

// The sized slice of `body` at `offset`, which moves behind it; false where it does not fit.
bool TakeSized(std::string_view body, std::size_t& offset, std::string_view& out) {
  if (body.size() - offset < sizeof(std::uint32_t)) return false;
  const std::size_t length = ReadLittleEndian<std::uint32_t>(body, offset);
  offset += sizeof(std::uint32_t);
  if (body.size() - offset < length) return false;
  out = body.substr(offset, length);
  offset += length;
  return true;
}

bool DecodeInfo(std::string_view body, std::size_t& offset, RevisionInfo& out) {
  offset = kChainBytes;
  std::string_view header;
  return body.size() >= kBodyHeaderOffset && TakeSized(body, offset, header) &&
         Decode<record::RevisionInfo>(header, out);
}

}  // namespace

absl::Status Damaged(std::string_view what) {
  return MakeError(
      Reason::kStoreDamaged,
      fmt::format("{}; the store is damaged: keep its directory as it is and restore it from a backup", what));
}

std::string NodeRowKey(NodeIndex slot) {
  std::string key;
  AppendBigEndian(Number(slot), key);
  return key;
}

absl::StatusOr<NodeIndex> ParseNodeRowKey(std::string_view key) {
  if (key.size() != kNodeKeyBytes) return Damaged("table nodes: a key of the wrong length");
  return NodeIndex{ReadBigEndian<std::uint32_t>(key, 0)};
}

std::string EncodeNode(const Node& node) { return Encode<Node, record::Node>(node); }

absl::StatusOr<Node> DecodeNode(std::string_view value) {
  Node node;
  if (!Decode<record::Node>(value, node)) return Damaged("table nodes: a value is not a node");
  return node;
}

std::string EncodeEdgeRowKey(const EdgeRowKey& key) {
  std::string bytes;
  AppendBigEndian(Number(key.subject), bytes);
  AppendBigEndian(Number(key.relation), bytes);
  AppendBigEndian(Number(key.object), bytes);
  return bytes;
}

absl::StatusOr<EdgeRowKey> ParseEdgeRowKey(std::string_view key) {
  if (key.size() != kEdgeKeyBytes) return Damaged("table edges: a key of the wrong length");
  return EdgeRowKey{NodeIndex{ReadBigEndian<std::uint32_t>(key, 0)},
                    RelationIndex{ReadBigEndian<std::uint16_t>(key, 4)},
                    NodeIndex{ReadBigEndian<std::uint32_t>(key, 6)}};
}

std::string EncodeEdge(const Edge& edge) {
  std::string value;
  value.reserve(kEdgeHeaderBytes);
  value.push_back(static_cast<char>(kEdgeLayout));
  value.push_back(
      static_cast<char>(static_cast<unsigned>(edge.certainty) | static_cast<unsigned>(edge.certainty_basis) << 4));
  value.push_back(static_cast<char>(static_cast<unsigned>(edge.sign) | (edge.primary ? kPrimaryFlag : 0)));
  value.push_back('\0');
  AppendLittleEndian(StrengthParts(edge.strength), value);
  AppendLittleEndian(Number(edge.update_revision), value);
  if (edge.claims.empty() && edge.attributes.empty()) return value;
  record::EdgeTail tail;
  ToTail(edge, tail);
  tail.AppendToString(&value);
  return value;
}

absl::Status DecodeEdge(std::string_view value, Edge& edge) {
  if (value.size() < kEdgeHeaderBytes || Byte(value, 0) != kEdgeLayout || Byte(value, 3) != 0) {
    return Damaged("table edges: a value without an edge's header");
  }
  const unsigned certainty = Byte(value, 1);
  const unsigned flags = Byte(value, 2);
  if ((flags & ~(kSignMask | kPrimaryFlag)) != 0 ||
      !SetEdgeEnums(flags & kSignMask, certainty & 0xF, certainty >> 4, edge)) {
    return Damaged("table edges: a header with a number that means nothing");
  }
  edge.primary = (flags & kPrimaryFlag) != 0;
  edge.strength = StrengthFromParts(ReadLittleEndian<std::uint32_t>(value, 4));
  edge.update_revision = Revision{ReadLittleEndian<std::uint64_t>(value, 8)};
  edge.claims.clear();
  edge.attributes.clear();
  if (value.size() == kEdgeHeaderBytes) return absl::OkStatus();
  record::EdgeTail tail;
  if (!Parse(value.substr(kEdgeHeaderBytes), tail) || !FromTail(tail, edge)) {
    return Damaged("table edges: claims or attributes that cannot be read");
  }
  return absl::OkStatus();
}

std::string KindRowKey(KindIndex index) { return NumberedKey(kKindRow, Number(index)); }
std::string RelationRowKey(RelationIndex index) { return NumberedKey(kRelationRow, Number(index)); }
std::string DocumentRowKey(std::string_view name) { return std::string(1, kDocumentRow).append(name); }
std::string EncodeKind(const Kind& kind) { return Encode<Kind, record::Kind>(kind); }
std::string EncodeRelation(const Relation& relation) { return Encode<Relation, record::Relation>(relation); }
std::string EncodeDocument(const Document& document) { return Encode<Document, record::Document>(document); }

absl::StatusOr<DocumentRow> DecodeDocumentRow(std::string_view key, std::string_view value) {
  DocumentRow row;
  bool read = false;
  if (key.size() == kNumberedKeyBytes && key.front() == kKindRow) {
    row.number = ReadBigEndian<std::uint16_t>(key, 1);
    read = Decode<record::Kind>(value, row.value.emplace<Kind>());
  } else if (key.size() == kNumberedKeyBytes && key.front() == kRelationRow) {
    row.number = ReadBigEndian<std::uint16_t>(key, 1);
    read = Decode<record::Relation>(value, row.value.emplace<Relation>());
  } else if (!key.empty() && key.front() == kDocumentRow) {
    read = Decode<record::Document>(value, row.value.emplace<Document>());
  }
  if (!read) return Damaged("table documents: a row that cannot be read");
  return row;
}

std::string EncodeRevisionInfo(const RevisionInfo& info) { return Encode<RevisionInfo, record::RevisionInfo>(info); }

absl::StatusOr<RevisionInfo> DecodeRevisionInfo(std::string_view value) {
  RevisionInfo info;
  if (!Decode<record::RevisionInfo>(value, info)) return Damaged("table changesets: a value that cannot be read");
  return info;
}

std::string EncodeLogRowKey(Revision revision, std::uint32_t part) {
  std::string key;
  AppendBigEndian(Number(revision), key);
  AppendBigEndian(part, key);
  return key;
}

absl::StatusOr<LogRowKey> ParseLogRowKey(std::string_view key) {
  if (key.size() != kLogKeyBytes) return Damaged("table log: a key of the wrong length");
  return LogRowKey{Revision{ReadBigEndian<std::uint64_t>(key, 0)}, ReadBigEndian<std::uint32_t>(key, 8)};
}

EncodedEntry EncodeEntry(const LogEntry& entry, const Digest128& previous_chain) {
  std::string body;
  AppendDigest(previous_chain, body);
  AppendSized(EncodeRevisionInfo(entry.info), body);
  for (const LoggedChange& change : entry.changes)
    AppendSized(Encode<LoggedChange, record::LoggedChange>(change), body);

  EncodedEntry encoded;
  encoded.chain = HashBytes(body);
  std::string_view rest = body;
  do {
    std::string part;
    part.push_back(static_cast<char>(kPartLayout));
    part.push_back('\0');
    if (encoded.parts.empty()) AppendDigest(encoded.chain, part);
    const std::size_t length = std::min(rest.size(), kPartBytes - part.size());
    part.append(rest.substr(0, length));
    rest.remove_prefix(length);
    if (rest.empty()) part[1] = static_cast<char>(kLastPart);
    encoded.parts.push_back(std::move(part));
  } while (!rest.empty());
  return encoded;
}

absl::StatusOr<bool> EntryAssembler::Add(const LogRowKey& key, std::string_view value) {
  if (next_part_ == 0) revision_ = key.revision;
  if (key.revision != revision_ || key.part != next_part_) return DamagedLog(revision_, "a part is missing");
  const std::size_t payload = kPartHeaderBytes + (key.part == 0 ? kChainBytes : 0);
  if (value.size() < payload || Byte(value, 0) != kPartLayout || Byte(value, 1) > kLastPart) {
    return DamagedLog(revision_, "a part without its header");
  }
  if (key.part == 0) chain_ = ReadDigest(value, kPartHeaderBytes);
  body_ += value.substr(payload);
  ++next_part_;
  if (Byte(value, 1) != kLastPart) return false;
  if (body_.size() < kBodyHeaderOffset || HashBytes(body_) != chain_) {
    return DamagedLog(revision_, "its hash is not that of its content");
  }
  return true;
}

Digest128 EntryAssembler::previous_chain() const { return ReadDigest(body_, 0); }

absl::StatusOr<LogEntry> EntryAssembler::Decode() const {
  LogEntry entry;
  std::size_t offset = 0;
  if (!DecodeInfo(body_, offset, entry.info) || entry.info.number != revision_) {
    return DamagedLog(revision_, "its header cannot be read");
  }
  // The count is not trusted for an allocation: each change takes at least its length's bytes.
  entry.changes.reserve(std::min<std::size_t>(entry.info.change_count, body_.size() / sizeof(std::uint32_t)));
  record::LoggedChange change_record;
  while (offset < body_.size()) {
    std::string_view bytes;
    if (!TakeSized(body_, offset, bytes) || !Parse(bytes, change_record) ||
        !FromRecord(change_record, entry.changes.emplace_back())) {
      return DamagedLog(revision_, "a change cannot be read");
    }
  }
  if (entry.changes.size() != entry.info.change_count) return DamagedLog(revision_, "it does not hold all its changes");
  return entry;
}

void EntryAssembler::Clear() {
  next_part_ = 0;
  body_.clear();
}

absl::StatusOr<EntryHeader> DecodeEntryHeader(std::string_view first_part) {
  EntryHeader header;
  const std::size_t payload = kPartHeaderBytes + kChainBytes;
  std::size_t offset = 0;
  if (first_part.size() < payload || Byte(first_part, 0) != kPartLayout ||
      !DecodeInfo(first_part.substr(payload), offset, header.info)) {
    return Damaged("table log: an entry's header cannot be read");
  }
  header.chain = ReadDigest(first_part, kPartHeaderBytes);
  return header;
}

std::string_view NameOf(Table table) {
  switch (table) {
    case Table::kNodes:
      return "nodes";
    case Table::kEdges:
      return "edges";
    case Table::kDocuments:
      return "documents";
    case Table::kLog:
      return "log";
    case Table::kChangeSets:
      return "changesets";
  }
  return "unknown";
}

std::string EncodeState(const StoreState& state) {
  record::State out;
  out.set_applied(Number(state.applied));
  out.set_log_head(Number(state.log_head));
  out.set_log_oldest(Number(state.log_oldest));
  out.set_chain_high(state.chain.high);
  out.set_chain_low(state.chain.low);
  for (const TableDigest& table : state.tables) {
    record::TableDigest* digest = out.add_tables();
    digest->set_sum_high(table.sum.high);
    digest->set_sum_low(table.sum.low);
    digest->set_row_count(table.row_count);
  }
  out.set_store_id(state.store_id);
  std::string value = out.SerializeAsString();
  AppendDigest(HashBytes(value), value);
  return value;
}

absl::StatusOr<StoreState> DecodeState(std::string_view value) {
  record::State in;
  if (value.size() < kChainBytes) return Damaged("the state is too short");
  const std::string_view bytes = value.substr(0, value.size() - kChainBytes);
  if (HashBytes(bytes) != ReadDigest(value, bytes.size())) return Damaged("the state's checksum is wrong");
  if (!Parse(bytes, in) || in.tables_size() != static_cast<int>(kTableCount) || !IsUuid(in.store_id())) {
    return Damaged("the state cannot be read");
  }
  StoreState state;
  state.store_id = in.store_id();
  state.applied = Revision{in.applied()};
  state.log_head = Revision{in.log_head()};
  state.log_oldest = Revision{in.log_oldest()};
  state.chain = {in.chain_high(), in.chain_low()};
  for (std::size_t i = 0; i < kTableCount; ++i) {
    const record::TableDigest& digest = in.tables(static_cast<int>(i));
    state.tables[i] = {{digest.sum_high(), digest.sum_low()}, digest.row_count()};
  }
  return state;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

std::array<std::uint8_t, 16> UuidBytes(std::string_view uuid) {
  std::array<std::uint8_t, 16> bytes = {};
  std::size_t nibbles = 0;
  for (const char c : uuid) {
    if (c == '-') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    bytes[nibbles / 2] = static_cast<std::uint8_t>(bytes[nibbles / 2] << 4 | digit);
    ++nibbles;
  }
  return bytes;
}

}  // namespace braid::graph::store
