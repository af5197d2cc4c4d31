#include "service/wire/page_token.h"

#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "fmt/format.h"
#include "google/protobuf/descriptor.h"
#include "graph/error.h"

namespace braid::service::wire {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHeaderBytes = 1 + sizeof(std::uint64_t);  // version, checksum
constexpr std::uint64_t kChecksumSeed =
    0x42726169642E7031;  // "Braid.p1": the checksum of no other format fits by chance
constexpr std::int32_t kDefaultPageSize = 50;

void AppendNumber(std::uint64_t number, std::string* out) {
  for (int shift = 0; shift < 64; shift += 8) out->push_back(static_cast<char>((number >> shift) & 0xFFU));
}

std::uint64_t Checksum(std::string_view body) { return XXH3_64bits_withSeed(body.data(), body.size(), kChecksumSeed); }

// Reads what AppendNumber and length-prefixed texts wrote; nullopt where the bytes end too early.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }

  std::optional<std::uint64_t> Number() {
    if (bytes_.size() < sizeof(std::uint64_t)) return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) {
      number |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
    }
    bytes_.remove_prefix(sizeof number);
    return number;
  }

  std::optional<std::string> Text() {
    const std::optional<std::uint64_t> size = Number();
    if (!size.has_value() || *size > bytes_.size()) return std::nullopt;
    std::string text(bytes_.substr(0, *size));
    bytes_.remove_prefix(*size);
    return text;
  }

 private:
  std::string_view bytes_;
};

struct TokenFieldNames {
  const char* field;
  const char* in_words;
  std::vector<const char*> may_differ;
};
const TokenFieldNames& NamesOf(TokenField field) {
  static const auto& page = *new TokenFieldNames{"page_token", "page token", {"page_size"}};
  static const auto& resume = *new TokenFieldNames{"resume_token", "resume token", {"budget", "max_path_count"}};
  return field == TokenField::kPage ? page : resume;
}

absl::Status Invalid(TokenField field, std::string_view why) {
  const TokenFieldNames& names = NamesOf(field);
  return graph::MakeError(graph::Reason::kPageTokenInvalid,
                          fmt::format("the {} {}; begin again without one", names.in_words, why), names.field);
}

}  // namespace

std::uint64_t RequestDigest(const google::protobuf::Message& request, std::string_view store_id, TokenField field) {
  const std::unique_ptr<google::protobuf::Message> question(request.New());
  question->CopyFrom(request);
  const google::protobuf::Descriptor& type = *question->GetDescriptor();
  std::vector<const char*> unbound = NamesOf(field).may_differ;
  unbound.insert(unbound.end(), {NamesOf(field).field, "consistency"});
  for (const char* name : unbound) {
    if (const auto* found = type.FindFieldByName(name)) question->GetReflection()->ClearField(question.get(), found);
  }
  const std::string bytes = fmt::format("{}\n{}\n{}", type.full_name(), store_id, question->SerializeAsString());
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::string EncodePageToken(const PageToken& token, std::uint64_t request_digest) {
  std::string body;
  AppendNumber(request_digest, &body);
  AppendNumber(graph::Number(token.revision), &body);
  for (const std::string& part : token.position) {
    AppendNumber(part.size(), &body);
    body.append(part);
  }
  std::string bytes(1, kVersion);
  AppendNumber(Checksum(body), &bytes);
  return absl::WebSafeBase64Escape(bytes + body);
}

absl::StatusOr<PageToken> DecodePageToken(std::string_view text, std::uint64_t request_digest, std::size_t parts,
                                          TokenField field) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({text.data(), text.size()}, &bytes) || bytes.size() < kHeaderBytes ||
      bytes.front() != kVersion) {
    return Invalid(field, "is not one of this server's");
  }
  const std::string_view body = std::string_view(bytes).substr(kHeaderBytes);
  if (Reader(std::string_view(bytes).substr(1)).Number() != Checksum(body)) return Invalid(field, "is damaged");

  Reader reader(body);
  if (reader.Number() != request_digest) {
    return Invalid(field,
                   fmt::format("belongs to another request: all fields but `{}` must stay the same from page to page",
                               fmt::join(NamesOf(field).may_differ, "` and `")));
  }
  PageToken token;
  const std::optional<std::uint64_t> revision = reader.Number();
  bool whole = revision.has_value();
  for (std::size_t i = 0; whole && i < parts; ++i) {
    std::optional<std::string> part = reader.Text();
    whole = part.has_value();
    if (whole) token.position.push_back(*std::move(part));
  }
  if (!whole || !reader.empty()) return Invalid(field, "is not one of this server's");
  token.revision = graph::Revision{*revision};
  return token;
}

absl::StatusOr<std::size_t> PageSize(std::int32_t requested, std::size_t most) {
  if (requested < 0) {
    return graph::MakeError(graph::Reason::kValueOutOfRange,
                            fmt::format("page_size {} is negative; 0 means {}", requested, kDefaultPageSize),
                            "page_size");
  }
  return std::min(static_cast<std::size_t>(requested == 0 ? kDefaultPageSize : requested), most);
}

}  // namespace braid::service::wire
