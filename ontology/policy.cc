#include "ontology/policy.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <mutex>
#include <set>
#include <utility>

#include "braid/v1/policy.pb.h"
#include "fmt/format.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "graph/error.h"
#include "graph/ids.h"
#include "ontology/lookup.h"
#include "ontology/policy_evidence.h"
#include "ontology/policy_plans.h"
#include "ontology/text_form.h"
#include "xxhash.h"

namespace braid::ontology {
namespace {

using graph::Certainty;
using graph::ErrorList;
using graph::Reason;

constexpr double kMaxDegreeExponent = 4;
constexpr int kMaxHops = 12;
constexpr int kMaxModalities = 4;
constexpr std::size_t kRememberedPolicies = 4;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsPatternName(std::string_view name) {
  return !name.empty() && IsLower(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsLower(c) || IsDigit(c) || c == '_'; });
}

bool IsDefinitionName(std::string_view name) {
  return !name.empty() && IsUpper(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsLower(c) || IsUpper(c) || IsDigit(c); });
}

// The digest of what the message says: deterministic bytes, so that comments, blanks and the order of fields do not
// matter.
std::string VersionOf(const v1::Policy& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return fmt::format("{:016x}", XXH3_64bits(bytes.data(), bytes.size()));
}

// The path of a list that `message` sets somewhere, `weights.factors`; empty: it sets none.
std::string ListOf(const google::protobuf::Message& message) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    std::string name(field->name());
    if (field->is_repeated()) return name;
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const std::string inner = ListOf(message.GetReflection()->GetMessage(message, field));
    if (!inner.empty()) return fmt::format("{}.{}", name, inner);
  }
  return {};
}

// Turns the message into our own type, collecting all that is wrong with it.
class Reader {
 public:
  Reader(const v1::Policy& message, const graph::Schema* schema) : message_(message), schema_(schema) {}

  absl::StatusOr<Policy> Read() {
    ReadWeights();
    ReadDefinitions();
    ReadPatterns();
    ReadAvoidRules();
    if (message_.has_client_reading()) ReadClientReading(message_.client_reading());
    if (message_.has_factor_reading()) ReadFactorReading(message_.factor_reading());
    if (message_.has_map_layer()) ReadMapLayer(message_.map_layer());
    if (message_.has_evidence()) policy_.evidence = ReadEvidencePolicy(message_.evidence(), errors_);
    if (message_.has_plans()) policy_.plans = ReadPlanPolicy(message_.plans(), errors_);
    for (int i = 0; i < message_.plans().variants_size(); ++i) {
      ReadVariant(message_.plans().variants(i), fmt::format("plans.variants[{}]", i));
    }
    BRAID_RETURN_IF_ERROR(errors_.ToStatus());
    return std::move(policy_);
  }

 private:
  void Add(Reason reason, std::string field, std::string description) {
    errors_.Add({reason, std::move(field), std::move(description), {}});
  }
  void Require(bool given, std::string field, std::string_view what) {
    if (!given) Add(Reason::kFieldRequired, field, fmt::format("{} is missing: {}", field, what));
  }
  // Negated comparisons, so that a NaN is out of range.
  void CheckRange(double value, double low, bool low_included, double high, const std::string& field) {
    const bool above = low_included ? value >= low : value > low;
    if (above && value <= high) return;
    Add(Reason::kValueOutOfRange, field,
        fmt::format("{} is {}; use a value in {}{}, {}]", field, value, low_included ? '[' : '(', low, high));
  }

  void ReadWeights() {
    Require(message_.has_weights(), "weights", "what a hop costs");
    if (!message_.has_weights()) return;
    const v1::PathWeights& weights = message_.weights();
    CheckRange(weights.degree_exponent(), 0, true, kMaxDegreeExponent, "weights.degree_exponent");
    CheckRange(weights.hop_factor(), 0, false, 1, "weights.hop_factor");
    policy_.weights.degree_exponent = weights.degree_exponent();
    policy_.weights.hop_factor = weights.hop_factor();
    Require(weights.has_certainty_factors(), "weights.certainty_factors", "what each certainty counts");
    if (weights.has_certainty_factors()) ReadCertaintyFactors(weights.certainty_factors());
  }

