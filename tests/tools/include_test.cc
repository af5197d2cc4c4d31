// The layers, kept by reading `#include` lines. The arrows are those of the architecture: tools -> service -> ontology
// -> graph, and no layer names one above it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

// What somebody may not include. All else (the standard library, Abseil, fmt, …) is open to everyone. The longest match
// counts: who may include `graph/` may not, by that alone, include `graph/store/`.
constexpr std::string_view kGuarded[] = {"graph/",        "graph/store/",     "ontology/",   "service/",
                                         "service/wire/", "service/replica/", "tools/",      "tests/",
                                         "braid/v1/",     "braid/storage/",   "google/rpc/", "google/protobuf/",
                                         "grpc",          "rocksdb/",         "boost/graph/"};

// Which of these the files of a folder may include, by how their names begin and end. The longest beginning counts.
struct Arrow {
  std::string_view from;
  std::string_view suffix;
  std::vector<std::string_view> to;
};

const std::vector<Arrow>& Arrows() {
  static const std::vector<Arrow> arrows = {
      {"graph/", ".h", {"graph/"}},
      {"graph/", ".cc", {"graph/", "boost/graph/"}},
      // The face that a snapshot shows to Boost.Graph, kept apart for the sake of all other headers.
      {"graph/snapshot_bgl", ".h", {"graph/", "boost/graph/"}},
      // What the searches ask of any graph.
      {"graph/search_view", ".h", {"graph/", "boost/graph/"}},
      {"graph/store/", ".h", {"graph/", "graph/store/"}},
      {"graph/store/", ".cc", {"graph/", "graph/store/", "braid/storage/", "google/protobuf/", "rocksdb/"}},

      {"ontology/", ".h", {"graph/", "ontology/"}},
      {"ontology/", ".cc", {"graph/", "ontology/"}},
      // The text forms of schema and policy are the only messages that the ontology reads.
      {"ontology/text_form", ".cc", {"graph/", "ontology/", "google/protobuf/"}},
      {"ontology/policy", ".cc", {"graph/", "ontology/", "braid/v1/", "google/protobuf/"}},
      {"ontology/schema_text", ".cc", {"graph/", "ontology/", "braid/v1/", "google/protobuf/"}},

      {"service/wire/",
       "",
       {"graph/", "ontology/", "service/wire/", "braid/v1/", "google/rpc/", "google/protobuf/", "grpc"}},
      {"service/replica/",
       "",
       {"graph/", "ontology/", "service/wire/", "service/replica/", "braid/v1/", "google/rpc/", "google/protobuf/",
        "grpc"}},
      {"service/",
       "",
       {"graph/", "graph/store/", "ontology/", "service/", "service/wire/", "braid/v1/", "google/rpc/",
        "google/protobuf/", "grpc"}},

      {"tools/",
       "",
       {"graph/", "graph/store/", "ontology/", "service/", "service/wire/", "service/replica/", "tools/", "braid/v1/",
        "google/rpc/", "google/protobuf/", "grpc"}},
      // A benchmark compares with the store and the searches that ours are built on.
      {"tools/bench/",
       "",
       {"graph/", "graph/store/", "ontology/", "service/", "service/wire/", "service/replica/", "tools/", "braid/v1/",
        "google/rpc/", "google/protobuf/", "grpc", "rocksdb/", "boost/graph/"}},

      {"tests/", "", {std::begin(kGuarded), std::end(kGuarded)}},
  };
  return arrows;
}

const Arrow* ArrowFrom(std::string_view file) {
  const Arrow* found = nullptr;
  for (const Arrow& arrow : Arrows()) {
    if (!file.starts_with(arrow.from) || !file.ends_with(arrow.suffix)) continue;
    if (found == nullptr || arrow.from.size() > found->from.size()) found = &arrow;
  }
  return found;
}

