#include "wire/xml_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "stratolite/base/encoding.hpp"

namespace stratolite::wire::internal {
namespace {

/// The number of a character reference that begins at `&#`; nullopt: none, which pugixml leaves as text.
std::optional<std::uint64_t> ReferredCharacter(std::string_view text) {
  const bool hex = text.substr(2, 1) == "x";
  const char* const begin = text.data() + (hex ? 3 : 2);
  const char* const end = text.data() + text.size();
  std::uint64_t code = 0;
  const auto [stop, error] = std::from_chars(std::min(begin, end), end, code, hex ? 16 : 10);
  if (stop == begin || stop == end || *stop != ';') return std::nullopt;
  return error == std::errc() ? code : ~std::uint64_t{0};
}

/// pugixml writes whatever number a reference has: half a surrogate and what lies beyond Unicode would be no UTF-8, and zero would end the text.
/// Looks at CDATA and comments too, where nobody writes such things.
bool RefersToCharactersOnly(std::string_view text) {
  for (std::size_t at = text.find("&#"); at != std::string_view::npos; at = text.find("&#", at + 2)) {
    const auto code = ReferredCharacter(text.substr(at));
    if (code && (*code == 0 || (*code >= 0xD800 && *code <= 0xDFFF) || *code > 0x10FFFF)) return false;
  }
  return true;
}

}  // namespace

AwsError MalformedXml() {
  return AwsError{
      .code = "MalformedXML",
      .message = "The XML you provided was not well-formed or did not validate against our published schema",
      .http_status = 400};
}

Result<void> XmlDocument::Parse(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
  if (text.size() > kMaxXmlBytes || !IsValidUtf8(text) || text.find('\0') != std::string_view::npos)
    return MalformedXml();
  if (!RefersToCharactersOnly(text)) return MalformedXml();
  if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '<')) > kMaxXmlTags) return MalformedXml();

  constexpr unsigned kOptions =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata | pugi::parse_eol | pugi::parse_doctype;
  const auto parsed = document_.load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8);
  if (!parsed) return MalformedXml();
  for (const pugi::xml_node& node : document_.children()) {
    if (node.type() == pugi::node_element) {
      if (root_) return MalformedXml();
      root_ = node;
    } else if (node.type() == pugi::node_doctype || node.type() == pugi::node_cdata) {
      return MalformedXml();
    }
  }
  if (!root_) return MalformedXml();
  return {};
}

std::string_view LocalName(std::string_view qualified) {
  const std::size_t colon = qualified.rfind(':');
  return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

std::string TextOf(const pugi::xml_node& element) {
  std::string text;
  for (const pugi::xml_node& child : element.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  return text;
}

std::optional<std::string_view> AttributeOf(const pugi::xml_node& element, std::string_view name) {
  std::optional<std::string_view> by_local_name;
  for (const pugi::xml_attribute& attribute : element.attributes()) {
    const std::string_view found = attribute.name();
    if (found == name) return attribute.value();
    if (found.starts_with("xmlns")) continue;
    if (!by_local_name && LocalName(found) == LocalName(name)) by_local_name = attribute.value();
  }
  return by_local_name;
}

}  // namespace stratolite::wire::internal
