#include "service/health.h"

#include <string>

#include "service/grpc_services.h"

namespace braid::service {

void ShowHealth(const graph::store::StoreHealth& store, bool draining, grpc::HealthCheckServiceInterface& health) {
  health.SetServingStatus("", store.writable && !draining);
  for (const std::string& name : GrpcServices::Names()) {
    const bool writes = name == kCurationServiceName;
    health.SetServingStatus(name, !draining && (store.writable || !writes));
  }
}

}  // namespace braid::service