  void ReadCertaintyFactors(const v1::CertaintyFactors& factors) {
    const struct {
      std::string_view name;
      Certainty certainty;
      double value;
    } rows[] = {{"no_source", Certainty::kNoSource, factors.no_source()},
                {"very_low", Certainty::kVeryLow, factors.very_low()},
                {"low", Certainty::kLow, factors.low()},
                {"moderate", Certainty::kModerate, factors.moderate()},
                {"high", Certainty::kHigh, factors.high()}};
    double before = 0;
    for (const auto& row : rows) {
      const std::string field = fmt::format("weights.certainty_factors.{}", row.name);
      CheckRange(row.value, 0, false, 1, field);
      if (row.value < before) {
        Add(Reason::kValueOutOfRange, field,
            fmt::format("{} is {}, less than the certainty below it ({})", field, row.value, before));
      }
      before = row.value;
      policy_.weights.certainty_factor[static_cast<std::size_t>(row.certainty)] = row.value;
    }
  }

  void ReadDefinitions() {
    for (int i = 0; i < message_.definitions_size(); ++i) {
      const v1::PatternDefinition& definition = message_.definitions(i);
      const std::string at = fmt::format("definitions[{}]", i);
      if (!IsDefinitionName(definition.name())) {
        Add(Reason::kPatternInvalid, at + ".name",
            fmt::format("`{}` names no part of a pattern; use an upper-case letter, then letters and digits",
                        definition.name()));
      }
      Require(!definition.pattern().empty(), at + ".pattern", "what the name stands for");
      if (!policy_.definitions.emplace(definition.name(), definition.pattern()).second) {
        Add(Reason::kPatternInvalid, at + ".name", fmt::format("definition `{}` comes twice", definition.name()));
      }
    }
  }

  void ReadPatterns() {
    for (int i = 0; i < message_.patterns_size(); ++i) {
      ReadPattern(message_.patterns(i), fmt::format("patterns[{}]", i));
    }
    policy_.default_pattern = message_.default_pattern();
    if (!policy_.default_pattern.empty() && policy_.default_pattern != kAnyPattern &&
        policy_.FindPattern(policy_.default_pattern) == nullptr) {
      Add(Reason::kPatternInvalid, "default_pattern",
          fmt::format("no pattern is named `{}`; name one of `patterns`, or `any`", policy_.default_pattern));
    }
  }

  void ReadPattern(const v1::NamedPattern& message, const std::string& at) {
    if (!IsPatternName(message.name()) || message.name() == kAnyPattern) {
      Add(Reason::kPatternInvalid, at + ".name",
          fmt::format("`{}` names no pattern; use a lower-case letter, then lower-case letters, digits and `_`; "
                      "`any` is taken",
                      message.name()));
    } else if (policy_.FindPattern(message.name()) != nullptr) {
      Add(Reason::kPatternInvalid, at + ".name", fmt::format("pattern `{}` comes twice", message.name()));
    }
    Require(!message.pattern().empty(), at + ".pattern", "the hops of its paths");
    CheckRange(message.default_max_hops(), 1, true, kMaxHops, at + ".default_max_hops");
    CheckRange(message.default_min_modalities(), 0, true, kMaxModalities, at + ".default_min_modalities");
    Compile(message.pattern(), at + ".pattern");
    policy_.patterns.push_back({message.name(), message.pattern(), message.question(),
                                static_cast<std::uint32_t>(std::max(message.default_max_hops(), 0)),
                                static_cast<std::uint32_t>(std::max(message.default_min_modalities(), 0))});
  }

  void Compile(const std::string& pattern, const std::string& field) {
    if (schema_ == nullptr || pattern.empty()) return;
    const absl::Status status = graph::CompilePattern(pattern, *schema_, policy_.definitions).status();
    if (status.ok()) return;
    graph::ErrorInfo info = *graph::ErrorInfoOf(status);
    for (graph::Violation& violation : info.violations) violation.field = field;
    errors_.Add(graph::MakeError(info));
  }

  void ReadAvoidRules() {
    for (int i = 0; i < message_.avoid_rules_size(); ++i) {
      const v1::AvoidRule& rule = message_.avoid_rules(i);
      const std::string at = fmt::format("avoid_rules[{}]", i);
      Require(!rule.rationale().empty(), at + ".rationale", "why the nodes are kept off paths");
      Require(!rule.node_ids().empty(), at + ".node_ids", "the nodes kept off paths");
      for (int n = 0; n < rule.node_ids_size(); ++n) {
        if (graph::IsCurie(rule.node_ids(n))) continue;
        Add(Reason::kCurieMalformed, fmt::format("{}.node_ids[{}]", at, n),
            fmt::format("`{}` is no id; write it as `technique:safety_planning`", rule.node_ids(n)));
      }
      policy_.avoid_rules.push_back({rule.rationale(), {rule.node_ids().begin(), rule.node_ids().end()}});
    }
  }

