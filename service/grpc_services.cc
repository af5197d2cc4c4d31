#include "service/grpc_services.h"

#include "braid/v1/curation_service.grpc.pb.h"
#include "braid/v1/evidence_service.grpc.pb.h"
#include "braid/v1/history_service.grpc.pb.h"
#include "braid/v1/lookup_service.grpc.pb.h"
#include "braid/v1/path_service.grpc.pb.h"
#include "braid/v1/plan_service.grpc.pb.h"
#include "braid/v1/server_service.grpc.pb.h"
#include "service/curation_handlers.h"
#include "service/evidence_handlers.h"
#include "service/history_handlers.h"
#include "service/lookup_handlers.h"
#include "service/map_handlers.h"
#include "service/path_handlers.h"
#include "service/plan_handlers.h"
#include "service/plan_reading.h"
#include "service/reading.h"
#include "service/revise_handlers.h"
#include "service/server_handlers.h"

namespace braid::service {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

// Where a read is worked on whose own work is `work`.
template <typename Request>
Work Reading(const Request& request, Work work) {
  if (request.consistency().requirement_case() == v1::Consistency::kAtLeastAsFresh) return Work::kWait;
  return IsAtHand(request.consistency()) ? work : Work::kRead;
}

class Lookup final : public v1::LookupService::CallbackService {
 public:
  Lookup(const Core& core, CallRunner& runner) : handlers_(core), runner_(runner) {}

 private:
  Reactor* GetNode(Context* context, const v1::GetNodeRequest* in, v1::GetNodeResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kInline), handlers_, &LookupHandlers::GetNode);
  }
  Reactor* BatchLookup(Context* context, const v1::BatchLookupRequest* in, v1::BatchLookupResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &LookupHandlers::BatchLookup);
  }
  Reactor* ListNodes(Context* context, const v1::ListNodesRequest* in, v1::ListNodesResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &LookupHandlers::ListNodes);
  }
  Reactor* ListNeighbors(Context* context, const v1::ListNeighborsRequest* in,
                         v1::ListNeighborsResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &LookupHandlers::ListNeighbors);
  }
  Reactor* GetSchema(Context* context, const v1::GetSchemaRequest* in, v1::GetSchemaResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &LookupHandlers::GetSchema);
  }
  Reactor* GetPolicy(Context* context, const v1::GetPolicyRequest* in, v1::GetPolicyResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &LookupHandlers::GetPolicy);
  }
  Reactor* Resolve(Context* context, const v1::ResolveRequest* in, v1::ResolveResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &LookupHandlers::Resolve);
  }

  LookupHandlers handlers_;
  CallRunner& runner_;
};

class Path final : public v1::PathService::CallbackService {
 public:
  Path(const Core& core, CallRunner& runner) : handlers_(core), maps_(core), runner_(runner) {}

 private:
  Reactor* FindPaths(Context* context, const v1::FindPathsRequest* in, v1::FindPathsResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &PathHandlers::FindPaths);
  }

  grpc::ServerWriteReactor<v1::StreamPathsResponse>* StreamPaths(Context* context,
                                                                 const v1::FindPathsRequest* in) override {
    return runner_.Stream(context, in, Reading(*in, Work::kRead), handlers_, &PathHandlers::StreamPaths);
  }
  Reactor* SumPaths(Context* context, const v1::SumPathsRequest* in, v1::SumPathsResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &PathHandlers::SumPaths);
  }

  grpc::ServerWriteReactor<v1::ConnectDimensionsResponse>* ConnectDimensions(
      Context* context, const v1::ConnectDimensionsRequest* in) override {
    return runner_.Stream(context, in, Reading(*in, Work::kRead), maps_, &MapHandlers::ConnectDimensions);
  }

  PathHandlers handlers_;
  MapHandlers maps_;
  CallRunner& runner_;
};

class Evidence final : public v1::EvidenceService::CallbackService {
 public:
  Evidence(const Core& core, CallRunner& runner) : handlers_(core), runner_(runner) {}

 private:
  Reactor* Synthesize(Context* context, const v1::SynthesizeRequest* in, v1::SynthesizeResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &EvidenceHandlers::Synthesize);
  }
  Reactor* ListEvidence(Context* context, const v1::ListEvidenceRequest* in, v1::ListEvidenceResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &EvidenceHandlers::ListEvidence);
  }
  Reactor* GetEvidenceMatrix(Context* context, const v1::GetEvidenceMatrixRequest* in,
                             v1::GetEvidenceMatrixResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &EvidenceHandlers::GetEvidenceMatrix);
  }

  EvidenceHandlers handlers_;
  CallRunner& runner_;
};

class Plan final : public v1::PlanService::CallbackService {
 public:
  Plan(const Core& core, CallRunner& runner)
      : handlers_(core, recommenders_), revisions_(core, recommenders_), runner_(runner) {}

