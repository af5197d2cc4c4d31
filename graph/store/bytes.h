// Numbers as bytes: big endian in keys, so that bytes sort as numbers do; little endian in values.

#ifndef BRAID_GRAPH_STORE_BYTES_H_
#define BRAID_GRAPH_STORE_BYTES_H_

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace braid::graph::store {

template <std::unsigned_integral T>
void AppendBigEndian(T value, std::string& out) {
  for (std::size_t shift = sizeof(T) * 8; shift > 0; shift -= 8) out.push_back(static_cast<char>(value >> (shift - 8)));
}

// REQUIRES: bytes.size() >= offset + sizeof(T); so for ReadLittleEndian
template <std::unsigned_integral T>
T ReadBigEndian(std::string_view bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(static_cast<T>(value << 7 << 1) | static_cast<unsigned char>(bytes[offset + i]));
  }
  return value;
}

template <std::unsigned_integral T>
void AppendLittleEndian(T value, std::string& out) {
  for (std::size_t i = 0; i < sizeof(T); ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

template <std::unsigned_integral T>
T ReadLittleEndian(std::string_view bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = sizeof(T); i > 0; --i) {
    value = static_cast<T>(static_cast<T>(value << 7 << 1) | static_cast<unsigned char>(bytes[offset + i - 1]));
  }
  return value;
}

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_BYTES_H_
