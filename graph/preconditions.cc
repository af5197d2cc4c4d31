#include "graph/preconditions.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/text.h"
#include "graph/validate.h"
#include "graph/value_checks.h"

namespace braid::graph {
namespace {

absl::Status EtagMismatch(std::string_view what, std::string_view expected, const std::string& found,
                          std::string field) {
  return MakeError(Reason::kEtagMismatch,
                   fmt::format("{} has etag {}, not {}; read it again, then retry", what, found, Printable(expected)),
                   std::move(field), std::string(what), {{"expected", Printable(expected)}, {"found", found}});
}

// Whether one precondition holds; fields as in the API's Precondition.
class PreconditionCheck {
 public:
  explicit PreconditionCheck(const Snapshot& base) : base_(base) {}

  absl::Status operator()(const EtagIs& condition) const {
    BRAID_RETURN_IF_ERROR(CheckCurie(condition.id, "etag.id"));
    const std::optional<NodeIndex> node = base_.Find(condition.id);
    if (!node) return NodeNotFound(base_, condition.id, "etag.id");
    const std::string found = EtagOf(base_.update_revision(*node));
    return found == condition.etag ? absl::OkStatus() : EtagMismatch(condition.id, condition.etag, found, "etag.etag");
  }
  absl::Status operator()(const EdgeEtagIs& condition) const {
    const std::optional<Edge> edge = base_.FindEdge(condition.key);
    if (!edge) {
      std::string name = Printable(ToString(condition.key));
      return MakeError(Reason::kEdgeNotFound, fmt::format("no edge {}", name), "etag.edge_key", name);
    }
    const std::string found = EtagOf(edge->update_revision);
    return found == condition.etag ? absl::OkStatus()
                                   : EtagMismatch(ToString(edge->key), condition.etag, found, "etag.etag");
  }
  absl::Status operator()(const Exists& condition) const {
    BRAID_RETURN_IF_ERROR(CheckCurie(condition.id, "exists"));
    if (base_.Find(condition.id)) return absl::OkStatus();
    return MakeError(Reason::kPreconditionFailed, fmt::format("node `{}` does not exist, and was to", condition.id),
                     "exists", condition.id);
  }
  absl::Status operator()(const Absent& condition) const {
    BRAID_RETURN_IF_ERROR(CheckCurie(condition.id, "absent"));
    if (!base_.Find(condition.id)) return absl::OkStatus();
    return MakeError(Reason::kPreconditionFailed, fmt::format("node `{}` exists, and was not to", condition.id),
                     "absent", condition.id);
  }
  absl::Status operator()(const HeadIs& condition) const {
    if (base_.revision() == condition.revision) return absl::OkStatus();
    std::string expected = fmt::format("{}", Number(condition.revision));
    std::string found = fmt::format("{}", Number(base_.revision()));
    return MakeError(Reason::kHeadMoved,
                     fmt::format("the head is revision {}, not {}; read again, then retry", found, expected),
                     "head_revision", {}, {{"expected", std::move(expected)}, {"found", std::move(found)}});
  }

 private:
  const Snapshot& base_;
};

}  // namespace

absl::Status CheckPreconditions(const Snapshot& base, std::span<const Precondition> preconditions) {
  ErrorList errors;
  for (std::size_t i = 0; i < preconditions.size(); ++i) {
    errors.Add(
        PrefixFields(std::visit(PreconditionCheck(base), preconditions[i]), fmt::format("preconditions[{}]", i)));
  }
  return errors.ToStatus();
}

}  // namespace braid::graph
