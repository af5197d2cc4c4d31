// Messages from their text form.

#ifndef BRAID_TESTS_PARSED_H_
#define BRAID_TESTS_PARSED_H_

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace braid::test {

// Fails the test where `text` is none.
template <typename Message>
Message Parsed(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

}  // namespace braid::test

#endif  // BRAID_TESTS_PARSED_H_
