// How long a recommendation takes, and its revision after a course of sessions, in the process and through a server:
// for clients that nobody wrote down, on the ontology as it is shipped.
//
//   build/bin/recommend_bench [CLIENTS]        default: 400
//
// Three questions a client: what to recommend, the same with the policy's variants, and why one technique is or is not
// in the plan and what would change that; through the server also with every node and step in full. The first answer
// with the variants pools the evidence anew: that is once a revision, and stands apart. Bars (issues "Evidence and
// plans", "Staying flexible"): p50 at most 3 ms and p99 at most 15 ms for a recommendation, 10 and 50 ms with the
// variants; p99 at most 25 ms for a revision.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "braid/v1/plan_service.grpc.pb.h"
#include "graph/budget.h"
#include "graph/snapshot_builder.h"
#include "graph/store/store.h"
#include "graph/validate.h"
#include "grpcpp/grpcpp.h"
#include "ontology/policy.h"
#include "ontology/recommend/recommendation.h"
#include "ontology/recommend/technique_explanation.h"
#include "ontology/seed.h"
#include "service/log.h"
#include "service/server.h"
#include "service/wire/profiles.h"
#include "tools/bench/course_message.h"
#include "tools/bench/random_clients.h"
#include "tools/bench/random_course.h"
#include "tools/bench/random_profile.h"

namespace braid::bench {
namespace {

using Clock = std::chrono::steady_clock;

class Slots : public graph::SlotAllocator {
 public:
  graph::NodeIndex Take() override { return graph::NodeIndex{next_++}; }

 private:
  std::uint32_t next_ = 0;
};

// What a status or its value holds; a bench on what is shipped has nothing to say to an error but its text.
template <typename T>
T Need(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  fmt::print(stderr, "{}\n", value.status().ToString());
  std::exit(1);
}

graph::SnapshotPtr LoadShipped() {
  const ontology::Seed seed = Need(ontology::ReadSeed(std::string(BRAID_SOURCE_DIR) + "/ontology"));
  const graph::SnapshotPtr empty = graph::Snapshot::Empty();
  Slots slots;
  const auto changes = Need(graph::ValidateChangeSet(*empty, seed.change_set, graph::Revision{1}, slots));
  graph::SnapshotBuilder builder(empty);
  for (const graph::LoggedChange& change : changes) builder.Apply(change, graph::Revision{1});
  return std::move(builder).Build(graph::Revision{1});
}

double Milliseconds(Clock::time_point since) {
  return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
}

double Quantile(std::vector<double> values, std::size_t percent) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, values.size() * percent / 100)];
}

void Report(const std::string& what, const std::vector<double>& times) {
  if (times.empty()) return;
  fmt::print("{:<28} {:>7} {:>9.2f} {:>9.2f} {:>9.2f}\n", what, times.size(), Quantile(times, 50), Quantile(times, 99),
             Quantile(times, 100));
}

void Run(std::uint32_t clients) {
  const graph::SnapshotPtr snapshot = LoadShipped();
  const std::shared_ptr<const ontology::Policy> policy = ontology::PolicyOf(*snapshot);
  Clock::time_point start = Clock::now();
  const ontology::Recommender recommender = Need(ontology::Recommender::Create(snapshot, policy));
  fmt::print("made once a revision: {:.1f} ms", Milliseconds(start));
  std::vector<double> plain, robust, explained;
  double first = 0;
  for (std::uint32_t seed = 1; seed <= clients; ++seed) {
    const ontology::Client client =
        Need(ontology::ReadClient(*snapshot, ontology::RandomProfile(*snapshot, seed), nullptr));
    ontology::RecommendOptions options;
    graph::Budget budget;
    start = Clock::now();
    const ontology::Recommendation answer = Need(recommender.Recommend(client, options, budget));
    plain.push_back(Milliseconds(start));

    options.robustness = true;
    start = Clock::now();
    Need(recommender.Recommend(client, options, budget));
    if (seed == 1) {
      first = Milliseconds(start);
      fmt::print(", with the variants {:.1f} ms\n\n", first);
    } else {
      robust.push_back(Milliseconds(start));
    }

    if (answer.plans.empty()) continue;
    options.robustness = false;
    const ontology::RecommendedPlan& other = answer.plans.back();
    if (other.items.empty()) continue;
    start = Clock::now();
    Need(ontology::Explain(recommender, client, options, other.items.back().benefit.technique, budget));
    explained.push_back(Milliseconds(start));
  }
  fmt::print("{:<28} {:>7} {:>9} {:>9} {:>9}\n", "in the process, ms", "clients", "p50", "p99", "worst");
  Report("Recommend", plain);
  Report("Recommend with variants", robust);
  Report("Explain", explained);
}

