// Golden files: what people read, kept as they read it.

#ifndef BRAID_TESTS_GOLDEN_H_
#define BRAID_TESTS_GOLDEN_H_

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"

namespace braid::test {

// Compares `text` with the file `path`, named from tests/. With BRAID_UPDATE_GOLDEN=1 in the environment it writes the
// file instead: the reviewer reads the difference.
inline void ExpectGolden(const std::string& path, const std::string& text) {
  const std::string file = std::string(BRAID_SOURCE_DIR) + "/tests/" + path;
  if (const char* update = std::getenv("BRAID_UPDATE_GOLDEN"); update != nullptr && std::string(update) == "1") {
    std::ofstream(file, std::ios::binary) << text;
    return;
  }
  std::ifstream in(file, std::ios::binary);
  const std::string want{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text, want) << "golden file tests/" << path << "; BRAID_UPDATE_GOLDEN=1 rewrites it";
}

}  // namespace braid::test

#endif  // BRAID_TESTS_GOLDEN_H_
