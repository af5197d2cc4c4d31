// How long connecting maps take: all five dimensions of the shipped ontology, in process and through a server; then
// random layers, hub-heavy, 6 edges a node, in which every node may be in a tree.
//
//   build/bin/maps_bench [QUESTIONS] [ONTOLOGY]       (9 questions a line, the folder `ontology`)
//
// Every answer is exact. Random questions have k terminals drawn evenly and no alternatives.
//
// Bars (issue "Paths and connecting maps"): all five dimensions under 50 ms in the server; at most 1 s for k <= 5 at
// 20 000 nodes. The exit status says whether the medians met them.

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "braid/v1/path_service.grpc.pb.h"
#include "graph/budget.h"
#include "graph/connecting_map.h"
#include "graph/store/store.h"
#include "ontology/connecting_map.h"
#include "ontology/policy.h"
#include "ontology/seed.h"
#include "service/log.h"
#include "service/server.h"
#include "tools/bench/generated_graph.h"

namespace braid::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kServerBarMs = 50;
constexpr double kLayerBarMs = 1000;
const char* const kDimensions[] = {"dimension:thoughts", "dimension:emotions", "dimension:behaviours",
                                   "dimension:relationships", "dimension:context"};

[[noreturn]] void Die(const std::string& why) {
  fmt::print(stderr, "maps_bench: {}\n", why);
  std::exit(1);
}

// Prints the median and the worst of `questions` times that `ask`, which returns the work it took, runs; the median.
double Measure(const std::string& what, std::size_t questions, const std::function<std::uint64_t()>& ask) {
  struct Time {
    double milliseconds;
    std::uint64_t work;
  };
  std::vector<Time> times;
  for (std::size_t i = 0; i < questions; ++i) {
    const auto begin = Clock::now();
    const std::uint64_t work = ask();
    times.push_back({std::chrono::duration<double, std::milli>(Clock::now() - begin).count(), work});
  }
  std::sort(times.begin(), times.end(), [](const Time& a, const Time& b) { return a.milliseconds < b.milliseconds; });
  const Time& median = times[questions / 2];
  fmt::print("{:<52} median {:8.2f} ms   worst {:8.2f} ms   {:>10} work units\n", what, median.milliseconds,
             times.back().milliseconds, median.work);
  std::fflush(stdout);
  return median.milliseconds;
}

// --- The shipped ontology.

std::uint64_t AskInProcess(const graph::Snapshot& snapshot, const ontology::Policy& policy, bool alternatives) {
  ontology::MapRequest request;
  request.terminal_ids.assign(std::begin(kDimensions), std::end(kDimensions));
  request.alternatives = alternatives;
  graph::Budget budget;
  auto search = ontology::ConnectingMapSearch::Start(snapshot, policy, request, graph::kMaxTerminals, budget);
  if (!search.ok()) Die(search.status().ToString());
  const auto summary = search->Finish();
  if (!summary.ok() || summary->parts.size() != 1 || summary->parts[0].map->gap > 0) Die("no exact map");
  return summary->work_used;
}

std::uint64_t AskServer(v1::PathService::Stub& stub, bool alternatives) {
  v1::ConnectDimensionsRequest request;
  for (const char* id : kDimensions) request.add_terminal_ids(id);
  request.set_alternatives(alternatives);
  grpc::ClientContext context;
  const auto stream = stub.ConnectDimensions(&context, request);
  v1::ConnectDimensionsResponse part;
  while (stream->Read(&part)) {
  }
  if (const grpc::Status status = stream->Finish(); !status.ok()) Die(status.error_message());
  if (part.summary().completeness().state() != v1::COMPLETENESS_STATE_EXACT) Die("no exact map");
  return static_cast<std::uint64_t>(part.summary().completeness().work_used());
}

bool MeasureShipped(const std::string& ontology_directory, std::size_t questions) {
  const auto seed = ontology::ReadSeed(ontology_directory);
  if (!seed.ok()) Die(seed.status().ToString());
  const std::string directory = (std::filesystem::temp_directory_path() / "braid_maps_bench").string();
  std::filesystem::remove_all(directory);
  bool met = true;
  {
    const auto store = graph::store::Store::Open({.directory = directory});
    if (!store.ok()) Die(store.status().ToString());
    if (const auto done = (*store)->Commit(seed->change_set); !done.ok()) Die(done.status().ToString());
    const graph::SnapshotPtr snapshot = (*store)->head();
    const auto policy = ontology::PolicyOf(*snapshot);

    service::ServerOptions options;
    options.listen = "127.0.0.1:0";
    const service::Log log(service::LogLevel::kOff);
    const auto server = service::Server::Start(**store, options, log);
    if (!server.ok()) Die(server.status().ToString());
    const auto stub =
        v1::PathService::NewStub(grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials()));
    AskServer(*stub, false);  // connects
    for (const bool alternatives : {false, true}) {
      const std::string what = fmt::format("shipped, five dimensions{}", alternatives ? ", alternatives" : "");
      Measure(what + ", in process", questions, [&] { return AskInProcess(*snapshot, *policy, alternatives); });
      met = Measure(what + ", server", questions, [&] { return AskServer(*stub, alternatives); }) < kServerBarMs && met;
    }
  }
  std::filesystem::remove_all(directory);
  return met;
}

// --- Random layers.

std::uint64_t AskAnything(const graph::Snapshot& snapshot, std::size_t k, std::mt19937_64& random) {
  graph::MapQuery query;
  query.alternatives = false;
  for (std::size_t i = 0; i < k; ++i) {
    query.terminals.push_back({graph::NodeIndex{static_cast<std::uint32_t>(random() % snapshot.slot_count())}});
  }
  graph::Budget budget;
  const graph::MapAnswer answer = graph::FindConnectingMap(snapshot, query, budget).value();
  if (!answer.parts.at(0).best.exact()) Die("no exact map");
  return answer.work_used;
}

bool MeasureLayer(std::uint32_t nodes, std::size_t questions) {
  const graph::SnapshotPtr snapshot = GenerateSnapshot({.nodes = nodes});
  bool met = true;
  for (std::size_t k = 3; k <= 6; ++k) {
    std::mt19937_64 random(nodes + k);
    const double median = Measure(fmt::format("{} nodes, {} terminals", nodes, k), questions,
                                  [&] { return AskAnything(*snapshot, k, random); });
    met = met && (k > 5 || median <= kLayerBarMs);
  }
  return met;
}

int Main(int argc, char** argv) {
  const std::size_t questions = argc > 1 ? std::max(1UL, std::strtoul(argv[1], nullptr, 10)) : 9;
  bool met = MeasureShipped(argc > 2 ? argv[2] : "ontology", questions);
  for (const std::uint32_t nodes : {5'000U, 20'000U}) met = MeasureLayer(nodes, questions) && met;
  fmt::print("bars: {} ms in the server, {} ms at 20 000 nodes and k <= 5: {}\n", kServerBarMs, kLayerBarMs,
             met ? "met" : "not met");
  return met ? 0 : 1;
}

}  // namespace
}  // namespace braid::bench

int main(int argc, char** argv) { return braid::bench::Main(argc, argv); }
