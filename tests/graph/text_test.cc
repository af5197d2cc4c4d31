#include "graph/text.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "gtest/gtest.h"

namespace braid::graph {
namespace {

// --- NormalizeLabel

TEST(NormalizeLabel, ComparesAsAReaderWould) {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"  !?  ", ""},
      {"Cognitive Restructuring", "cognitive restructuring"},
      {"  cognitive--restructuring.\t", "cognitive restructuring"},
      {"Beck's (1979)", "beck s 1979"},
      {"EMDR", "emdr"},
      // Diacritics, composed and not.
      {"Café", "cafe"},
      {"Cafe\xCC\x81", "cafe"},
      {"Ångström", "angstrom"},
      {"Việt Nam", "viet nam"},
      {"Йога", "иога"},
      // Width and compatibility.
      {"ＥＭＤＲ　２", "emdr 2"},
      {"ﬁxed", "fixed"},
      {"x²", "x2"},
      {"Ⅳ", "iv"},
      {"a\xC2\xA0"
       "b",
       "a b"},
      // Case that is more than a shift.
      {"Straße", "strasse"},
      {"STRASSE", "strasse"},
      {"ΣΊΣΥΦΟΣ", "σισυφοσ"},
      {"σίσυφος", "σισυφοσ"},
      // The Turkish i: the dotted capital is an i, the dotless small one stays what it is.
      {"İstanbul", "istanbul"},
      {"DİYARBAKIR", "diyarbakir"},
      {"ı", "ı"},
      // Scripts without case; marks that make another letter stay.
      {"森田療法", "森田療法"},
      {"カウンセリング", "カウンセリング"},
      {"ｶﾞ", "ガ"},
      {"がん", "がん"},
      {"हिन्दी", "हिन्दी"},
      {"שָׁלוֹם", "שלום"},
      {"مُحَمَّد", "محمد"},
      {"ไทย ที่", "ไทย ที่"},
      // Not text.
      {"a\xFF"
       "b",
       "a b"},
      {"a\xC3", "a"},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(NormalizeLabel(text), want) << text;
}

std::string ToUtf8(UChar32 c) {
  std::string utf8;
  icu::UnicodeString(c).toUTF8String(utf8);
  return utf8;
}

// A letter of another script at the end makes the text take the long way.
TEST(NormalizeLabel, AsciiTakesAShortCutToTheSameForm) {
  for (char a = 1; a < std::numeric_limits<char>::max(); ++a) {
    for (const char b : {'x', 'Y', ' ', '_', '7'}) {
      const std::string text = {b, a, b, a};
      std::string longer = NormalizeLabel(text + " é");
      ASSERT_GE(longer.size(), 1U);
      longer.pop_back();
      if (!longer.empty()) longer.pop_back();
      EXPECT_EQ(NormalizeLabel(text), longer) << testing::PrintToString(text);
    }
  }
}

TEST(NormalizeLabel, IsIdempotentForEveryCharacter) {
  for (UChar32 c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string once = NormalizeLabel(ToUtf8(c));
    ASSERT_EQ(NormalizeLabel(once), once) << fmt::format("U+{:04X}", static_cast<unsigned>(c));
    ASSERT_TRUE(IsValidUtf8(once));
  }
}

TEST(NormalizeLabel, IsIdempotentForRandomText) {
  constexpr unsigned kSeed = 2025;
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  std::mt19937 random(kSeed);
  const std::pair<int, int> blocks[] = {{0x20, 0x7E},     {0xA0, 0x24F},    {0x300, 0x36F},   {0x370, 0x5FF},
                                        {0x600, 0x6FF},   {0x900, 0x97F},   {0xE00, 0xE7F},   {0x1100, 0x11FF},
                                        {0x1E00, 0x1FFF}, {0x3040, 0x30FF}, {0x4E00, 0x4EFF}, {0xFF00, 0xFFEF}};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 6; ++i) {
      const auto [low, high] = blocks[random() % std::size(blocks)];
      text += ToUtf8(std::uniform_int_distribution<int>(low, high)(random));
    }
    const std::string once = NormalizeLabel(text);
    ASSERT_EQ(NormalizeLabel(once), once) << text;
  }
}