// The guarded name that `header` falls under; empty where it is open to everyone.
std::string_view GuardOf(std::string_view header) {
  if (header.ends_with(".grpc.pb.h")) return "grpc";
  std::string_view longest;
  for (const std::string_view guarded : kGuarded) {
    if (header.starts_with(guarded) && guarded.size() > longest.size()) longest = guarded;
  }
  return longest;
}

bool MayInclude(std::string_view file, std::string_view header) {
  const std::string_view guard = GuardOf(header);
  if (guard.empty()) return true;
  const Arrow* arrow = ArrowFrom(file);
  return arrow != nullptr && std::find(arrow->to.begin(), arrow->to.end(), guard) != arrow->to.end();
}

// One line for each include of `text`, the content of `file`, that breaks the rules.
std::vector<std::string> Breaches(const std::string& file, const std::string& text) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<std::string> breaches;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string header = match[1];
    const std::string where = file + ":" + std::to_string(number) + ": ";
    if (header.starts_with(".")) {
      breaches.push_back(where + "\"" + header + "\" is not named from the root");
    } else if (!MayInclude(file, header)) {
      breaches.push_back(where + header + " is not open to " + file);
    }
  }
  return breaches;
}

std::vector<fs::path> SourcesUnder(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string suffix = entry.path().extension().string();
    if (suffix == ".h" || suffix == ".cc") files.push_back(entry.path());
  }
  return files;
}

TEST(Include, EveryFileKeepsToTheArrows) {
  const fs::path root = BRAID_SOURCE_DIR;
  for (const char* folder : {"graph", "ontology", "service", "tools", "tests"}) {
    const std::vector<fs::path> files = SourcesUnder(root / folder);
    EXPECT_FALSE(files.empty()) << "no source was found in " << folder;
    for (const fs::path& file : files) {
      std::ifstream in(file);
      std::ostringstream text;
      text << in.rdbuf();
      ASSERT_TRUE(in.good()) << file;
      for (const std::string& breach : Breaches(fs::relative(file, root).string(), text.str())) ADD_FAILURE() << breach;
    }
  }
}

struct IncludeCase {
  std::string_view name;
  std::string file;
  std::string line;
  bool allowed;
};

class IncludeRuleTest : public testing::TestWithParam<IncludeCase> {};

TEST_P(IncludeRuleTest, CatchesExactlyWhatIsNotAllowed) {
  const IncludeCase& c = GetParam();
  const std::vector<std::string> breaches = Breaches(c.file, "#include <vector>\n\n" + c.line + "\n");
  ASSERT_EQ(breaches.size(), c.allowed ? 0U : 1U) << c.file << " " << c.line;
  for (const std::string& breach : breaches) EXPECT_TRUE(breach.starts_with(c.file + ":3: ")) << breach;
}

