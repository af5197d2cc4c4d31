#include "tests/service/plain_rpc.h"

#include <chrono>
#include <cstdint>
#include <functional>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "grpcpp/generic/generic_stub.h"

namespace braid::service {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

struct Exchanged {
  grpc::Status status;
  std::string response;
};

// One request, one reply, whatever kind of method it is.
Exchanged Exchange(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                   const std::string& request) {
  grpc::CompletionQueue queue;
  const auto wait = [&] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareCall(&context, method, &queue);
  call->StartCall(nullptr);
  wait();
  const grpc::Slice slice(request);
  const grpc::ByteBuffer bytes(&slice, 1);
  call->WriteLast(bytes, grpc::WriteOptions(), nullptr);
  wait();
  Exchanged result;
  grpc::ByteBuffer reply;
  call->Read(&reply, nullptr);
  if (wait()) {
    std::vector<grpc::Slice> slices;
    if (reply.Dump(&slices).ok()) {
      for (const grpc::Slice& part : slices) {
        result.response.append(reinterpret_cast<const char*>(part.begin()), part.size());
      }
    }
  }
  call->Finish(&result.status, nullptr);
  wait();
  return result;
}

// `text` as field `number` of a message.
std::string TextField(int number, const std::string& text) {
  std::string bytes(1, static_cast<char>(number << 3U | WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  bytes.push_back(static_cast<char>(text.size()));  // the names asked for are short
  return bytes + text;
}

// Calls `visit` for each field `number` of `message` that holds text or a message.
void VisitTexts(const std::string& message, int number, const std::function<void(const std::string&)>& visit) {
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(message.data()), static_cast<int>(message.size()));
  for (std::uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    std::string text;
    if (WireFormatLite::GetTagFieldNumber(tag) != number) {
      if (!WireFormatLite::SkipField(&in, tag)) return;
    } else if (WireFormatLite::ReadBytes(&in, &text)) {
      visit(text);
    }
  }
}

}  // namespace

Health HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  const Exchanged exchanged = Exchange(channel, "/grpc.health.v1.Health/Check", TextField(1, service));
  if (exchanged.status.error_code() == grpc::StatusCode::NOT_FOUND) return Health::kUnknownService;
  if (!exchanged.status.ok() || exchanged.response.size() != 2) return Health::kNoAnswer;
  return static_cast<Health>(exchanged.response[1]);  // field 1, an enum of one byte
}

std::vector<std::string> ServicesByReflection(const std::shared_ptr<grpc::Channel>& channel) {
  constexpr int kListServices = 7;
  constexpr int kListServicesResponse = 6;
  const Exchanged exchanged = Exchange(channel, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                       TextField(kListServices, "*"));
  std::vector<std::string> names;
  VisitTexts(exchanged.response, kListServicesResponse, [&](const std::string& list) {
    VisitTexts(list, 1, [&](const std::string& service) {
      VisitTexts(service, 1, [&](const std::string& name) { names.push_back(name); });
    });
  });
  return names;
}

}  // namespace braid::service
