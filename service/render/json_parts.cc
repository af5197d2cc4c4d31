#include "service/render/json_parts.h"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace braid::service {
namespace {

// The namespace of our names, drawn once; another would change every uuid.
constexpr char kNamespace[] = "3af075c9-4ee6-4f3d-92d7-6ae70a57689f";

}  // namespace

Json CodingOf(const std::string& id, const Labels& labels) {
  return {{"system", kOntologySystem}, {"code", id}, {"display", labels.Of(id)}};
}

std::string NamedUuid(std::string_view name) {
  const boost::uuids::name_generator_sha1 generator(boost::uuids::string_generator()(kNamespace));
  return boost::uuids::to_string(generator(std::string(name)));
}

std::string MarkdownText(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_[]<>#|~!&";
  std::string escaped;
  for (const char letter : text) {
    if (static_cast<unsigned char>(letter) < ' ') {
      escaped += ' ';
      continue;
    }
    if (kMarkup.find(letter) != std::string_view::npos) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

std::string Dump(const Json& document) { return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace braid::service
