// The outside data of the Metapsy tests: in the directory that BRAID_DATA names or in `data` there, else in
// `../shared/data` beside the repository.

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
  const char* given = std::getenv("BRAID_DATA");
  const std::filesystem::path base = given != nullptr && *given != '\0'
                                         ? std::filesystem::path(given)
                                         : std::filesystem::path(BRAID_SOURCE_DIR) / ".." / "shared";
  return std::filesystem::is_directory(base / "data") ? base / "data" : base;
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
