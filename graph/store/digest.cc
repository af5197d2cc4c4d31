#include "graph/store/digest.h"

#include <xxhash.h>

namespace braid::graph::store {

Digest128 HashRow(std::string_view key, std::string_view value) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(value.data(), value.size(), XXH3_64bits(key.data(), key.size()));
  return {hash.high64, hash.low64};
}

Digest128 HashBytes(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

void TableDigest::Add(std::string_view key, std::string_view value) {
  const Digest128 row = HashRow(key, value);
  sum.low += row.low;
  sum.high += row.high + (sum.low < row.low ? 1 : 0);
  ++row_count;
}

void TableDigest::Subtract(std::string_view key, std::string_view value) {
  const Digest128 row = HashRow(key, value);
  const std::uint64_t borrow = sum.low < row.low ? 1 : 0;
  sum.low -= row.low;
  sum.high -= row.high + borrow;
  --row_count;
}

}  // namespace braid::graph::store
