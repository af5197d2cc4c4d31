// What the standard health service says: for load balancers and orchestrators.
//
// Thread safety: the interface's own.

#ifndef BRAID_SERVICE_HEALTH_H_
#define BRAID_SERVICE_HEALTH_H_

#include "graph/store/store.h"
#include "grpcpp/health_check_service_interface.h"

namespace braid::service {

// Draining: nothing serves. Read-only: the server as a whole (the empty name) and the services that write do not serve;
// the others still answer and say so under their own names.
void ShowHealth(const graph::store::StoreHealth& store, bool draining, grpc::HealthCheckServiceInterface& health);

}  // namespace braid::service

#endif  // BRAID_SERVICE_HEALTH_H_