// --- EditDistance

// Optimal string alignment as it is defined: by recursion on what the last edit was.
std::size_t Oracle(std::string_view a, std::string_view b,
                   std::map<std::pair<std::size_t, std::size_t>, std::size_t>& memo) {
  if (a.empty() || b.empty()) return std::max(a.size(), b.size());
  const auto key = std::pair(a.size(), b.size());
  if (const auto known = memo.find(key); known != memo.end()) return known->second;
  const auto shorter = [](std::string_view text, std::size_t n) { return text.substr(0, text.size() - n); };
  std::size_t best = std::min(Oracle(shorter(a, 1), b, memo), Oracle(a, shorter(b, 1), memo)) + 1;
  best = std::min(best, Oracle(shorter(a, 1), shorter(b, 1), memo) + (a.back() == b.back() ? 0U : 1U));
  if (a.size() > 1 && b.size() > 1 && a.back() == b[b.size() - 2] && a[a.size() - 2] == b.back()) {
    best = std::min(best, Oracle(shorter(a, 2), shorter(b, 2), memo) + 1);
  }
  return memo[key] = best;
}

std::size_t Oracle(std::string_view a, std::string_view b) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> memo;
  return Oracle(a, b, memo);
}

TEST(EditDistance, EqualsItsDefinitionUpToTheLimit) {
  constexpr unsigned kSeed = 7;
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  std::mt19937 random(kSeed);
  const auto word = [&] {
    std::string text;
    for (std::size_t n = random() % 9; n > 0; --n) text.push_back(static_cast<char>('a' + random() % 3));
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    const std::string a = word();
    const std::string b = word();
    const std::size_t limit = random() % 10;
    const std::size_t want = std::min(Oracle(a, b), limit + 1);
    ASSERT_EQ(EditDistance(a, b, limit), want) << a << " " << b << " limit " << limit;
    ASSERT_EQ(EditDistance(b, a, limit), want) << "not symmetric: " << a << " " << b << " limit " << limit;
  }
}

TEST(EditDistance, CountsASwapOfNeighboursOnce) {
  EXPECT_EQ(EditDistance("exposure", "expsoure", 5), 1U);
  EXPECT_EQ(EditDistance("ca", "abc", 5), 3U) << "optimal string alignment, not unrestricted Damerau";
}

TEST(EditDistance, TakesAnyLimit) {
  EXPECT_EQ(EditDistance("kitten", "sitting", std::numeric_limits<std::size_t>::max()), 3U);
  EXPECT_EQ(EditDistance("kitten", "sitting", 0), 1U);
  EXPECT_EQ(EditDistance("", "", 0), 0U);
  EXPECT_EQ(EditDistance(std::string(10'000, 'a'), std::string(10'000, 'b'), 3), 4U);
}

// --- The rest

TEST(IsValidUtf8, TakesUtf8AndNothingElse) {
  for (const std::string text : {"", "a", "é", "治", "\xF0\x9F\x99\x82"}) EXPECT_TRUE(IsValidUtf8(text)) << text;
  EXPECT_TRUE(IsValidUtf8(std::string("a\0b", 3)));
  const std::string bad[] = {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xFF", "\xE6\xB2"};
  for (const std::string& text : bad) EXPECT_FALSE(IsValidUtf8(text)) << testing::PrintToString(text);
}

TEST(Printable, CutsLongTextAtACharacterAndHidesWhatIsNone) {
  EXPECT_EQ(Printable("technique:exposure"), "technique:exposure");
  EXPECT_EQ(Printable("a\nb\xFF"), "a\uFFFDb\uFFFD");
  EXPECT_EQ(Printable("aé", 2), "a…") << "the é does not fit";
  EXPECT_EQ(Printable("aé", 3), "aé");
  EXPECT_TRUE(IsValidUtf8(Printable(std::string(1000, '\xE6'))));
}

}  // namespace
}  // namespace braid::graph
