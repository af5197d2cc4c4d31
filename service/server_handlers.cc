#include "service/server_handlers.h"

#include <cstdint>

#include "graph/snapshot.h"
#include "graph/store/codec.h"
#include "service/reading.h"

namespace braid::service {
namespace {

void AddLimit(const char* name, std::int64_t value, std::int64_t by_default, v1::GetServerInfoResponse* response) {
  v1::LimitInForce* limit = response->add_limits();
  limit->set_name(name);
  limit->set_value(value);
  limit->set_origin(value == by_default ? "default" : "configuration");
}

// In order of the names.
void AddLimits(const Limits& limits, v1::GetServerInfoResponse* response) {
  const Limits by_default;
  AddLimit("limits.max_hops", limits.max_hops, by_default.max_hops, response);
  AddLimit("limits.max_paths", limits.max_paths, by_default.max_paths, response);
  AddLimit("limits.max_terminals", limits.max_terminals, by_default.max_terminals, response);
  AddLimit("limits.max_travel_changes", limits.max_travel_changes, by_default.max_travel_changes, response);
  AddLimit("limits.max_work", limits.max_work, by_default.max_work, response);
  AddLimit("limits.message_bytes", limits.message_bytes, by_default.message_bytes, response);
  AddLimit("limits.page_size", limits.page_size, by_default.page_size, response);
  AddLimit("limits.streams", limits.streams, by_default.streams, response);
}

}  // namespace

absl::Status ServerHandlers::GetServerInfo(CallContext& /*call*/, const v1::GetServerInfoRequest& /*request*/,
                                           v1::GetServerInfoResponse* response) const {
  const graph::SnapshotPtr head = core_.store.head();
  const graph::store::StoreHealth health = core_.store.health();
  FillHeader(core_, *head, response->mutable_header());
  response->set_oldest_revision(static_cast<std::int64_t>(graph::Number(core_.store.oldest_revision())));
  response->set_node_count(static_cast<std::int64_t>(head->node_count()));
  response->set_edge_count(static_cast<std::int64_t>(head->edge_count()));
  AddLimits(core_.limits, response);
  for (const char* feature : {"commit", "connect_dimensions", "evidence", "find_paths", "lookup", "recommend",
                              "time_travel", "validate_only"}) {
    response->add_features(feature);
  }
  response->set_storage_format(static_cast<std::int32_t>(graph::store::kFormatVersion));
  response->set_writable(health.writable);
  response->set_read_only_reason(health.why);
  return absl::OkStatus();
}

}  // namespace braid::service
