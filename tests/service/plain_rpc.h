// The standard services that gRPC serves beside ours, whose messages are not packaged: asked byte by byte.

#ifndef BRAID_TESTS_SERVICE_PLAIN_RPC_H_
#define BRAID_TESTS_SERVICE_PLAIN_RPC_H_

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"

namespace braid::service {

enum class Health { kUnknown = 0, kServing = 1, kNotServing = 2, kUnknownService = 3, kNoAnswer = 4 };

// grpc.health.v1.Health.Check
Health HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service);

// The full names that grpc.reflection.v1alpha lists.
std::vector<std::string> ServicesByReflection(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_PLAIN_RPC_H_
