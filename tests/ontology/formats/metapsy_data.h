// The outside data of the Metapsy tests: BRAID_DATA, or `../shared/data` beside the repository.

#ifndef BRAID_TESTS_ONTOLOGY_FORMATS_METAPSY_DATA_H_
#define BRAID_TESTS_ONTOLOGY_FORMATS_METAPSY_DATA_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"

namespace braid::ontology {

inline constexpr char kNoMetapsyData[] =
    "the Metapsy tables are not here: put them into ../shared/data, or name their folder in BRAID_DATA";

inline std::filesystem::path OutsideData() {
  const char* data = std::getenv("BRAID_DATA");
  if (data != nullptr && *data != '\0') return data;
  return std::filesystem::path(BRAID_SOURCE_DIR) / "../shared/data";
}

inline bool MetapsyDataIsThere() { return std::filesystem::exists(OutsideData() / "metapsy"); }
inline bool PublishedDataIsThere() { return std::filesystem::exists(OutsideData() / "metapsy-pooled"); }

inline std::string ReadOutsideFile(const std::string& name) {
  std::ifstream in(OutsideData() / name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_FORMATS_METAPSY_DATA_H_