INSTANTIATE_TEST_SUITE_P(
    All, IncludeRuleTest,
    testing::Values(
        IncludeCase{"graph_may_not_look_up", "graph/paths.cc", "#include \"ontology/policy.h\"", false},
        IncludeCase{"graph_may_not_see_its_store", "graph/paths.cc", "#include \"graph/store/store.h\"", false},
        IncludeCase{"graph_may_not_see_messages", "graph/paths.cc", "#include \"braid/v1/path.pb.h\"", false},
        IncludeCase{"graph_may_use_boost_graph", "graph/paths.cc", "#include <boost/graph/graph_traits.hpp>", true},
        IncludeCase{"a_graph_header_hides_boost_graph", "graph/paths.h", "#include <boost/graph/graph_traits.hpp>",
                    false},
        IncludeCase{"the_boost_face_may_not_hide_it", "graph/snapshot_bgl.h", "#include <boost/graph/graph_traits.hpp>",
                    true},
        IncludeCase{"the_store_may_use_the_graph", "graph/store/store.h", "#include \"graph/snapshot.h\"", true},
        IncludeCase{"a_store_header_hides_rocksdb", "graph/store/store.h", "#include <rocksdb/db.h>", false},
        IncludeCase{"a_store_source_uses_rocksdb", "graph/store/store.cc", "#include <rocksdb/db.h>", true},
        IncludeCase{"a_store_header_hides_records", "graph/store/codec.h", "#include \"braid/storage/v1/records.pb.h\"",
                    false},
        IncludeCase{"a_store_source_uses_records", "graph/store/codec.cc", "#include \"braid/storage/v1/records.pb.h\"",
                    true},
        IncludeCase{"a_store_source_may_not_see_the_api", "graph/store/codec.cc", "#include \"braid/v1/node.pb.h\"",
                    false},
        IncludeCase{"the_store_may_not_speak_grpc", "graph/store/store.cc", "#include <grpcpp/grpcpp.h>", false},
        IncludeCase{"ontology_may_use_the_graph", "ontology/lookup.h", "#include \"graph/snapshot.h\"", true},
        IncludeCase{"ontology_may_not_see_the_store", "ontology/seed.cc", "#include \"graph/store/store.h\"", false},
        IncludeCase{"ontology_may_not_look_up", "ontology/lookup.cc", "#include \"service/server.h\"", false},
        IncludeCase{"ontology_may_not_use_rocksdb", "ontology/seed.cc", "#include \"rocksdb/db.h\"", false},
        IncludeCase{"ontology_may_not_speak_grpc", "ontology/lookup.cc", "#include <grpcpp/channel.h>", false},
        IncludeCase{"an_ontology_header_hides_messages", "ontology/policy.h", "#include \"braid/v1/policy.pb.h\"",
                    false},
        IncludeCase{"the_policys_source_reads_its_text", "ontology/policy.cc", "#include \"braid/v1/policy.pb.h\"",
                    true},
        IncludeCase{"other_ontology_sources_see_no_message", "ontology/lookup.cc", "#include \"braid/v1/node.pb.h\"",
                    false},
        IncludeCase{"the_policys_source_may_not_speak_grpc", "ontology/policy.cc",
                    "#include \"braid/v1/lookup_service.grpc.pb.h\"", false},
        IncludeCase{"wire_may_not_see_the_server", "service/wire/node.cc", "#include \"service/server.h\"", false},
        IncludeCase{"wire_may_see_messages", "service/wire/node.h", "#include \"braid/v1/node.pb.h\"", true},
        IncludeCase{"wire_may_see_error_details", "service/wire/error.cc", "#include \"google/rpc/status.pb.h\"", true},
        IncludeCase{"the_replica_may_not_see_the_server", "service/replica/replica.cc", "#include \"service/server.h\"",
                    false},
        IncludeCase{"the_service_may_not_see_rocksdb", "service/server.cc", "#include <rocksdb/db.h>", false},
        IncludeCase{"the_service_may_not_see_records", "service/server.cc",
                    "#include \"braid/storage/v1/records.pb.h\"", false},
        IncludeCase{"the_service_may_open_the_store", "service/server.cc", "#include \"graph/store/store.h\"", true},
        IncludeCase{"nobody_sees_the_tests", "tools/braid/main.cc", "#include \"tests/graph/draw.h\"", false},
        IncludeCase{"nobody_sees_the_programs", "service/server.cc", "#include \"tools/braid/table.h\"", false},
        IncludeCase{"tests_see_everything", "tests/graph/store/store_test.cc", "#include \"rocksdb/db.h\"", true},
        IncludeCase{"a_folder_without_an_arrow_sees_nothing", "console/page.cc", "#include \"graph/ids.h\"", false},
        IncludeCase{"an_indented_include_counts", "graph/paths.cc", "  #  include <grpcpp/grpcpp.h>", false},
        IncludeCase{"a_comment_does_not", "graph/paths.cc", "// #include <grpcpp/grpcpp.h>", true},
        IncludeCase{"a_neighbour_is_named_from_the_root", "graph/paths.cc", "#include \"../graph/paths.h\"", false}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
