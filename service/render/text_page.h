// Text of a fixed width, built line by line.
//
// Thread safety: one thread.

#ifndef BRAID_SERVICE_RENDER_TEXT_PAGE_H_
#define BRAID_SERVICE_RENDER_TEXT_PAGE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace braid::service {

// Columns that a terminal gives to `text`: wide characters take two, marks and format characters none (Unicode TR11).
std::size_t DisplayColumns(std::string_view text);

class TextPage {
 public:
  static constexpr std::size_t kIndent = 3;

  explicit TextPage(std::size_t columns) : columns_(columns) {}

  // A heading in capitals, an empty line before it unless it is the first; `remark` follows as it is.
  void Heading(std::string_view title, std::string_view remark = {});

  void Blank() { text_ += '\n'; }

  // A heading in capitals, a colon, and the text on the same line; further lines are indented.
  void RunIn(std::string_view title, std::string_view text);

  // `mark` at `indent`, then `text`, wrapped at blanks, its further lines under its first. A word that is wider than a
  // line is broken. Control characters count as blanks, so that nothing foreign steers a terminal. Nothing where `text`
  // is empty.
  void Item(std::size_t indent, std::string_view mark, std::string_view text);
  void Line(std::string_view text) { Item(kIndent, {}, text); }
  void Bullet(std::string_view text) { Item(kIndent, "· ", text); }

  // What follows belongs to the item above.
  void Detail(std::string_view text) { Item(2 * kIndent, {}, text); }
  void DetailBullet(std::string_view text) { Item(2 * kIndent, "· ", text); }

  const std::string& text() const { return text_; }

 private:
  // `text` behind `first`, its further lines behind `margin` blanks.
  void Put(std::string_view first, std::size_t margin, std::string_view text);

  std::size_t columns_;
  std::string text_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_TEXT_PAGE_H_
