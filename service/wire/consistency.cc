#include "service/wire/consistency.h"

#include <string_view>

#include "fmt/format.h"
#include "graph/error.h"

namespace braid::service::wire {
namespace {

absl::StatusOr<ReadAt> At(ReadAt::Mode mode, std::int64_t revision, const std::string& store_id,
                          std::string_view field) {
  if (revision < 0) {
    return graph::MakeError(graph::Reason::kValueOutOfRange,
                            fmt::format("revision {} is negative; revisions count from 1", revision),
                            fmt::format("consistency.{}", field));
  }
  return ReadAt{mode, graph::Revision{static_cast<std::uint64_t>(revision)}, store_id};
}

v1::NoticeReason ReasonOf(ontology::NoticeReason reason) {
  switch (reason) {
    case ontology::NoticeReason::kAliasFollowed:
      return v1::NOTICE_REASON_ALIAS_FOLLOWED;
    case ontology::NoticeReason::kReplacementFollowed:
      return v1::NOTICE_REASON_REPLACEMENT_FOLLOWED;
    case ontology::NoticeReason::kSeveralReplacements:
      return v1::NOTICE_REASON_SEVERAL_REPLACEMENTS;
    case ontology::NoticeReason::kObsolete:
      return v1::NOTICE_REASON_OBSOLETE;
    case ontology::NoticeReason::kGeneral:
      return v1::NOTICE_REASON_GENERAL;
    case ontology::NoticeReason::kClientReading:
      return v1::NOTICE_REASON_CLIENT_READING;
    case ontology::NoticeReason::kEndExcluded:
      return v1::NOTICE_REASON_END_EXCLUDED;
    case ontology::NoticeReason::kNotStudied:
      return v1::NOTICE_REASON_NOT_STUDIED;
    case ontology::NoticeReason::kUnverified:
      return v1::NOTICE_REASON_UNVERIFIED;
  }
  return v1::NOTICE_REASON_UNSPECIFIED;
}

}  // namespace

absl::StatusOr<ReadAt> DecodeConsistency(const v1::Consistency& message) {
  switch (message.requirement_case()) {
    case v1::Consistency::kAtLeastAsFresh:
      return At(ReadAt::Mode::kAtLeast, message.at_least_as_fresh(), message.store_id(), "at_least_as_fresh");
    case v1::Consistency::kAtExactSnapshot:
      return At(ReadAt::Mode::kExactly, message.at_exact_snapshot(), message.store_id(), "at_exact_snapshot");
    case v1::Consistency::kMinimizeLatency:
    case v1::Consistency::kFullyConsistent:
    case v1::Consistency::REQUIREMENT_NOT_SET:
      break;
  }
  return ReadAt{ReadAt::Mode::kHead, {}, message.store_id()};
}

void EncodeNotice(const ontology::Notice& notice, v1::Notice* out) {
  out->set_reason(ReasonOf(notice.reason));
  out->set_field(notice.field);
  out->set_message(notice.message);
  out->set_from_id(notice.from_id);
  out->set_to_id(notice.to_id);
}

}  // namespace braid::service::wire
