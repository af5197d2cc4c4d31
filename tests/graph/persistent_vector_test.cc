#include "graph/persistent_vector.h"

#include <gtest/gtest.h>

#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace braid::graph {
namespace {

struct Value : boost::intrusive_ref_counter<Value> {
  explicit Value(std::uint64_t number_in) : number(number_in) {}
  std::uint64_t number;
};
using Vector = PersistentVector<Value>;
using Model = std::map<std::size_t, std::uint64_t>;  // absent: null

void ExpectEqual(const Vector& vector, const Model& model, std::size_t range) {
  for (std::size_t i = 0; i < range; ++i) {
    const auto want = model.find(i);
    const Value* got = vector.Get(i);
    ASSERT_EQ(got == nullptr, want == model.end()) << i;
    if (got != nullptr) {
      ASSERT_EQ(got->number, want->second) << i;
    }
  }
}

class PersistentVectorProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PersistentVectorProperty, KeepsWhatWasSetAndItsCopiesWhatTheyWere) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  std::mt19937_64 random(GetParam());
  Vector vector;
  Model model;
  std::vector<std::pair<Vector, Model>> kept;
  constexpr std::size_t kRange = Vector::kFanout * Vector::kFanout + 500;  // three levels at the end
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const std::size_t index = random() % (i < 1000 ? 50 : kRange);
    if (random() % 4 == 0) {
      vector.Set(index, nullptr);
      model.erase(index);
    } else {
      vector.Set(index, Vector::Element(new Value(i)));
      model[index] = i;
    }
    if (random() % 300 == 0) kept.emplace_back(vector, model);
  }
  kept.emplace_back(vector, model);
  for (const auto& [copy, was] : kept) ExpectEqual(copy, was, kRange + 10);
  EXPECT_EQ(vector.Get(std::size_t{1} << 40U), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PersistentVectorProperty, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace braid::graph