// The question that asks to revise `plan` after a course that nobody wrote down.
v1::ReviseRequest RevisionOf(const graph::Snapshot& snapshot, const v1::RecommendRequest& asked, const v1::Plan& plan,
                             std::uint32_t seed) {
  v1::ReviseRequest request;
  *request.mutable_recommend() = asked;
  *request.mutable_recommend()->mutable_in_force_ids() = plan.technique_ids();
  // Where they are at intake: the course says the rest.
  request.mutable_recommend()->mutable_profile()->clear_measures();
  request.mutable_recommend()->mutable_profile()->mutable_alliance()->Clear();
  const std::vector<std::string> in_force(plan.technique_ids().begin(), plan.technique_ids().end());
  const ontology::ClientProfile profile = service::wire::DecodeProfile(request.recommend().profile());
  *request.mutable_course() = MessageOf(ontology::RandomCourse(snapshot, profile, in_force, seed));
  return request;
}

double AskToRevise(v1::PlanService::Stub& stub, const v1::ReviseRequest& request) {
  grpc::ClientContext context;
  v1::ReviseResponse response;
  const Clock::time_point start = Clock::now();
  const grpc::Status status = stub.Revise(&context, request, &response);
  const double took = Milliseconds(start);
  if (!status.ok()) {
    fmt::print(stderr, "{}\n", status.error_message());
    std::exit(1);
  }
  return took;
}

double AskServer(v1::PlanService::Stub& stub, const v1::RecommendRequest& request, v1::RecommendResponse& response) {
  grpc::ClientContext context;
  const Clock::time_point start = Clock::now();
  const grpc::Status status = stub.Recommend(&context, request, &response);
  const double took = Milliseconds(start);
  if (!status.ok()) {
    fmt::print(stderr, "{}\n", status.error_message());
    std::exit(1);
  }
  return took;
}

void RunServer(std::uint32_t clients) {
  const std::string directory = (std::filesystem::temp_directory_path() / "braid_recommend_bench").string();
  std::filesystem::remove_all(directory);
  {
    const auto store = Need(graph::store::Store::Open({.directory = directory}));
    const ontology::Seed seed = Need(ontology::ReadSeed(std::string(BRAID_SOURCE_DIR) + "/ontology"));
    Need(store->Commit(seed.change_set));
    service::ServerOptions options;
    options.listen = "127.0.0.1:0";
    const service::Log log(service::LogLevel::kOff);
    const auto server = Need(service::Server::Start(*store, options, log));
    const auto stub =
        v1::PlanService::NewStub(grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials()));
    const RandomClients random(*store->head());
    std::vector<double> plain, full, robust, revised;
    for (std::uint32_t i = 0; i <= clients; ++i) {
      v1::RecommendRequest request;
      v1::RecommendResponse response, unused;
      *request.mutable_profile() = random.Profile(i);
      std::vector<double> took = {AskServer(*stub, request, response)};
      if (i > 0 && response.recommendation().plans_size() > 0) {
        const v1::Plan& plan = response.recommendation().plans(0);
        revised.push_back(AskToRevise(*stub, RevisionOf(*store->head(), request, plan, i)));
      }
      request.set_robustness(true);
      took.push_back(AskServer(*stub, request, unused));
      request.set_robustness(false);
      request.set_view(v1::VIEW_FULL);
      took.push_back(AskServer(*stub, request, unused));
      if (i == 0) continue;  // connects, and pools the evidence
      plain.push_back(took[0]);
      robust.push_back(took[1]);
      full.push_back(took[2]);
    }
    fmt::print("\n{:<28} {:>7} {:>9} {:>9} {:>9}\n", "through the server, ms", "clients", "p50", "p99", "worst");
    Report("Recommend", plain);
    Report("Recommend, all in full", full);
    Report("Recommend with variants", robust);
    Report("Revise", revised);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace braid::bench

int main(int argc, char** argv) {
  const auto clients = static_cast<std::uint32_t>(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 400);
  if (clients == 0) {
    fmt::print(stderr, "usage: recommend_bench [CLIENTS]\n");
    return 2;
  }
  braid::bench::Run(clients);
  braid::bench::RunServer(clients);
  return 0;
}
