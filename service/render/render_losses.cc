#include "service/render/render_losses.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <set>
#include <utility>

namespace braid::service {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Whether `field` is `whole` or within it.
bool IsWithin(std::string_view field, std::string_view whole) {
  if (!field.starts_with(whole)) return false;
  const std::string_view rest = field.substr(whole.size());
  return rest.empty() || rest.front() == '.' || rest.starts_with("[]");
}

class Walk {
 public:
  explicit Walk(const RenderCoverage& coverage) : coverage_(coverage) {}

  void Visit(const Message& message, const std::string& prefix) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const std::string name = prefix + field->name() + (field->is_repeated() ? "[]" : "");
      if (!IsPartlyCarried(name)) {
        Add(name);
      } else if (field->message_type() != nullptr && !IsCarried(name)) {
        VisitWithin(message, *field, name);
      }
    }
  }

  std::vector<v1::RenderLoss> Take() { return std::move(losses_); }

 private:
  void VisitWithin(const Message& message, const FieldDescriptor& field, const std::string& name) {
    const auto* reflection = message.GetReflection();
    if (!field.is_repeated()) return Visit(reflection->GetMessage(message, &field), name + ".");
    for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
      Visit(reflection->GetRepeatedMessage(message, &field, i), name + ".");
    }
  }

  bool IsCarried(const std::string& name) const {
    return std::any_of(coverage_.carried.begin(), coverage_.carried.end(),
                       [&](std::string_view carried) { return IsWithin(name, carried); });
  }
  bool IsPartlyCarried(const std::string& name) const {
    return std::any_of(coverage_.carried.begin(), coverage_.carried.end(),
                       [&](std::string_view carried) { return IsWithin(name, carried) || IsWithin(carried, name); });
  }

  void Add(const std::string& name) {
    if (!seen_.insert(name).second) return;
    std::string_view because = coverage_.otherwise;
    std::size_t longest = 0;
    for (const LossReason& reason : coverage_.reasons) {
      if (!IsWithin(name, reason.field) || reason.field.size() < longest) continue;
      longest = reason.field.size();
      because = reason.because;
    }
    losses_.push_back(Loss(name, std::string(because)));
  }

  const RenderCoverage& coverage_;
  std::set<std::string> seen_;
  std::vector<v1::RenderLoss> losses_;
};

}  // namespace

v1::RenderLoss Loss(std::string field, std::string because) {
  v1::RenderLoss loss;
  loss.set_field(std::move(field));
  loss.set_because(std::move(because));
  return loss;
}

std::vector<v1::RenderLoss> LossesOf(const v1::Recommendation& recommendation, const RenderCoverage& coverage) {
  Walk walk(coverage);
  walk.Visit(recommendation, "");
  return walk.Take();
}

}  // namespace braid::service
