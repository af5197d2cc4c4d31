#include "tools/braid/meaning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "braid/v1/lookup_service.grpc.pb.h"

namespace braid::cli {
namespace {

// The nodes of `kinds` that `text` names.
grpc::Status Resolve(const Session& session, const std::string& text, const std::vector<std::string>& kinds,
                     std::vector<std::string>* ids) {
  v1::ResolveRequest request;
  request.set_text(text);
  *request.mutable_consistency() = session.consistency();
  v1::ResolveResponse reply;
  const auto call = session.NewCall();
  grpc::Status status = v1::LookupService::NewStub(session.channel())->Resolve(call.get(), request, &reply);
  for (const v1::ResolveCandidate& candidate : reply.candidates()) {
    const bool may_be_meant = std::find(kinds.begin(), kinds.end(), candidate.node().kind()) != kinds.end();
    if (may_be_meant) ids->push_back(candidate.node().id());
  }
  return status;
}

// `dimension, concern or process`
std::string Listed(const std::vector<std::string>& kinds) {
  if (kinds.size() == 1) return kinds.front();
  return fmt::format("{} or {}", fmt::join(kinds.begin(), kinds.end() - 1, ", "), kinds.back());
}

}  // namespace

std::optional<std::string> IdMeant(const Session& session, const std::string& name,
                                   const std::vector<std::string>& kinds, ExitCode* code) {
  if (name.find(':') != std::string::npos) return name;
  std::vector<std::string> ids;
  grpc::Status status = Resolve(session, name, kinds, &ids);
  for (std::size_t i = 0; ids.empty() && status.ok() && i < kinds.size(); ++i) {
    status = Resolve(session, fmt::format("{}:{}", kinds[i], name), kinds, &ids);
  }
  if (!status.ok()) {
    *code = session.Fail(status);
    return std::nullopt;
  }
  if (ids.size() == 1) return ids.front();
  *code = ids.empty() ? kNotFound : kUsage;
  if (ids.empty()) {
    fmt::print(stderr, "braid: no {} is named `{}`; give its id (braid list {})\n", Listed(kinds), name, kinds.back());
  } else {
    fmt::print(stderr, "braid: `{}` may be {}; give the id\n", name, fmt::join(ids, " or "));
  }
  return std::nullopt;
}

}  // namespace braid::cli