  std::string RelationNamed(const std::string& name, const std::string& field, std::string_view what) {
    Require(!name.empty(), field, what);
    if (schema_ != nullptr && !name.empty()) errors_.Add(FindRelations(*schema_, name, field).status());
    return name;
  }

  AttributeMatch ReadMatch(const v1::AttributeMatch& message, const std::string& at) {
    Require(!message.attribute().empty(), at + ".attribute", "the attribute that is looked at");
    Require(!message.values().empty(), at + ".values", "the values that match");
    return {message.attribute(), {message.values().begin(), message.values().end()}};
  }

  void ReadClientReading(const v1::ClientReading& message) {
    ClientReading& reading = policy_.client_reading.emplace();
    reading.lies_in = RelationNamed(message.lies_in(), "client_reading.lies_in", "from a process to where it lies");
    reading.belongs_to =
        RelationNamed(message.belongs_to(), "client_reading.belongs_to", "from a process to its concern");
    reading.kept_off = ReadMatch(message.kept_off(), "client_reading.kept_off");
    reading.calls_for = RelationNamed(message.calls_for(), "client_reading.calls_for", "from a flag to its answers");
  }

  void ReadFactorReading(const v1::FactorReading& message) {
    FactorReading& reading = policy_.factor_reading.emplace();
    reading.fosters = RelationNamed(message.fosters(), "factor_reading.fosters", "from a technique to its factors");
    reading.supported_by =
        RelationNamed(message.supported_by(), "factor_reading.supported_by", "from a factor to its findings");
    if (message.has_shown()) reading.shown = ReadMatch(message.shown(), "factor_reading.shown");
  }

  std::string KindNamed(const std::string& name, const std::string& field) {
    Require(!name.empty(), field, "a kind of the schema");
    if (schema_ != nullptr && !name.empty()) errors_.Add(FindKind(*schema_, name, field).status());
    return name;
  }

  std::vector<std::string> RelationsNamed(const google::protobuf::RepeatedPtrField<std::string>& names,
                                          const std::string& field) {
    std::vector<std::string> relations;
    for (int i = 0; i < names.size(); ++i) {
      relations.push_back(RelationNamed(names[i], fmt::format("{}[{}]", field, i), "a relation that maps cross"));
    }
    return relations;
  }

  void ReadMapLayer(const v1::MapLayer& message) {
    MapLayer& layer = policy_.map_layer.emplace();
    Require(!message.relations().empty(), "map_layer.relations", "the relations that maps cross");
    Require(!message.kinds().empty(), "map_layer.kinds", "the kinds of nodes inside maps");
    layer.relations = RelationsNamed(message.relations(), "map_layer.relations");
    for (int i = 0; i < message.kinds_size(); ++i) {
      const std::string at = fmt::format("map_layer.kinds[{}]", i);
      MapLayer::Kind& kind = layer.kinds.emplace_back();
      kind.kind = KindNamed(message.kinds(i).kind(), at + ".kind");
      if (message.kinds(i).has_only()) kind.only = ReadMatch(message.kinds(i).only(), at + ".only");
    }
    for (int i = 0; i < message.extensions_size(); ++i) {
      const std::string at = fmt::format("map_layer.extensions[{}]", i);
      layer.extensions.push_back({KindNamed(message.extensions(i).kind(), at + ".kind"),
                                  RelationsNamed(message.extensions(i).relations(), at + ".relations")});
      const std::string& kind = layer.extensions.back().kind;
      if (std::count_if(layer.extensions.begin(), layer.extensions.end(),
                        [&](const MapLayer::Extension& other) { return other.kind == kind; }) > 1) {
        Add(Reason::kValueOutOfRange, at + ".kind", fmt::format("kind `{}` comes twice", kind));
      }
    }
  }

