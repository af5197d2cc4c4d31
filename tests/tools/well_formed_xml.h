// Whether a text is an XML document that every parser reads.

#ifndef BRAID_TESTS_TOOLS_WELL_FORMED_XML_H_
#define BRAID_TESTS_TOOLS_WELL_FORMED_XML_H_

#include <string>
#include <string_view>

namespace braid::test {

// Empty where `text` is well-formed (XML 1.0, section 2.1) as far as our pictures go: one root, elements nested, each
// attribute once and quoted, the five predefined entities alone, no control character; no declaration, comment, CDATA
// or processing instruction. Else what is wrong, and at which byte.
std::string XmlFault(std::string_view text);

}  // namespace braid::test

#endif  // BRAID_TESTS_TOOLS_WELL_FORMED_XML_H_
