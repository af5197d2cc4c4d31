#include "service/wire/errors.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"
#include "graph/error.h"

namespace braid::service::wire {
namespace {

using graph::ErrorInfo;
using graph::Reason;
using graph::Violation;

// The reason of a status that was not made by graph/error.h. Only what its code alone says for certain.
Reason ReasonOfForeign(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
      return Reason::kCancelled;
    case absl::StatusCode::kDeadlineExceeded:
      return Reason::kDeadlineExceeded;
    case absl::StatusCode::kDataLoss:
      return Reason::kStoreDamaged;
    default:
      return Reason::kInternal;
  }
}

ErrorInfo InfoOf(const absl::Status& status) {
  if (std::optional<ErrorInfo> info = graph::ErrorInfoOf(status)) return *std::move(info);
  const Reason reason = ReasonOfForeign(status.code());
  return {reason, {{reason, "", std::string(graph::NameOf(reason)), ""}}, {}};
}

std::string_view PublicMessage(Reason reason) {
  switch (reason) {
    case Reason::kCancelled:
      return "The call was cancelled.";
    case Reason::kDeadlineExceeded:
      return "The deadline passed before the answer was ready.";
    case Reason::kStoreDamaged:
      return "What is stored cannot be read as it was written.";
    default:
      return "Something went wrong inside the server.";
  }
}

bool IsHiddenCode(absl::StatusCode code) {
  return code == absl::StatusCode::kDataLoss || code == absl::StatusCode::kInternal ||
         code == absl::StatusCode::kUnknown;
}

std::string_view ResourceType(Reason reason) {
  switch (reason) {
    case Reason::kNodeNotFound:
      return "node";
    case Reason::kEdgeNotFound:
      return "edge";
    case Reason::kKindNotFound:
      return "kind";
    case Reason::kRelationNotFound:
      return "relation";
    case Reason::kChangeSetNotFound:
      return "change_set";
    case Reason::kDocumentNotFound:
      return "document";
    case Reason::kEtagMismatch:
      return "etag";
    case Reason::kHeadMoved:
      return "revision";
    default:
      return "resource";
  }
}

// How long a caller should wait before the next try; nullopt where trying again does not help.
std::optional<std::int64_t> RetrySeconds(Reason reason) {
  switch (reason) {
    case Reason::kOverloaded:
    case Reason::kRevisionNotReached:
    case Reason::kDraining:
    case Reason::kOutcomeUnknown:
      return 1;
    case Reason::kDiskFull:
    case Reason::kStoreReadOnly:
      return 10;
    default:
      return std::nullopt;
  }
}

// At most `most` bytes of `text`, cut between characters.
std::string Shorten(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  constexpr std::string_view kEllipsis = "…";
  std::size_t end = most - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text.append(kEllipsis);
}

void AddDetail(const google::protobuf::Message& detail, google::rpc::Status* out) {
  out->add_details()->PackFrom(detail);
}

void AddErrorInfo(const ErrorInfo& info, std::size_t dropped, google::rpc::Status* out) {
  google::rpc::ErrorInfo detail;
  detail.set_reason(std::string(graph::NameOf(info.reason)));
  detail.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : info.metadata) (*detail.mutable_metadata())[key] = Shorten(value, kMaxMessageBytes);
  if (dropped > 0) (*detail.mutable_metadata())["violations_dropped"] = fmt::format("{}", dropped);
  AddDetail(detail, out);
}

void AddBadRequest(const std::vector<Violation>& violations, google::rpc::Status* out) {
  google::rpc::BadRequest detail;
  for (const Violation& violation : violations) {
    if (violation.field.empty()) continue;
    auto* field = detail.add_field_violations();
    field->set_field(violation.field);
    field->set_description(violation.description);
    field->set_reason(std::string(graph::NameOf(violation.reason)));
  }
  if (detail.field_violations_size() > 0) AddDetail(detail, out);
}

// What the violations of each code have beside their fields.
void AddByCode(const std::vector<Violation>& violations, google::rpc::Status* out) {
  google::rpc::PreconditionFailure precondition;
  google::rpc::QuotaFailure quota;
  for (const Violation& violation : violations) {
    switch (graph::CodeOf(violation.reason)) {
      case absl::StatusCode::kNotFound:
      case absl::StatusCode::kAborted: {
        google::rpc::ResourceInfo resource;
        resource.set_resource_type(std::string(ResourceType(violation.reason)));
        resource.set_resource_name(violation.subject);
        resource.set_description(violation.description);
        AddDetail(resource, out);
        break;
      }
      case absl::StatusCode::kFailedPrecondition: {
        auto* failure = precondition.add_violations();
        failure->set_type(std::string(graph::NameOf(violation.reason)));
        failure->set_subject(violation.subject);
        failure->set_description(violation.description);
        break;
      }
      case absl::StatusCode::kResourceExhausted: {
        auto* failure = quota.add_violations();
        failure->set_subject(violation.subject);
        failure->set_description(violation.description);
        break;
      }
      default:
        break;
    }
  }
  if (precondition.violations_size() > 0) AddDetail(precondition, out);
  if (quota.violations_size() > 0) AddDetail(quota, out);
}

void AddRetryInfo(Reason reason, google::rpc::Status* out) {
  const std::optional<std::int64_t> seconds = RetrySeconds(reason);
  if (!seconds.has_value()) return;
  google::rpc::RetryInfo detail;
  detail.mutable_retry_delay()->set_seconds(*seconds);
  AddDetail(detail, out);
}

// Details with the first violations, as many as fit into kMaxDetailBytes.
void AddDetails(ErrorInfo info, google::rpc::Status* out) {
  for (Violation& violation : info.violations) {
    violation.field = Shorten(std::move(violation.field), kMaxMessageBytes);
    violation.description = Shorten(std::move(violation.description), kMaxMessageBytes);
    violation.subject = Shorten(std::move(violation.subject), kMaxMessageBytes);
  }
  for (std::size_t dropped = 0;;) {
    out->clear_details();
    AddErrorInfo(info, dropped, out);
    AddBadRequest(info.violations, out);
    AddByCode(info.violations, out);
    AddRetryInfo(info.reason, out);
    if (out->ByteSizeLong() <= kMaxDetailBytes || info.violations.empty()) return;
    info.violations.pop_back();
    ++dropped;
  }
}

}  // namespace

bool IsHidden(const absl::Status& status) {
  if (status.ok()) return false;
  return !graph::ErrorInfoOf(status).has_value() || IsHiddenCode(status.code());
}

google::rpc::Status ToRpcStatus(const absl::Status& status, std::string_view request_id) {
  google::rpc::Status out;
  if (status.ok()) return out;
  ErrorInfo info = InfoOf(status);
  out.set_code(static_cast<int>(graph::CodeOf(info.reason)));
  if (!IsHidden(status)) {
    out.set_message(Shorten(std::string(status.message()), kMaxMessageBytes));
    AddDetails(std::move(info), &out);
    return out;
  }
  out.set_message(std::string(PublicMessage(info.reason)));
  if (IsHiddenCode(graph::CodeOf(info.reason))) {
    out.set_message(fmt::format("{} The server's log has the cause under request {}.", out.message(), request_id));
  }
  AddErrorInfo({info.reason, {}, {}}, 0, &out);
  google::rpc::RequestInfo request;
  request.set_request_id(std::string(request_id));
  AddDetail(request, &out);
  return out;
}

grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view request_id) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status rpc = ToRpcStatus(status, request_id);
  return {static_cast<grpc::StatusCode>(rpc.code()), rpc.message(), rpc.SerializeAsString()};
}

}  // namespace braid::service::wire
