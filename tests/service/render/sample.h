// Recommendations to draw: one made by hand, and one that has something in every field.

#ifndef BRAID_TESTS_SERVICE_RENDER_SAMPLE_H_
#define BRAID_TESTS_SERVICE_RENDER_SAMPLE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <string>

#include "braid/v1/common.pb.h"
#include "braid/v1/plan.pb.h"

namespace braid::service {

// A client with panic, a raised flag and a plan of three techniques, as the encoder would give it before FillWords.
v1::Recommendation Sample();
v1::ResponseHeader SampleHeader();
v1::Completeness Exact();

// Every field set, each to a value of its own, one item a list, no message within itself; enums to their last value.
void FillEveryField(google::protobuf::Message& message);

// A field of a message within `root`, by its path: `plans[].value`.
struct Leaf {
  std::string path;
  google::protobuf::Message* message = nullptr;
  const google::protobuf::FieldDescriptor* field = nullptr;

  // A text's value; of others empty.
  std::string text() const;
  // Gives it another value, in a list to its first item.
  void Change() const;
};
void ForEachLeaf(google::protobuf::Message& root, const std::function<void(const Leaf&)>& visit);

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_RENDER_SAMPLE_H_
