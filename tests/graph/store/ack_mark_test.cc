// The acknowledged mark: no single fault in it hides a lost revision.

#include "graph/store/ack_mark.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "graph/error.h"
#include "graph/store/codec.h"
#include "tests/graph/store/store_test_support.h"
#include "tests/temporary_directory.h"

namespace braid::graph::store {
namespace {

class AckMarkTest : public testing::Test {
 protected:
  static Mark MarkAt(std::uint64_t revision) {
    return {kFormatVersion, UuidBytes(TestId(1, 1)), Revision{revision}, {revision, ~revision}};
  }
  std::string Bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void SetBytes(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  test::TemporaryDirectory directory_;
  std::string path_ = directory_.path() + "/mark";
};

TEST_F(AckMarkTest, IsAbsentUntilItIsMade) { EXPECT_EQ(AckMark::Read(path_).value(), std::nullopt); }

TEST_F(AckMarkTest, KeepsTheLastMark) {
  AckMark mark = AckMark::Open(path_, MarkAt(0)).value();
  EXPECT_EQ(AckMark::Read(path_).value(), MarkAt(0));
  for (std::uint64_t revision = 1; revision < 5; ++revision) {
    ASSERT_TRUE(mark.Write(MarkAt(revision)).ok());
    EXPECT_EQ(AckMark::Read(path_).value(), MarkAt(revision));
  }
  AckMark again = AckMark::Open(path_, MarkAt(0)).value();
  EXPECT_EQ(AckMark::Read(path_).value(), MarkAt(4)) << "opening must not write";
}

TEST_F(AckMarkTest, SurvivesEveryFlippedBitWithoutLosingTheMark) {
  ASSERT_TRUE(AckMark::Open(path_, MarkAt(0)).value().Write(MarkAt(9)).ok());
  const std::string whole = Bytes();
  for (const std::size_t slot : {std::size_t{0}, AckMark::kSlotDistance}) {
    for (std::size_t bit = 0; bit < AckMark::kSlotBytes * 8; ++bit) {
      std::string damaged = whole;
      char& byte = damaged[slot + bit / 8];
      byte = static_cast<char>(byte ^ (1 << bit % 8));
      SetBytes(damaged);
      ASSERT_EQ(AckMark::Read(path_).value(), MarkAt(9)) << "slot at " << slot << ", bit " << bit;
    }
  }
}

TEST_F(AckMarkTest, TakesTheGreaterSlotAfterACrashBetweenTheTwo) {
  AckMark mark = AckMark::Open(path_, MarkAt(4)).value();
  const std::string old = Bytes();
  ASSERT_TRUE(mark.Write(MarkAt(5)).ok());
  SetBytes(Bytes().substr(0, AckMark::kSlotDistance) + old.substr(AckMark::kSlotDistance));
  EXPECT_EQ(AckMark::Read(path_).value(), MarkAt(5));
}

TEST_F(AckMarkTest, IsDamagedWhereNoSlotIsWhole) {
  ASSERT_TRUE(AckMark::Open(path_, MarkAt(3)).ok());
  std::string bytes = Bytes();
  bytes[40] = static_cast<char>(bytes[40] ^ 1);
  SetBytes(bytes.substr(0, AckMark::kSlotDistance));
  EXPECT_EQ(ReasonOf(AckMark::Read(path_).status()), Reason::kStoreDamaged);
  SetBytes("");
  EXPECT_EQ(ReasonOf(AckMark::Read(path_).status()), Reason::kStoreDamaged);
}

TEST_F(AckMarkTest, IsDamagedWhereItsSlotsBelongToTwoStores) {
  ASSERT_TRUE(AckMark::Open(path_, MarkAt(3)).ok());
  const std::string first = Bytes();
  Mark other = MarkAt(3);
  other.store_id = UuidBytes(TestId(2, 2));
  ASSERT_TRUE(AckMark::Open(path_, other).value().Write(other).ok());
  SetBytes(first.substr(0, AckMark::kSlotDistance) + Bytes().substr(AckMark::kSlotDistance));
  EXPECT_EQ(ReasonOf(AckMark::Read(path_).status()), Reason::kStoreDamaged);
}

}  // namespace
}  // namespace braid::graph::store
