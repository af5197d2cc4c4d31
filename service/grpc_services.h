// Braid's services as gRPC knows them. Nothing is decided here but where each method is worked on.

#ifndef BRAID_SERVICE_GRPC_SERVICES_H_
#define BRAID_SERVICE_GRPC_SERVICES_H_

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/impl/service_type.h"
#include "service/call_runner.h"
#include "service/core.h"

namespace braid::service {

// Services that change something: the ones that a read-only store takes out of service.
inline constexpr char kCurationServiceName[] = "braid.v1.CurationService";

class GrpcServices {
 public:
  // `core` and `runner` outlive this object.
  GrpcServices(const Core& core, CallRunner& runner);
  ~GrpcServices();

  std::vector<grpc::Service*> services() const;
  // `braid.v1.LookupService` and so on.
  static std::vector<std::string> Names();

 private:
  std::vector<std::unique_ptr<grpc::Service>> services_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_GRPC_SERVICES_H_
