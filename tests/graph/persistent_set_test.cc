#include "graph/persistent_set.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace braid::graph {
namespace {

struct Item {
  std::uint32_t key = 0;
  std::uint32_t value = 0;
  friend bool operator==(const Item&, const Item&) = default;
};
struct ByKey {
  bool operator()(const Item& a, const Item& b) const { return a.key < b.key; }
  bool operator()(const Item& a, std::uint32_t b) const { return a.key < b; }
  bool operator()(std::uint32_t a, const Item& b) const { return a < b.key; }
};
using Set = PersistentSet<Item, ByKey>;
using Model = std::set<Item, ByKey>;

std::vector<Item> Items(const Set& set) { return {set.begin(), set.end()}; }
std::vector<Item> Items(const Model& model) { return {model.begin(), model.end()}; }

std::vector<Item> Backwards(const Set& set) {
  std::vector<Item> items;
  for (auto it = set.end(); it != set.begin();) items.push_back(*--it);
  return {items.rbegin(), items.rend()};
}

class PersistentSetProperty : public testing::TestWithParam<std::uint64_t> {};

// The oracle is std::set; copies taken on the way must still be what they were at the end.
TEST_P(PersistentSetProperty, BehavesAsStdSetAndKeepsItsCopies) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  std::mt19937_64 random(GetParam());
  const std::uint32_t range = 1U << (1 + random() % 12);
  Set set;
  Model model;
  std::vector<std::pair<Set, Model>> kept;
  for (std::uint32_t i = 0; i < 6000; ++i) {
    const auto key = static_cast<std::uint32_t>(random() % range);
    // Phases of growth and of decay, so that the tree gains and loses levels.
    if (random() % 10 < ((i / 1500) % 2 == 0 ? 8U : 2U)) {
      const bool is_new = model.erase({key, 0}) == 0;
      model.insert({key, i});
      ASSERT_EQ(set.Insert({key, i}), is_new);
    } else {
      ASSERT_EQ(set.Erase(key), model.erase({key, 0}) == 1);
    }
    ASSERT_EQ(set.size(), model.size());
    if (random() % 200 == 0) kept.emplace_back(set, model);
    if (random() % 50 != 0) continue;
    const auto found = model.find({key, 0});
    ASSERT_EQ(set.Find(key) == nullptr, found == model.end());
    if (found != model.end()) {
      ASSERT_EQ(*set.Find(key), *found);
    }
    const auto lower = model.lower_bound({key, 0});
    ASSERT_EQ(set.LowerBound(key) == set.end(), lower == model.end());
    if (lower != model.end()) {
      ASSERT_EQ(*set.LowerBound(key), *lower);
    }
    const auto upper = model.upper_bound({key, 0});
    ASSERT_EQ(set.UpperBound(key) == set.end(), upper == model.end());
    if (upper != model.end()) {
      ASSERT_EQ(*set.UpperBound(key), *upper);
    }
  }
  kept.emplace_back(set, model);
  for (const auto& [copy, was] : kept) {
    ASSERT_EQ(Items(copy), Items(was));
    ASSERT_EQ(Backwards(copy), Items(was));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PersistentSetProperty, testing::Range<std::uint64_t>(1, 25));

TEST(PersistentSet, BuildsFromSortedInputWhatInsertionBuilds) {
  for (std::uint32_t size : {0U, 1U, 31U, 32U, 33U, 63U, 64U, 65U, 1000U, 1024U, 1025U, 40'000U}) {
    SCOPED_TRACE(testing::Message() << "size " << size);
    std::vector<Item> sorted;
    Set inserted;
    for (std::uint32_t i = 0; i < size; ++i) {
      sorted.push_back({2 * i, i});
      inserted.Insert(sorted.back());
    }
    Set built = Set::FromSorted(sorted);
    EXPECT_EQ(Items(built), Items(inserted));
    EXPECT_EQ(Backwards(built), sorted);
    // It is a set as any other: take every second element out, put the odd ones in.
    for (std::uint32_t i = 0; i < size; i += 2) ASSERT_TRUE(built.Erase(2 * i));
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_TRUE(built.Insert({2 * i + 1, i}));
    ASSERT_EQ(built.size(), size - (size + 1) / 2 + size);
    ASSERT_TRUE(std::is_sorted(built.begin(), built.end(), ByKey{}));
  }
}

// Elements may be pointers that die with the last set that holds them: no stale copy of one may guide a search.
TEST(PersistentSet, LooksAtNoElementThatWasErased) {
  struct Less {
    bool operator()(const std::uint32_t* a, const std::uint32_t* b) const { return *a < *b; }
  };
  std::mt19937_64 random(7);
  PersistentSet<const std::uint32_t*, Less> set;
  std::vector<std::unique_ptr<std::uint32_t>> alive(2000);
  for (int i = 0; i < 40'000; ++i) {
    const auto key = static_cast<std::uint32_t>(random() % alive.size());
    if (alive[key] == nullptr) {
      alive[key] = std::make_unique<std::uint32_t>(key);
      ASSERT_TRUE(set.Insert(alive[key].get()));
    } else {
      ASSERT_TRUE(set.Erase(alive[key].get()));
      alive[key] = nullptr;  // a sanitizer sees any later look at it
    }
  }
  std::size_t left = 0;
  for (const auto& value : alive) left += value != nullptr ? 1 : 0;
  EXPECT_EQ(set.size(), left);
}

TEST(PersistentSet, LetsCopiesBeEditedFromDifferentThreads) {
  Set base;
  for (std::uint32_t i = 0; i < 5000; ++i) base.Insert({i, 0});
  std::vector<Set> copies(2, base);
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 2; ++t) {
    threads.emplace_back([&copies, t] {
      for (std::uint32_t i = t; i < 5000; i += 2) copies[t].Erase(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(base.size(), 5000U);
  for (std::uint32_t t = 0; t < 2; ++t) {
    ASSERT_EQ(copies[t].size(), 2500U);
    for (const Item& item : copies[t]) ASSERT_EQ(item.key % 2, 1 - t);
  }
}

}  // namespace
}  // namespace braid::graph
