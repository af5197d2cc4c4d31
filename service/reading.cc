#include "service/reading.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/policy.h"
#include "service/wire/consistency.h"

namespace braid::service {
namespace {

using wire::ReadAt;

constexpr std::chrono::seconds kMaxWait{10};

absl::Status CheckStore(const Core& core, const std::string& expected) {
  if (expected.empty() || expected == core.store.store_id()) return absl::OkStatus();
  return graph::MakeError(graph::Reason::kStoreChanged,
                          fmt::format("the revision belongs to store {}, this is store {}; begin again without it",
                                      expected, core.store.store_id()),
                          "consistency.store_id", std::string(core.store.store_id()));
}

absl::StatusOr<graph::SnapshotPtr> AtLeast(const Core& core, const CallContext& call, graph::Revision revision) {
  const auto most = CallContext::Clock::now() + kMaxWait;
  absl::StatusOr<graph::SnapshotPtr> snapshot =
      core.store.AtLeast(revision, std::min(call.StopBy().value_or(most), most), call.cancelled);
  if (!snapshot.ok() && call.IsCancelled()) return call.CheckAlive();
  return snapshot;
}

}  // namespace

absl::StatusOr<graph::SnapshotPtr> Pin(const Core& core, const CallContext& call, const v1::Consistency& consistency) {
  BRAID_ASSIGN_OR_RETURN(const ReadAt read, wire::DecodeConsistency(consistency));
  BRAID_RETURN_IF_ERROR(CheckStore(core, read.store_id));
  switch (read.mode) {
    case ReadAt::Mode::kAtLeast:
      return AtLeast(core, call, read.revision);
    case ReadAt::Mode::kExactly:
      return core.store.At(read.revision);
    case ReadAt::Mode::kHead:
      break;
  }
  return core.store.head();
}

bool IsAtHand(const v1::Consistency& consistency) {
  return consistency.requirement_case() != v1::Consistency::kAtLeastAsFresh &&
         consistency.requirement_case() != v1::Consistency::kAtExactSnapshot;
}

void FillHeader(const Core& core, const graph::Snapshot& snapshot, v1::ResponseHeader* header) {
  header->set_revision(static_cast<std::int64_t>(graph::Number(snapshot.revision())));
  header->set_store_id(std::string(core.store.store_id()));
  header->set_policy_version(ontology::PolicyOf(snapshot)->version);
  header->set_software_version(core.software_version);
}

void FillHeader(const Core& core, const graph::Snapshot& snapshot, const std::vector<ontology::Notice>& notices,
                v1::ResponseHeader* header) {
  FillHeader(core, snapshot, header);
  for (const ontology::Notice& notice : notices) wire::EncodeNotice(notice, header->add_notices());
}

absl::StatusOr<Page> Page::Open(const Core& core, const CallContext& call, const google::protobuf::Message& request,
                                std::int32_t page_size, const std::string& token, const v1::Consistency& consistency,
                                std::size_t parts) {
  Page page;
  BRAID_ASSIGN_OR_RETURN(page.size_, wire::PageSize(page_size, static_cast<std::size_t>(core.limits.page_size)));
  page.digest_ = wire::RequestDigest(request, core.store.store_id());
  if (token.empty()) {
    BRAID_ASSIGN_OR_RETURN(page.snapshot_, Pin(core, call, consistency));
    return page;
  }
  BRAID_ASSIGN_OR_RETURN(wire::PageToken opened, wire::DecodePageToken(token, page.digest_, parts));
  BRAID_ASSIGN_OR_RETURN(page.snapshot_, core.store.At(opened.revision));
  page.position_ = std::move(opened.position);
  return page;
}

std::string Page::NextToken(std::vector<std::string> position) const {
  return wire::EncodePageToken({snapshot_->revision(), std::move(position)}, digest_);
}

}  // namespace braid::service
