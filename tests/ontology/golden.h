// Golden files: what people read, kept as they read it.

#ifndef BRAID_TESTS_ONTOLOGY_GOLDEN_H_
#define BRAID_TESTS_ONTOLOGY_GOLDEN_H_

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"

namespace braid::ontology {

// Compares `text` with tests/ontology/golden/NAME. With BRAID_UPDATE_GOLDEN=1 in the environment it writes the file
// instead: the reviewer reads the difference.
inline void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string path = std::string(BRAID_SOURCE_DIR) + "/tests/ontology/golden/" + name;
  if (const char* update = std::getenv("BRAID_UPDATE_GOLDEN"); update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  const std::string want{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text, want) << "golden file " << name << "; BRAID_UPDATE_GOLDEN=1 rewrites it";
}

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_GOLDEN_H_
