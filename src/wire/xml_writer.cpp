#include "wire/xml_writer.hpp"

#include <array>
#include <cstdint>

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
  special[0xEF] = true;
  return special;
}();

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
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!kSpecial[c]) continue;
    std::string_view entity = Entity(c, attribute);
    std::size_t width = 1;
    // U+FFFE and U+FFFF are no XML characters.
    if (c == 0xEF && i + 2 < text.size() && text[i + 1] == '\xBF' && static_cast<unsigned char>(text[i + 2]) >= 0xBE) {
      entity = kReplacement;
      width = 3;
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
