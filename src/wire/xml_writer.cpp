#include "wire/xml_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "stratolite/base/encoding.hpp"

namespace stratolite::wire::internal {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The entity for a byte, empty when the byte stands for itself.
std::string_view Entity(unsigned char c, bool attribute) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\r':  // a parser would turn it into a line feed
      return "&#xD;";
    case '\n':
      return attribute ? "&#xA;" : std::string_view{};
    case '\t':
      return attribute ? "&#x9;" : std::string_view{};
    default:
      return c < 0x20 ? kReplacement : std::string_view{};
  }
}

/// Bytes that Escaped must look at; most texts have none.
constexpr auto kSpecial = [] {
  std::array<bool, 256> special{};
  for (std::size_t c = 0; c < 0x20; ++c) special[c] = true;
  for (const unsigned char c : {'<', '>', '&', '"'}) special[c] = true;
  for (std::size_t c = 0x80; c < special.size(); ++c) special[c] = true;
  return special;
}();

/// Of the UTF-8 sequence at the beginning of `text`; 0: there is none.
std::size_t SequenceLength(std::string_view text) {
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (IsValidUtf8(text.substr(0, length))) return length;
  }
  return 0;
}

/// U+FFFE and U+FFFF are no XML characters.
bool IsNonCharacter(std::string_view text) {
  return text.starts_with("\xEF\xBF") && text.size() > 2 && static_cast<unsigned char>(text[2]) >= 0xBE;
}

}  // namespace

void XmlWriter::Declaration() { out_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"; }

void XmlWriter::Open(std::string_view name) {
  EndStartTag();
  out_ += '<';
  out_ += name;
  in_start_tag_ = true;
}

void XmlWriter::Attribute(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  Escaped(value, true);
  out_ += '"';
}

void XmlWriter::Namespace(std::string_view prefix, std::string_view uri) {
  if (uri.empty()) return;
  if (prefix.empty()) return Attribute("xmlns", uri);
  Attribute("xmlns:" + std::string(prefix), uri);
}

void XmlWriter::Text(std::string_view text) {
  if (text.empty()) return;
  EndStartTag();
  Escaped(text, false);
}

void XmlWriter::Close(std::string_view name) {
  if (in_start_tag_) {
    out_ += "/>";
    in_start_tag_ = false;
    return;
  }
  out_ += "</";
  out_ += name;
  out_ += '>';
}

void XmlWriter::Element(std::string_view name, std::string_view text) {
  Open(name);
  Text(text);
  Close(name);
}

void XmlWriter::EndStartTag() {
  if (in_start_tag_) out_ += '>';
  in_start_tag_ = false;
}

void XmlWriter::Escaped(std::string_view text, bool attribute) {
  std::size_t plain = 0;
  std::optional<bool> valid;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!kSpecial[c]) continue;
    std::string_view entity;
    std::size_t width = 1;
    if (c < 0x80) {
      entity = Entity(c, attribute);
    } else {
      const std::string_view rest = text.substr(i);
      // What a client sent comes back in errors whatever it is: paths, names of operations.
      if (!valid) valid = IsValidUtf8(rest);
      if (!*valid) width = SequenceLength(rest);
      if (width == 0) entity = kReplacement;
      if (c == 0xEF && IsNonCharacter(rest)) {
        entity = kReplacement;
        width = 3;
      }
      width = std::max<std::size_t>(width, 1);
      if (entity.empty()) {
        i += width - 1;
        continue;
      }
    }
    if (entity.empty()) continue;
    out_ += text.substr(plain, i - plain);
    out_ += entity;
    i += width - 1;
    plain = i + 1;
  }
  out_ += text.substr(plain);
}

}  // namespace stratolite::wire::internal
