// The resident form of what a snapshot says about nodes and edges beside the arcs. Private to the snapshot and its
// builder.
//
// Ownership: pages count their records, details are counted by what they belong to, and indexes hold bare pointers: an
// index of a snapshot lists exactly the records and terms that the pages of that snapshot hold, so it never outlives
// them.
//
// Thread safety: immutable once published; counters are atomic.

#ifndef BRAID_GRAPH_RECORD_H_
#define BRAID_GRAPH_RECORD_H_

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/snapshot.h"

namespace braid::graph {

// An object whose arrays lie behind it in the same allocation: `new (TailBytes{n}) T(…)`.
enum class TailBytes : std::size_t {};
class Tailed {
 public:
  static void* operator new(std::size_t size, TailBytes tail) {
    return ::operator new(size + static_cast<std::size_t>(tail));
  }
  static void operator delete(void* block) { ::operator delete(block); }
  static void operator delete(void* block, TailBytes) { ::operator delete(block); }
};

// What an allocation of `bytes` takes from the heap: glibc keeps 8 bytes a block and rounds to 16.
constexpr std::size_t HeapBlock(std::size_t bytes) { return bytes + 8 <= 32 ? 32 : (bytes + 8 + 15) / 16 * 16; }

// A text by which a node is found. The text lives in the detail that holds the term.
struct Term {
  std::string_view text;
  NodeIndex node = kNoNode;
  TermField field = TermField::kAlias;
};

// What a node says beside its id and kind.
class NodeDetail : public boost::intrusive_ref_counter<NodeDetail> {
 public:
  // Takes all but id, kind, obsolete and revisions out of `node`.
  explicit NodeDetail(Node& node);
  NodeDetail(const NodeDetail&) = delete;
  NodeDetail& operator=(const NodeDetail&) = delete;

  // Whether `node` has anything that needs a detail.
  static bool IsNeeded(const Node& node);

  // Lists the terms by which `node` is found. Once, before the detail is published; apart from the constructor because
  // normalising labels is the dear part of a bulk load and runs in its second thread.
  void ListTerms(NodeIndex node);
  const std::vector<Term>& terms() const { return terms_; }

  std::size_t ValueBytes() const;
  std::size_t TermBytes() const;

  const std::vector<Label> labels;
  const std::string definition;
  const std::vector<Attribute> attributes;
  const std::vector<Mapping> mappings;
  const std::vector<std::string> replaced_by;
  const std::vector<std::string> aliases;

 private:
  std::vector<Term> terms_;              // unique (text, field)
  std::vector<std::string> normalized_;  // normal forms of the labels that are not in it already
};
using NodeDetailPtr = boost::intrusive_ptr<NodeDetail>;

// A node: 40 bytes, then the id.
class NodeRecord final : public boost::intrusive_ref_counter<NodeRecord>, public Tailed {
 public:
  using Ptr = boost::intrusive_ptr<const NodeRecord>;

  // Takes id, obsolete and revisions of `node`. `detail` is null where there is nothing to say.
  static Ptr Make(const Node& node, NodeIndex index, KindIndex kind, NodeDetailPtr detail);

  NodeIndex index() const { return index_; }
  KindIndex kind() const { return kind_; }
  bool obsolete() const { return obsolete_; }
  Revision create_revision() const { return create_revision_; }
  Revision update_revision() const { return update_revision_; }
  const NodeDetail* detail() const { return detail_.get(); }
  std::string_view id() const { return {reinterpret_cast<const char*>(this + 1), id_size_}; }

  std::size_t HeapBytes() const { return HeapBlock(sizeof(NodeRecord) + id_size_); }

 private:
  NodeRecord(const Node& node, NodeIndex index, KindIndex kind, NodeDetailPtr detail);

  NodeIndex index_;
  Revision create_revision_;
  Revision update_revision_;
  NodeDetailPtr detail_;
  std::uint32_t id_size_;
  KindIndex kind_;
  bool obsolete_;
};
static_assert(sizeof(NodeRecord) == 40);
using NodeRecordPtr = NodeRecord::Ptr;

// What an edge says beside its arc.
struct EdgeDetail : boost::intrusive_ref_counter<EdgeDetail> {
  EdgeDetail(std::vector<Claim> claims_in, std::vector<Attribute> attributes_in)
      : claims(std::move(claims_in)), attributes(std::move(attributes_in)) {}
  std::size_t ValueBytes() const;

  std::vector<Claim> claims;
  std::vector<Attribute> attributes;
};
using EdgeDetailPtr = boost::intrusive_ptr<const EdgeDetail>;

struct DocumentRecord : boost::intrusive_ref_counter<DocumentRecord> {
  explicit DocumentRecord(Document document_in) : document(std::move(document_in)) {}
  std::size_t ValueBytes() const;

  Document document;
};
using DocumentPtr = boost::intrusive_ptr<const DocumentRecord>;

// The orders of the indexes.
struct RecordById {
  bool operator()(const NodeRecord* a, const NodeRecord* b) const { return a->id() < b->id(); }
  bool operator()(const NodeRecord* a, std::string_view b) const { return a->id() < b; }
  bool operator()(std::string_view a, const NodeRecord* b) const { return a < b->id(); }
};

struct KindAndId {
  KindIndex kind{};
  std::string_view id;
  friend auto operator<=>(const KindAndId&, const KindAndId&) = default;
};
struct RecordByKind {
  static KindAndId Key(const NodeRecord* record) { return {record->kind(), record->id()}; }
  bool operator()(const NodeRecord* a, const NodeRecord* b) const { return Key(a) < Key(b); }
  bool operator()(const NodeRecord* a, const KindAndId& b) const { return Key(a) < b; }
  bool operator()(const KindAndId& a, const NodeRecord* b) const { return a < Key(b); }
};

// By text, field, node; a text alone is less than none and greater than none of its own terms.
struct TermOrder {
  bool operator()(const Term* a, const Term* b) const {
    if (const int order = a->text.compare(b->text); order != 0) return order < 0;
    return a->field != b->field ? a->field < b->field : a->node < b->node;
  }
  bool operator()(const Term* a, std::string_view b) const { return a->text < b; }
  bool operator()(std::string_view a, const Term* b) const { return a < b->text; }
};

struct DocumentByName {
  bool operator()(const DocumentPtr& a, const DocumentPtr& b) const { return a->document.name < b->document.name; }
  bool operator()(const DocumentPtr& a, std::string_view b) const { return a->document.name < b; }
  bool operator()(std::string_view a, const DocumentPtr& b) const { return a < b->document.name; }
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_RECORD_H_
