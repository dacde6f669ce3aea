#include "wire/xml_reader.hpp"

#include <algorithm>

#include "stratolite/base/encoding.hpp"

namespace stratolite::wire::internal {

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
