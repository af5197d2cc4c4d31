#include "tools/braid/session.h"

#include <fmt/format.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace braid::cli {
namespace {

constexpr int kMaxReplyBytes = 64 << 20;

ExitCode ExitCodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::OK:
      return kAnswer;
    case grpc::INVALID_ARGUMENT:
    case grpc::OUT_OF_RANGE:
    case grpc::UNIMPLEMENTED:
      return kUsage;
    case grpc::NOT_FOUND:
      return kNotFound;
    case grpc::FAILED_PRECONDITION:
    case grpc::ABORTED:
    case grpc::ALREADY_EXISTS:
      return kRefused;
    case grpc::UNAVAILABLE:
    case grpc::RESOURCE_EXHAUSTED:
    case grpc::DEADLINE_EXCEEDED:
    case grpc::CANCELLED:
      return kTryAgain;
    case grpc::UNAUTHENTICATED:
    case grpc::PERMISSION_DENIED:
      return kNotAllowed;
    default:
      return kDamage;
  }
}

// One line for each thing that the details name.
void AppendDetail(const google::protobuf::Any& any, std::string* out) {
  if (google::rpc::BadRequest bad; any.UnpackTo(&bad)) {
    for (const auto& violation : bad.field_violations()) {
      *out +=
          fmt::format("  {}: {}\n", violation.field().empty() ? "request" : violation.field(), violation.description());
    }
  } else if (google::rpc::PreconditionFailure failure; any.UnpackTo(&failure)) {
    for (const auto& violation : failure.violations()) {
      *out += fmt::format("  {}: {}\n", violation.subject().empty() ? violation.type() : violation.subject(),
                          violation.description());
    }
  } else if (google::rpc::QuotaFailure quota; any.UnpackTo(&quota)) {
    for (const auto& violation : quota.violations()) {
      *out += fmt::format("  {}: {}\n", violation.subject(), violation.description());
    }
  }
}

std::string ReasonOf(const google::rpc::Status& details) {
  for (const auto& any : details.details()) {
    if (google::rpc::ErrorInfo info; any.UnpackTo(&info)) return info.reason();
  }
  return {};
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !(value > 0) || value > 1e6) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  double milliseconds = 0;
  if (unit == "ms") {
    milliseconds = value;
  } else if (unit == "s" || unit.empty()) {
    milliseconds = value * 1000;
  } else if (unit == "m") {
    milliseconds = value * 60'000;
  } else {
    return std::nullopt;
  }
  return std::chrono::milliseconds(std::max<long long>(1, static_cast<long long>(milliseconds)));
}

std::string EnumWord(const google::protobuf::EnumDescriptor* type, int value) {
  const auto* found = type->FindValueByNumber(value);
  if (found == nullptr) return fmt::format("{}", value);
  // CERTAINTY_VERY_LOW of Certainty: the prefix is what all values share, `CERTAINTY_UNSPECIFIED` without its last
  // word.
  const std::string& zero = type->FindValueByNumber(0)->name();
  const std::size_t prefix = zero.size() - std::string_view("UNSPECIFIED").size();
  std::string word = found->name().substr(prefix);
  for (char& c : word) c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word;
}

Session::Session(const Options& options) : options_(options), terminal_(options.color) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxReplyBytes);
  channel_ = grpc::CreateCustomChannel(options_.server, grpc::InsecureChannelCredentials(), arguments);
}

v1::Consistency Session::consistency() const {
  v1::Consistency consistency;
  if (options_.at_revision > 0) {
    consistency.set_at_exact_snapshot(options_.at_revision);
  } else if (options_.at_least > 0) {
    consistency.set_at_least_as_fresh(options_.at_least);
  }
  return consistency;
}

std::unique_ptr<grpc::ClientContext> Session::NewCall() const {
  auto call = std::make_unique<grpc::ClientContext>();
  const auto timeout = ParseDuration(options_.timeout);
  call->set_deadline(std::chrono::system_clock::now() + timeout.value_or(std::chrono::seconds(10)));
  if (!options_.author.empty()) {
    // gRPC carries plain metadata in ASCII only.
    const bool ascii =
        std::all_of(options_.author.begin(), options_.author.end(), [](char c) { return c >= ' ' && c <= '~'; });
    call->AddMetadata(ascii ? "braid-author" : "braid-author-bin", options_.author);
  }
  return call;
}

void Session::Print(const google::protobuf::Message& reply, const std::function<std::string()>& table) const {
  std::string text;
  switch (options_.output) {
    case Output::kTable:
      text = table();
      break;
    case Output::kJson: {
      google::protobuf::util::JsonPrintOptions json;
      json.add_whitespace = true;
      json.preserve_proto_field_names = true;
      if (!google::protobuf::util::MessageToJsonString(reply, &text, json).ok()) text = "{}\n";
      break;
    }
    case Output::kTextproto: {
      google::protobuf::TextFormat::Printer printer;
      printer.SetUseUtf8StringEscaping(true);
      printer.PrintToString(reply, &text);
      break;
    }
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void Session::PrintNotices(const v1::ResponseHeader& header) const {
  if (options_.output != Output::kTable) return;
  for (const v1::Notice& notice : header.notices()) fmt::print(stderr, "note: {}\n", notice.message());
}

ExitCode Session::Finish(const v1::Completeness& completeness, bool is_positive) const {
  if (completeness.state() == v1::COMPLETENESS_STATE_TRUNCATED) {
    fmt::print(stderr, "braid: the answer is truncated ({}). {}\n",
               EnumWord(v1::CompletenessLimit_descriptor(), completeness.limit()), completeness.advice());
    if (options_.exact) return kTryAgain;
  }
  return is_positive ? kAnswer : kNegative;
}

ExitCode Session::Fail(const grpc::Status& status) const {
  google::rpc::Status details;
  std::string reason;
  std::string lines;
  if (details.ParseFromString(status.error_details())) {
    reason = ReasonOf(details);
    for (const auto& any : details.details()) AppendDetail(any, &lines);
  }
  if (reason.empty() && status.error_code() == grpc::UNAVAILABLE) {
    fmt::print(
        stderr,
        "braid: no server answers at {} ({}).\nStart one with tools/run, or name another with --server HOST:PORT.\n",
        options_.server, status.error_message());
    return kTryAgain;
  }
  fmt::print(stderr, "braid: {}{}\n", status.error_message(), reason.empty() ? "" : fmt::format(" [{}]", reason));
  // One violation is the message again; several are worth their lines.
  if (std::count(lines.begin(), lines.end(), '\n') > 1 || lines.find(status.error_message()) == std::string::npos) {
    fmt::print(stderr, "{}", lines);
  }
  if (reason == "OUTCOME_UNKNOWN") fmt::print(stderr, "Ask what became of it with `braid commit --outcome ID`.\n");
  return ExitCodeOf(status.error_code());
}

}  // namespace braid::cli
