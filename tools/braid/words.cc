#include "tools/braid/words.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <string>

#include "tools/braid/session.h"

namespace braid::cli {

std::string NumberText(double value) { return fmt::format("{:.6g}", value); }

std::string HeaderText(const v1::ResponseHeader& header) {
  std::string text = fmt::format("revision {}", header.revision());
  if (!header.policy_version().empty()) text += fmt::format(" · policy {}", header.policy_version());
  return text;
}

std::string CertaintyText(v1::Certainty certainty) {
  return certainty == v1::CERTAINTY_UNSPECIFIED ? "definitional" : EnumWord(v1::Certainty_descriptor(), certainty);
}

std::string AttributeText(const v1::Attribute& attribute) {
  switch (attribute.value_case()) {
    case v1::Attribute::kText:
      return attribute.text();
    case v1::Attribute::kTextList:
      return fmt::format("{}", fmt::join(attribute.text_list().items(), "; "));
    case v1::Attribute::kNumber:
      return fmt::format("{}", attribute.number());
    case v1::Attribute::kInteger:
      return fmt::format("{}", attribute.integer());
    case v1::Attribute::kBoolean:
      return attribute.boolean() ? "yes" : "no";
    case v1::Attribute::VALUE_NOT_SET:
      break;
  }
  return {};
}

std::string KeyText(const v1::EdgeKey& key) {
  return fmt::format("{} {} {}", key.subject_id(), key.relation(), key.object_id());
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(time.seconds())));
}

std::string AuthorText(const v1::Author& author) {
  if (author.name().empty()) return "unknown";
  return author.proved() ? author.name() : author.name() + " (stated)";
}

}  // namespace braid::cli
