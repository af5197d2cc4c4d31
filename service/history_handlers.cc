#include "service/history_handlers.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/snapshot.h"
#include "service/reading.h"
#include "service/wire/changes.h"
#include "service/wire/page_token.h"

namespace braid::service {
namespace {

using graph::Reason;
using graph::Revision;

constexpr std::size_t kPartBytes = 1U << 20U;
constexpr std::size_t kRevisionParts = 1;  // of a position in ListRevisions: the number of the last one given
constexpr std::size_t kFramingBytes = 8;   // tag and length of one change within a part, at most

// Gives an entry's changes in parts that stay within kPartBytes; a single change beyond that is a part of its own.
class RevisionParts {
 public:
  RevisionParts(v1::ResponseHeader header, graph::LogEntry entry)
      : header_(std::move(header)), entry_(std::make_shared<const graph::LogEntry>(std::move(entry))) {}

  bool operator()(v1::GetRevisionResponse* part) {
    if (done_) return false;
    part->Clear();
    *part->mutable_header() = header_;
    wire::EncodeRevision(entry_->info, part->mutable_revision());
    std::size_t bytes = part->ByteSizeLong() + kFramingBytes;
    while (NextFits(part->changes_size() == 0, bytes)) {
      bytes += pending_->ByteSizeLong() + kFramingBytes;
      *part->add_changes() = *std::exchange(pending_, std::nullopt);
      ++next_;
    }
    done_ = next_ == entry_->changes.size();
    part->set_last_part(done_);
    return true;
  }

 private:
  // Encodes the next change, once, and says whether a part of `bytes` has room for it.
  bool NextFits(bool part_is_empty, std::size_t bytes) {
    if (next_ == entry_->changes.size()) return false;
    if (!pending_.has_value()) wire::EncodeAppliedChange(entry_->changes[next_], &pending_.emplace());
    return part_is_empty || bytes + pending_->ByteSizeLong() + kFramingBytes <= kPartBytes;
  }

  v1::ResponseHeader header_;
  std::shared_ptr<const graph::LogEntry> entry_;  // shared: a std::function is copied
  std::size_t next_ = 0;
  std::optional<v1::AppliedChange> pending_;
  bool done_ = false;
};

absl::StatusOr<Revision> ParsePosition(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return graph::MakeError(Reason::kPageTokenInvalid, "the page token is not one of this server's", "page_token");
  }
  return Revision{number};
}

}  // namespace

absl::Status HistoryHandlers::ListRevisions(CallContext& /*call*/, const v1::ListRevisionsRequest& request,
                                            v1::ListRevisionsResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const std::size_t size,
                         wire::PageSize(request.page_size(), static_cast<std::size_t>(core_.limits.page_size)));
  const std::uint64_t digest = wire::RequestDigest(request, core_.store.store_id());
  const graph::SnapshotPtr head = core_.store.head();
  Revision before{};
  if (!request.page_token().empty()) {
    BRAID_ASSIGN_OR_RETURN(const wire::PageToken token,
                           wire::DecodePageToken(request.page_token(), digest, kRevisionParts));
    BRAID_ASSIGN_OR_RETURN(before, ParsePosition(token.position[0]));
  }
  // One more than the page holds tells whether there is another page.
  BRAID_ASSIGN_OR_RETURN(const std::vector<graph::RevisionInfo> infos, core_.store.ListRevisions(before, size + 1));
  for (std::size_t i = 0; i < infos.size() && i < size; ++i) wire::EncodeRevision(infos[i], response->add_revisions());
  if (infos.size() > size) {
    const std::string last = fmt::format("{}", graph::Number(infos[size - 1].number));
    response->set_next_page_token(wire::EncodePageToken({head->revision(), {last}}, digest));
  }
  FillHeader(core_, *head, response->mutable_header());
  return absl::OkStatus();
}

absl::StatusOr<Parts<v1::GetRevisionResponse>> HistoryHandlers::GetRevision(
    CallContext& /*call*/, const v1::GetRevisionRequest& request) const {
  if (request.number() < 1) {
    return graph::MakeError(Reason::kValueOutOfRange,
                            fmt::format("number {} is no revision; revisions count from 1", request.number()),
                            "number");
  }
  BRAID_ASSIGN_OR_RETURN(graph::LogEntry entry,
                         core_.store.GetRevision(Revision{static_cast<std::uint64_t>(request.number())}));
  v1::ResponseHeader header;
  FillHeader(core_, *core_.store.head(), &header);
  return Parts<v1::GetRevisionResponse>(RevisionParts(std::move(header), std::move(entry)));
}

}  // namespace braid::service
