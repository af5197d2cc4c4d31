#include "service/curation_handlers.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "fmt/format.h"
#include "graph/error.h"
#include "graph/snapshot.h"
#include "graph/store/store.h"
#include "service/reading.h"
#include "service/wire/changes.h"

namespace braid::service {
namespace {

void AddNotice(v1::NoticeReason reason, std::string message, v1::ResponseHeader* header) {
  v1::Notice* notice = header->add_notices();
  notice->set_reason(reason);
  notice->set_message(std::move(message));
}

void NoteAuthor(const graph::Author& author, v1::ResponseHeader* header) {
  if (author.name.empty() || author.proved) return;
  AddNotice(v1::NOTICE_REASON_AUTHOR_STATED, "The author's name is what the caller stated; nothing proved it.", header);
}

absl::Status Validate(const Core& core, const graph::ChangeSet& change_set, v1::CommitResponse* response) {
  const graph::SnapshotPtr head = core.store.head();
  BRAID_ASSIGN_OR_RETURN(const std::vector<graph::LoggedChange> changes, core.store.Validate(change_set));
  FillHeader(core, *head, response->mutable_header());
  response->set_change_count(static_cast<std::int64_t>(changes.size()));
  return absl::OkStatus();
}

// The store speaks of the change set's `id`; a caller knows it as `change_set_id`.
absl::Status InWordsOfTheRequest(const absl::Status& status) {
  std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  if (!info.has_value()) return status;
  for (graph::Violation& violation : info->violations) {
    if (violation.field == "id") violation.field = "change_set_id";
  }
  return graph::MakeError(*info);
}

absl::Status Apply(const Core& core, const graph::ChangeSet& change_set, v1::CommitResponse* response) {
  BRAID_ASSIGN_OR_RETURN(const graph::store::CommitResult result, core.store.Commit(change_set));
  FillHeader(core, *core.store.head(), response->mutable_header());
  // The commit's own revision, though the head may be past it by now.
  response->mutable_header()->set_revision(static_cast<std::int64_t>(graph::Number(result.info.number)));
  wire::EncodeRevision(result.info, response->mutable_revision());
  response->set_change_count(static_cast<std::int64_t>(result.info.change_count));
  if (result.repeated) {
    AddNotice(v1::NOTICE_REASON_REPEATED,
              fmt::format("This change set had become revision {} before; nothing was applied now.",
                          graph::Number(result.info.number)),
              response->mutable_header());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CurationHandlers::Commit(CallContext& call, const v1::CommitRequest& request,
                                      v1::CommitResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const graph::ChangeSet change_set, wire::DecodeChangeSet(request, call.author));
  // The last moment to turn back: from here on the outcome is durable whether or not the caller still waits.
  BRAID_RETURN_IF_ERROR(call.CheckAlive());
  const absl::Status done =
      request.validate_only() ? Validate(core_, change_set, response) : Apply(core_, change_set, response);
  if (!done.ok()) return InWordsOfTheRequest(done);
  response->set_change_set_id(change_set.id);
  NoteAuthor(change_set.author, response->mutable_header());
  return absl::OkStatus();
}

absl::Status CurationHandlers::GetChangeSet(CallContext& /*call*/, const v1::GetChangeSetRequest& request,
                                            v1::GetChangeSetResponse* response) const {
  if (request.change_set_id().empty()) {
    return graph::MakeError(graph::Reason::kFieldRequired, "change_set_id must be set", "change_set_id");
  }
  BRAID_ASSIGN_OR_RETURN(const std::string id, wire::CanonicalUuid(request.change_set_id(), "change_set_id"));
  BRAID_ASSIGN_OR_RETURN(const graph::RevisionInfo info, core_.store.FindChangeSet(id));
  wire::EncodeRevision(info, response->mutable_revision());
  FillHeader(core_, *core_.store.head(), response->mutable_header());
  return absl::OkStatus();
}

}  // namespace braid::service
