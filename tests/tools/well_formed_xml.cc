#include "tests/tools/well_formed_xml.h"

#include <cctype>
#include <cstddef>
#include <set>
#include <vector>

namespace braid::test {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string Fault() {
    while (fault_.empty() && at_ < text_.size()) {
      if (text_[at_] == '<') {
        Tag();
      } else {
        Characters("<");
      }
    }
    if (fault_.empty() && !open_.empty()) Fail("an element is not closed: " + open_.back());
    if (fault_.empty() && roots_ != 1) Fail("there is not one root");
    return fault_;
  }

 private:
  void Fail(const std::string& why) {
    if (fault_.empty()) fault_ = why + ", at byte " + std::to_string(at_);
  }

  bool Take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  bool TakeBlanks() {
    const std::size_t before = at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ > before;
  }

  std::string Name() {
    const std::size_t begin = at_;
    const auto continues = [&] {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      return std::isalpha(byte) != 0 || (at_ > begin && (std::isdigit(byte) != 0 || byte == '-' || byte == ':'));
    };
    while (at_ < text_.size() && continues()) ++at_;
    if (at_ == begin) Fail("a name is missing");
    return std::string(text_.substr(begin, at_ - begin));
  }

  // Character data up to one of `ends`.
  void Characters(std::string_view ends) {
    for (; at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos; ++at_) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (text_[at_] == '<' || (byte < 0x20 && text_[at_] != '\n')) return Fail("a character that must not be there");
      if (open_.empty() && text_[at_] != '\n') return Fail("text outside of the root");
      if (text_[at_] == '&' && !IsEntity()) return Fail("an ampersand that begins no entity");
    }
  }
  bool IsEntity() const {
    for (const std::string_view entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}) {
      if (text_.substr(at_).starts_with(entity)) return true;
    }
    return false;
  }

  void Tag() {
    if (Take("</")) {
      const std::string name = Name();
      if (open_.empty() || open_.back() != name) return Fail("closes what is not open: " + name);
      open_.pop_back();
      if (!Take(">")) Fail("a closing tag does not end");
      return;
    }
    Take("<");
    if (open_.empty()) ++roots_;
    open_.push_back(Name());
    std::set<std::string> attributes;
    while (fault_.empty() && TakeBlanks()) {
      const std::string attribute = Name();
      if (!attributes.insert(attribute).second) return Fail("an attribute twice: " + attribute);
      if (!Take("=\"")) return Fail("a value is not quoted");
      Characters("\"");
      if (!Take("\"")) return Fail("a value does not end");
    }
    if (Take("/>")) {
      open_.pop_back();
    } else if (!Take(">")) {
      Fail("a tag does not end");
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int roots_ = 0;
  std::vector<std::string> open_;
  std::string fault_;
};

}  // namespace

std::string XmlFault(std::string_view text) { return Reader(text).Fault(); }

}  // namespace braid::test
