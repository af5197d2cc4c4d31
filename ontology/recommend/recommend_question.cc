#include "ontology/recommend/recommend_question.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Reason;

constexpr std::size_t kMaxForced = 20;  // of what a plan can hold
constexpr std::size_t kMaxOverrides = 64;
constexpr std::size_t kMaxForcedOut = 1000;
constexpr std::size_t kMaxReasonBytes = 1000;

class Reader {
 public:
  Reader(const graph::Snapshot& snapshot, const RecommendRequest& request, std::vector<Notice>* notices)
      : snapshot_(snapshot), request_(request), notices_(notices) {}

  absl::StatusOr<RecommendQuestion> Read() {
    absl::StatusOr<Client> client = ReadClient(snapshot_, request_.profile, notices_);
    errors_.Add(client.status());
    RecommendOptions options;
    options.forced_in = Techniques(request_.forced_in_ids, "forced_in_ids", kMaxForced);
    options.forced_out = Techniques(request_.forced_out_ids, "forced_out_ids", kMaxForcedOut);
    options.in_force = Techniques(request_.in_force_ids, "in_force_ids", kMaxForced);
    options.overrides = Overrides();
    options.max_techniques = MaxTechniques();
    options.min_certainty = request_.min_certainty;
    options.robustness = request_.robustness;
    BRAID_RETURN_IF_ERROR(errors_.ToStatus());
    return RecommendQuestion{*std::move(client), std::move(options)};
  }

  absl::StatusOr<std::vector<NodeIndex>> ReadPlanInForce(const std::vector<std::string>& ids, std::string_view field) {
    std::vector<NodeIndex> techniques = Techniques(ids, field, kMaxForced);
    BRAID_RETURN_IF_ERROR(errors_.ToStatus());
    return techniques;
  }

 private:
  bool IsTooLong(std::size_t size, std::size_t most, std::string_view field) {
    if (size <= most) return false;
    errors_.Add({Reason::kValueOutOfRange, std::string(field),
                 fmt::format("{}: {} entries are more than {}", field, size, most), ""});
    return true;
  }

  // Adds the technique that `id` means; one that is there already is an error.
  std::optional<NodeIndex> Technique(const std::string& id, const std::string& field,
                                     const std::vector<NodeIndex>& before) {
    const absl::StatusOr<NodeIndex> node = FindTechnique(snapshot_, id, field, request_.redirect, notices_);
    errors_.Add(node.status());
    if (!node.ok()) return std::nullopt;
    if (std::find(before.begin(), before.end(), *node) != before.end()) {
      errors_.Add({Reason::kValueOutOfRange, field,
                   fmt::format("{}: `{}` is there already; name each once", field, snapshot_.id(*node)),
                   std::string(snapshot_.id(*node))});
      return std::nullopt;
    }
    return *node;
  }

  std::vector<NodeIndex> Techniques(const std::vector<std::string>& ids, std::string_view field, std::size_t most) {
    std::vector<NodeIndex> nodes;
    if (IsTooLong(ids.size(), most, field)) return nodes;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::optional<NodeIndex> node = Technique(ids[i], fmt::format("{}[{}]", field, i), nodes);
      if (node.has_value()) nodes.push_back(*node);
    }
    return nodes;
  }

  std::vector<ExclusionOverride> Overrides() {
    std::vector<ExclusionOverride> overrides;
    if (IsTooLong(request_.overrides.size(), kMaxOverrides, "overrides")) return overrides;
    for (std::size_t i = 0; i < request_.overrides.size(); ++i) {
      const RecommendRequest::Override& given = request_.overrides[i];
      const std::string field = fmt::format("overrides[{}]", i);
      CheckReason(given.reason, field + ".reason");
      ExclusionOverride out;
      out.reason = given.reason;
      out.place = i;
      if (!given.acknowledged_cause_id.empty()) out.acknowledged_cause = Cause(given, field + ".acknowledged_cause_id");
      const std::optional<NodeIndex> technique = Technique(given.technique_id, field + ".technique_id", {});
      if (!technique.has_value()) continue;
      out.technique = *technique;
      CheckOnce(out, overrides, field + ".acknowledged_cause_id");
      overrides.push_back(std::move(out));
    }
    return overrides;
  }

  // What two causes bar takes two overrides, each with its own acknowledgement.
  void CheckOnce(const ExclusionOverride& override, const std::vector<ExclusionOverride>& before,
                 const std::string& field) {
    const bool is_there = std::any_of(before.begin(), before.end(), [&](const ExclusionOverride& other) {
      return other.technique == override.technique && other.acknowledged_cause == override.acknowledged_cause;
    });
    if (!is_there) return;
    errors_.Add({Reason::kValueOutOfRange, field,
                 fmt::format("{}: `{}` is overridden for this cause already; name each cause once", field,
                             snapshot_.id(override.technique)),
                 std::string(snapshot_.id(override.technique))});
  }

  // A reason may tell of the client: it is never repeated in an error.
  void CheckReason(const std::string& reason, const std::string& field) {
    if (reason.empty()) {
      errors_.Add({Reason::kFieldRequired, field,
                   fmt::format("{} must be set: say why, in words that the record can keep", field), ""});
    } else if (reason.size() > kMaxReasonBytes) {
      errors_.Add({Reason::kValueOutOfRange, field,
                   fmt::format("{}: {} bytes are more than {}", field, reason.size(), kMaxReasonBytes), ""});
    }
  }

  std::optional<NodeIndex> Cause(const RecommendRequest::Override& given, const std::string& field) {
    const absl::StatusOr<NodeIndex> node =
        FindNode(snapshot_, given.acknowledged_cause_id, field, request_.redirect, notices_);
    errors_.Add(node.status());
    return node.ok() ? std::optional(*node) : std::nullopt;
  }

  std::optional<std::size_t> MaxTechniques() {
    if (!request_.max_techniques.has_value()) return std::nullopt;
    const std::int32_t most = *request_.max_techniques;
    if (most < 1 || most > static_cast<std::int32_t>(kMaxPlanTechniques)) {
      errors_.Add({Reason::kValueOutOfRange, "max_technique_count",
                   fmt::format("max_technique_count is {}; use a value in [1, {}]", most, kMaxPlanTechniques), ""});
      return std::nullopt;
    }
    return static_cast<std::size_t>(most);
  }

  const graph::Snapshot& snapshot_;
  const RecommendRequest& request_;
  std::vector<Notice>* notices_;
  graph::ErrorList errors_;
};

}  // namespace

absl::StatusOr<RecommendQuestion> ReadQuestion(const graph::Snapshot& snapshot, const RecommendRequest& request,
                                               std::vector<Notice>* notices) {
  return Reader(snapshot, request, notices).Read();
}

absl::StatusOr<std::vector<NodeIndex>> ReadPlanInForce(const graph::Snapshot& snapshot,
                                                       const std::vector<std::string>& ids, std::string_view field,
                                                       bool redirect, std::vector<Notice>* notices) {
  RecommendRequest request;
  request.redirect = redirect;
  return Reader(snapshot, request, notices).ReadPlanInForce(ids, field);
}

}  // namespace braid::ontology