 private:
  Reactor* Recommend(Context* context, const v1::RecommendRequest* in, v1::RecommendResponse* out) override {
    return runner_.Unary(context, in, out, Reading(*in, Work::kRead), handlers_, &PlanHandlers::Recommend);
  }
  Reactor* Explain(Context* context, const v1::ExplainRequest* in, v1::ExplainResponse* out) override {
    return runner_.Unary(context, in, out, Reading(in->recommend(), Work::kRead), handlers_, &PlanHandlers::Explain);
  }
  Reactor* RenderPlan(Context* context, const v1::RenderPlanRequest* in, v1::RenderPlanResponse* out) override {
    return runner_.Unary(context, in, out, Reading(in->recommend(), Work::kRead), handlers_, &PlanHandlers::RenderPlan);
  }

  Reactor* Revise(Context* context, const v1::ReviseRequest* in, v1::ReviseResponse* out) override {
    return runner_.Unary(context, in, out, Reading(in->recommend(), Work::kRead), revisions_, &ReviseHandlers::Revise);
  }
  Reactor* SimulateCourse(Context* context, const v1::SimulateCourseRequest* in,
                          v1::SimulateCourseResponse* out) override {
    return runner_.Unary(context, in, out, Reading(in->revise().recommend(), Work::kRead), revisions_,
                         &ReviseHandlers::SimulateCourse);
  }
  grpc::ServerBidiReactor<v1::ReviseSessionRequest, v1::ReviseSessionResponse>* ReviseSession(
      Context* context) override {
    return runner_.Converse<v1::ReviseSessionRequest>(
        context,
        [](const v1::ReviseSessionRequest& message) { return Reading(message.begin().recommend(), Work::kRead); },
        revisions_, &ReviseHandlers::ReviseSession);
  }

  Recommenders recommenders_;
  PlanHandlers handlers_;
  ReviseHandlers revisions_;
  CallRunner& runner_;
};

class Curation final : public v1::CurationService::CallbackService {
 public:
  Curation(const Core& core, CallRunner& runner) : handlers_(core), runner_(runner) {}

 private:
  Reactor* Commit(Context* context, const v1::CommitRequest* in, v1::CommitResponse* out) override {
    return runner_.Unary(context, in, out, Work::kWrite, handlers_, &CurationHandlers::Commit);
  }
  Reactor* GetChangeSet(Context* context, const v1::GetChangeSetRequest* in, v1::GetChangeSetResponse* out) override {
    return runner_.Unary(context, in, out, Work::kRead, handlers_, &CurationHandlers::GetChangeSet);
  }

  CurationHandlers handlers_;
  CallRunner& runner_;
};

class History final : public v1::HistoryService::CallbackService {
 public:
  History(const Core& core, CallRunner& runner) : handlers_(core), runner_(runner) {}

 private:
  Reactor* ListRevisions(Context* context, const v1::ListRevisionsRequest* in,
                         v1::ListRevisionsResponse* out) override {
    return runner_.Unary(context, in, out, Work::kRead, handlers_, &HistoryHandlers::ListRevisions);
  }
  grpc::ServerWriteReactor<v1::GetRevisionResponse>* GetRevision(Context* context,
                                                                 const v1::GetRevisionRequest* in) override {
    return runner_.Stream(context, in, Work::kRead, handlers_, &HistoryHandlers::GetRevision);
  }

  HistoryHandlers handlers_;
  CallRunner& runner_;
};

class Server final : public v1::ServerService::CallbackService {
 public:
  Server(const Core& core, CallRunner& runner) : handlers_(core), runner_(runner) {}

 private:
  Reactor* GetServerInfo(Context* context, const v1::GetServerInfoRequest* in,
                         v1::GetServerInfoResponse* out) override {
    return runner_.Unary(context, in, out, Work::kInline, handlers_, &ServerHandlers::GetServerInfo);
  }

  ServerHandlers handlers_;
  CallRunner& runner_;
};

}  // namespace

GrpcServices::GrpcServices(const Core& core, CallRunner& runner) {
  services_.push_back(std::make_unique<Curation>(core, runner));
  services_.push_back(std::make_unique<Evidence>(core, runner));
  services_.push_back(std::make_unique<History>(core, runner));
  services_.push_back(std::make_unique<Lookup>(core, runner));
  services_.push_back(std::make_unique<Path>(core, runner));
  services_.push_back(std::make_unique<Plan>(core, runner));
  services_.push_back(std::make_unique<Server>(core, runner));
}

GrpcServices::~GrpcServices() = default;

std::vector<grpc::Service*> GrpcServices::services() const {
  std::vector<grpc::Service*> services;
  for (const auto& service : services_) services.push_back(service.get());
  return services;
}

std::vector<std::string> GrpcServices::Names() {
  return {v1::CurationService::service_full_name(), v1::EvidenceService::service_full_name(),
          v1::HistoryService::service_full_name(),  v1::LookupService::service_full_name(),
          v1::PathService::service_full_name(),     v1::PlanService::service_full_name(),
          v1::ServerService::service_full_name()};
}

}  // namespace braid::service
