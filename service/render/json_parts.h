// What JSON documents of both kinds are made of: codes of the ontology, named uuids, Markdown.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_JSON_PARTS_H_
#define BRAID_SERVICE_RENDER_JSON_PARTS_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "service/render/phrases.h"

namespace braid::service {

using Json = nlohmann::ordered_json;

// The code system of node ids.
inline constexpr std::string_view kOntologySystem = "urn:braid:ontology";

// `{system, code, display}` of a node.
Json CodingOf(const std::string& id, const Labels& labels);

// The uuid that `name` has within Braid's documents, always the same (RFC 4122, version 5).
std::string NamedUuid(std::string_view name);

// Text as GitHub-flavoured Markdown shows it: what would be markup is escaped, line breaks are blanks.
std::string MarkdownText(std::string_view text);

// Two blanks an indent, a line feed at the end; what is not UTF-8 as U+FFFD.
std::string Dump(const Json& document);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_JSON_PARTS_H_
