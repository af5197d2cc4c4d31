// Chance for what nobody wrote down: the same seed, the same on every machine.

#ifndef BRAID_TOOLS_BENCH_DICE_H_
#define BRAID_TOOLS_BENCH_DICE_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace braid {

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % static_cast<std::uint32_t>(n)); }
  int Between(int least, int most) { return least + Below(most - least + 1); }
  bool OneIn(int n) { return Below(n) == 0; }
  const std::string& One(const std::vector<std::string>& ids) {
    return ids[static_cast<std::size_t>(Below(static_cast<int>(ids.size())))];
  }
  // At most `most` of them, each once.
  std::vector<std::string> Some(std::vector<std::string> ids, int most) {
    const auto count = static_cast<std::size_t>(Below(most + 1));
    for (std::size_t i = 0; i < count; ++i) {
      std::swap(ids[i], ids[i + static_cast<std::size_t>(Below(static_cast<int>(ids.size() - i)))]);
    }
    ids.resize(count);
    return ids;
  }
  // A value of an enum that goes on from 0 without a gap.
  template <typename Enum>
  Enum Value(int count) {
    return static_cast<Enum>(Below(count));
  }

 private:
  std::mt19937 random_;
};

}  // namespace braid

#endif  // BRAID_TOOLS_BENCH_DICE_H_
