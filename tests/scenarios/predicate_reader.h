// The words of a predicate, and the parts that atoms are made of (predicate.h).
//
// Thread safety: values; pure functions.

#ifndef BRAID_TESTS_SCENARIOS_PREDICATE_READER_H_
#define BRAID_TESTS_SCENARIOS_PREDICATE_READER_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "graph/snapshot.h"

namespace braid::scenarios {

std::string Lower(std::string_view text);

// The number of an enum's value by its word, `reliably_worse` of MeasureCourse; `unknown` is 0.
std::optional<int> NumberOf(const google::protobuf::EnumDescriptor& type, std::string_view word);
// Its words, for a message.
std::string WordsOf(const google::protobuf::EnumDescriptor& type);

// One id, any of several, all of several.
struct Ids {
  std::vector<std::string> ids;
  bool all = true;

  template <typename Test>
  bool Are(const Test& test) const {
    return all ? std::all_of(ids.begin(), ids.end(), test) : std::any_of(ids.begin(), ids.end(), test);
  }
  bool AreIn(const std::set<std::string>& set) const {
    return Are([&](const std::string& id) { return set.contains(id); });
  }
};

// Reads from left to right, one token ahead. All errors: INVALID_ARGUMENT, with the column, in bytes from 1, and what
// is expected there.
class PredicateReader {
 public:
  // REQUIRES: both live as long.
  PredicateReader(std::string_view text, const graph::Snapshot& snapshot) : text_(text), snapshot_(snapshot) {
    Advance();
  }

  // Empty at the end.
  std::string_view next() const { return next_.text; }
  // Where it begins, and where the token before it ended.
  std::size_t at() const { return next_.at; }
  std::size_t last() const { return last_; }
  void Advance();
  // Whether `text` is next; then it is read.
  bool Take(std::string_view text);
  absl::Status Need(std::string_view text);
  absl::Status Expected(const std::string& what, const std::vector<std::string>& nearest = {}) const;

  // Ids of nodes of one of `kinds`; empty: of any.
  absl::StatusOr<Ids> ReadIds(const std::vector<std::string_view>& kinds);
  absl::StatusOr<std::vector<std::string>> ReadList(const std::vector<std::string_view>& kinds);
  absl::StatusOr<std::string> ReadId(const std::vector<std::string_view>& kinds, const std::string& what = "");
  absl::Status CheckId(const std::vector<std::string_view>& kinds, const std::string& what) const;

  absl::StatusOr<double> ReadNumber();
  // A word of an enum, after `=` or alone.
  absl::StatusOr<int> ReadEqual(const google::protobuf::EnumDescriptor& type);
  absl::StatusOr<int> ReadWord(const google::protobuf::EnumDescriptor& type);
  // In small letters.
  absl::StatusOr<std::string> ReadQuoted();

 private:
  struct Token {
    std::size_t at = 0;
    std::string_view text;
  };

  const std::string_view text_;
  const graph::Snapshot& snapshot_;
  Token next_;
  std::size_t last_ = 0;
};

}  // namespace braid::scenarios

#endif  // BRAID_TESTS_SCENARIOS_PREDICATE_READER_H_