  // The message with the variant's numbers in their places, read and checked as any policy.
  void ReadVariant(const v1::PolicyVariant& message, const std::string& at) {
    if (!IsPatternName(message.name())) {
      Add(Reason::kValueOutOfRange, at + ".name",
          fmt::format("{}.name `{}` names no variant; use lower-case letters, digits and `_`", at, message.name()));
    }
    const auto is_known = [&](const PolicyVariant& other) { return other.name == message.name(); };
    if (std::any_of(policy_.variants.begin(), policy_.variants.end(), is_known)) {
      Add(Reason::kValueOutOfRange, at + ".name", fmt::format("variant `{}` comes twice", message.name()));
    }
    Require(!message.difference().empty(), at + ".difference", "what is different, in words");
    if (const std::string list = ListOf(message.numbers()); !list.empty()) {
      Add(Reason::kValueOutOfRange, at + ".numbers." + list,
          fmt::format("{}.numbers.{} is a list; a variant sets numbers alone", at, list));
      return;
    }
    v1::Policy merged = message_;
    merged.mutable_plans()->clear_variants();
    merged.MergeFrom(message.numbers());
    absl::StatusOr<Policy> read = Reader(merged, schema_).Read();
    // What is wrong with the policy itself is said of the policy.
    if (!read.ok() && errors_.empty()) errors_.Add(graph::PrefixFields(read.status(), at + ".numbers"));
    if (!read.ok()) return;
    read->version = VersionOf(merged);
    policy_.variants.push_back(
        {message.name(), message.difference(), std::make_shared<const Policy>(*std::move(read))});
  }

  const v1::Policy& message_;
  const graph::Schema* schema_;
  Policy policy_;
  ErrorList errors_;
};

// The last few policies by the text they were read from. A text is compared whole: some kilobytes, less than a
// microsecond.
class Memory {
 public:
  std::shared_ptr<const Policy> Find(const std::string& content) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.content == content) return entry.policy;
    }
    return nullptr;
  }
  void Keep(const std::string& content, std::shared_ptr<const Policy> policy) {
    const std::lock_guard lock(mutex_);
    entries_.push_front({content, std::move(policy)});
    if (entries_.size() > kRememberedPolicies) entries_.pop_back();
  }

 private:
  struct Entry {
    std::string content;
    std::shared_ptr<const Policy> policy;
  };
  std::mutex mutex_;
  std::deque<Entry> entries_;
};

}  // namespace

const NamedPattern* Policy::FindPattern(std::string_view name) const {
  const auto at = std::find_if(patterns.begin(), patterns.end(), [&](const NamedPattern& p) { return p.name == name; });
  return at == patterns.end() ? nullptr : &*at;
}

bool Matches(const graph::Snapshot& snapshot, graph::NodeIndex node, const AttributeMatch& match) {
  for (const graph::Attribute& attribute : snapshot.attributes(node)) {
    if (attribute.name != match.attribute) continue;
    const auto* text = std::get_if<std::string>(&attribute.value);
    return text != nullptr && std::find(match.values.begin(), match.values.end(), *text) != match.values.end();
  }
  return false;
}

absl::StatusOr<Policy> ParsePolicy(std::string_view text, const graph::Schema* schema) {
  v1::Policy message;
  BRAID_RETURN_IF_ERROR(ParseTextForm(text, &message));
  BRAID_ASSIGN_OR_RETURN(Policy policy, Reader(message, schema).Read());
  policy.version = VersionOf(message);
  return policy;
}

std::string PolicyText(const v1::Policy& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

absl::StatusOr<std::unique_ptr<v1::Policy>> PolicyMessage(std::string_view text) {
  auto message = std::make_unique<v1::Policy>();
  BRAID_RETURN_IF_ERROR(ParseTextForm(text, message.get()));
  return message;
}

std::shared_ptr<const Policy> PolicyOf(const graph::Snapshot& snapshot) {
  static Memory& memory = *new Memory;  // never destroyed: a server's last thread may still ask
  const graph::Document* document = snapshot.document(kPolicyDocument);
  if (document == nullptr) return std::make_shared<const Policy>();
  if (std::shared_ptr<const Policy> known = memory.Find(document->content)) return known;
  absl::StatusOr<Policy> parsed = ParsePolicy(document->content);
  auto policy = std::make_shared<const Policy>(parsed.ok() ? *std::move(parsed) : Policy{});
  memory.Keep(document->content, policy);
  return policy;
}

}  // namespace braid::ontology
