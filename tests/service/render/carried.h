// That a document and its losses together leave no field of a recommendation out.

#ifndef BRAID_TESTS_SERVICE_RENDER_CARRIED_H_
#define BRAID_TESTS_SERVICE_RENDER_CARRIED_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "service/render/plan_document.h"
#include "tests/service/render/sample.h"

namespace braid::service {

// A recommendation with something in every field, whose ids are at home in it: the technique of its plan is explained,
// and `nodes` has one for it.
inline v1::Recommendation Everything() {
  v1::Recommendation all;
  FillEveryField(all);
  const std::string technique = all.plans(0).technique_ids(0);
  all.mutable_techniques(0)->set_technique_id(technique);
  all.mutable_techniques(0)->mutable_evidence(0)->set_evidence_ids(0, technique);  // one node for both
  all.mutable_nodes(0)->set_id(technique);
  all.set_equally_good_count(1);
  all.mutable_exclusions(0)->set_reason(v1::EXCLUSION_REASON_FLAG);
  // One more that is as good, so that counting it matters.
  *all.add_plans() = all.plans(0);
  all.mutable_plans(1)->set_technique_ids(0, "technique of the other plan");
  return all;
}

// The part of service/render/README.md under `heading`.
inline std::string ReadmeSection(const std::string& heading) {
  std::ifstream in(std::string(BRAID_SOURCE_DIR) + "/service/render/README.md", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::size_t begin = text.find("\n## " + heading + "\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find("\n## ", begin + 1) - begin);
}

// Whether it names the field, or a message around it.
inline bool Names(const std::string& section, std::string path) {
  while (true) {
    if (section.find("`" + path + "`") != std::string::npos) return true;
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos) return false;
    path.resize(dot);
  }
}

// Every leaf of Everything() is named by a loss; or the document changes with it and, where it is a text, holds it, or
// its label where it is an id that has one, and the README says under `heading` where it is.
inline void ExpectCarriedOrLost(const std::string& heading,
                                const std::function<PlanDocument(const v1::Recommendation&)>& draw) {
  const std::string readme = ReadmeSection(heading);
  v1::Recommendation all = Everything();
  const PlanDocument document = draw(all);
  const auto is_lost = [&](const std::string& path) {
    return std::any_of(document.losses.begin(), document.losses.end(), [&](const v1::RenderLoss& loss) {
      return path == loss.field() || path.rfind(loss.field() + ".", 0) == 0;
    });
  };
  int carried = 0;
  int lost = 0;
  std::vector<std::string> seen;
  ForEachLeaf(all, [&](const Leaf& leaf) {
    if (std::find(seen.begin(), seen.end(), leaf.path) != seen.end()) return;  // the second plan
    seen.push_back(leaf.path);
    if (is_lost(leaf.path)) {
      ++lost;
      return;
    }
    ++carried;
    EXPECT_TRUE(Names(readme, leaf.path)) << leaf.path << " is missing in service/render/README.md";
    const std::string text = leaf.text() == all.nodes(0).id() ? all.nodes(0).preferred_label() : leaf.text();
    EXPECT_TRUE(document.content.find(text) != std::string::npos) << leaf.path << ": " << text;
    const std::unique_ptr<google::protobuf::Message> before(leaf.message->New());
    before->CopyFrom(*leaf.message);
    leaf.Change();
    EXPECT_TRUE(draw(all).content != document.content) << leaf.path << " is neither carried nor named as lost";
    leaf.message->CopyFrom(*before);
  });
  EXPECT_GT(carried, 30);
  EXPECT_GT(lost, 10);
}

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_RENDER_CARRIED_H_
