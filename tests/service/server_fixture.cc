#include "tests/service/server_fixture.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "fmt/format.h"
#include "ontology/policy.h"
#include "ontology/rules.h"
#include "ontology/schema_text.h"
#include "ontology/seed.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/curation_handlers.h"

namespace braid::service {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream file(std::filesystem::path(BRAID_SOURCE_DIR) / name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void Check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.ToString()));
}

graph::ChangeSet ShippedSchemaAndPolicy() {
  graph::ChangeSet change_set;
  change_set.id = "00000000-0000-4000-8000-000000000001";
  change_set.message = "schema and policy";
  auto schema = ontology::SchemaChangesFromText(ReadFile("ontology/schema.textproto"));
  Check(schema.status());
  change_set.changes = *std::move(schema);
  change_set.changes.push_back(
      graph::PutDocument{{std::string(ontology::kPolicyDocument), std::string(ontology::kPolicyContentType),
                          ReadFile("ontology/policy.textproto"), graph::Revision{}}});
  return change_set;
}

std::vector<v1::Change> SmallOntology() {
  return {
      PutNode("dimension:thoughts", "dimension", "Thoughts"),
      PutNode("dimension:relationships", "dimension", "Relationships"),
      PutNode("process:distortions", "process", "Cognitive distortions"),
      PutNode("process:reappraisal", "process", "Reappraisal"),
      PutNode("process:rigidity", "process", "Family rigidity"),
      PutNode("modality:cbt", "modality", "Cognitive behavioural therapy"),
      PutNode("modality:systemic", "modality", "Systemic therapy"),
      PutNode("technique:restructuring", "technique", "Cognitive restructuring"),
      PutNode("technique:reframing", "technique", "Reframing"),
      PutEdge("process:distortions acts_on dimension:thoughts", 0.9),
      PutEdge("process:rigidity acts_on dimension:relationships", 0.9),
      PutEdge("technique:restructuring engages process:distortions", 0.9, v1::SIGN_MINUS),
      PutEdge("technique:restructuring engages process:reappraisal", 0.6, v1::SIGN_PLUS),
      PutEdge("technique:reframing engages process:reappraisal", 0.6, v1::SIGN_PLUS),
      PutEdge("technique:reframing engages process:rigidity", 0.9, v1::SIGN_MINUS),
      [] {
        v1::Change change = PutEdge("technique:restructuring originates_in modality:cbt");
        change.mutable_put_edge()->mutable_edge()->set_primary(true);
        return change;
      }(),
      [] {
        v1::Change change = PutEdge("technique:reframing originates_in modality:systemic");
        change.mutable_put_edge()->mutable_edge()->set_primary(true);
        return change;
      }(),
  };
}

}  // namespace

v1::Change PutNode(const std::string& id, const std::string& kind, const std::string& label) {
  v1::Change change;
  v1::Node* node = change.mutable_put_node()->mutable_node();
  node->set_id(id);
  node->set_kind(kind);
  node->add_labels()->set_text(label);
  return change;
}

v1::EdgeKey KeyOf(const std::string& edge) {
  std::istringstream words(edge);
  v1::EdgeKey key;
  words >> *key.mutable_subject_id() >> *key.mutable_relation() >> *key.mutable_object_id();
  return key;
}

v1::Change PutEdge(const std::string& edge) {
  v1::Change change;
  *change.mutable_put_edge()->mutable_edge()->mutable_key() = KeyOf(edge);
  return change;
}

v1::Change PutEdge(const std::string& edge, double strength, v1::Sign sign) {
  v1::Change change = PutEdge(edge);
  change.mutable_put_edge()->mutable_edge()->set_strength(strength);
  change.mutable_put_edge()->mutable_edge()->set_sign(sign);
  return change;
}

Failure::Failure(const grpc::Status& received) : code(received.error_code()), message(received.error_message()) {
  status.ParseFromString(received.error_details());
  Has(&info);
  Has(&bad_request);
}

std::string Failure::field() const {
  return bad_request.field_violations().empty() ? "" : bad_request.field_violations(0).field();
}

std::string Failure::metadata(const std::string& key) const {
  const auto found = info.metadata().find(key);
  return found == info.metadata().end() ? "" : found->second;
}

bool Eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return condition();
}

SeededStore::SeededStore(const Limits& limits, Content content) : limits_(limits) {
  Reopen();
  Seed(content);
}

void SeededStore::Reopen() {
  store_.reset();
  graph::store::StoreOptions options;
  options.directory = directory_.path();
  options.max_travel_changes = static_cast<std::uint64_t>(limits_.max_travel_changes);
  auto store = graph::store::Store::Open(options, ontology::CheckChangeSet);
  Check(store.status());
  store_ = *std::move(store);
}

void SeededStore::Seed(Content content) {
  if (content == Content::kShipped) {
    auto seed = ontology::ReadSeed((std::filesystem::path(BRAID_SOURCE_DIR) / "ontology").string());
    Check(seed.status());
    Check(store_->Commit(seed->change_set).status());
    return;
  }
  Check(store_->Commit(ShippedSchemaAndPolicy()).status());
  const Core core{*store_, limits_, "test"};
  CallContext call;
  v1::CommitResponse response;
  Check(CurationHandlers(core).Commit(call, Request(SmallOntology()), &response));
}

ServerTest::ServerTest(ServerOptions options, Content content, LogLevel log)
    : options_(std::move(options)), log_(log), store_(options_.limits, content) {
  options_.listen = "127.0.0.1:0";
  options_.software_version = "test";
  Start();
}

ServerTest::~ServerTest() = default;

void ServerTest::Start() {
  auto server = Server::Start(store(), options_, log_);
  Check(server.status());
  server_ = *std::move(server);
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of this test's own
  channel_ = grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(), arguments);
  curation_ = v1::CurationService::NewStub(channel_);
  evidence_ = v1::EvidenceService::NewStub(channel_);
  plans_ = v1::PlanService::NewStub(channel_);
  history_ = v1::HistoryService::NewStub(channel_);
  lookup_ = v1::LookupService::NewStub(channel_);
  paths_ = v1::PathService::NewStub(channel_);
  info_ = v1::ServerService::NewStub(channel_);
}

void ServerTest::Restart() {
  server_.reset();
  store_.Reopen();
  Start();
}

std::unique_ptr<grpc::ClientContext> ServerTest::Context() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  return context;
}

v1::CommitRequest Request(const std::vector<v1::Change>& changes) {
  v1::CommitRequest request;
  for (const v1::Change& change : changes) *request.add_changes() = change;
  return request;
}

std::int64_t ServerTest::Commit(const std::vector<v1::Change>& changes) {
  v1::CommitResponse response;
  const auto context = Context();
  const grpc::Status status = curation_->Commit(context.get(), Request(changes), &response);
  if (!status.ok()) throw std::runtime_error("commit: " + status.error_message());
  return response.header().revision();
}

}  // namespace braid::service
