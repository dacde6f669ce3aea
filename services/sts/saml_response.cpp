#include "sts/saml_response.hpp"

#include <algorithm>

#include <pugixml.hpp>

#include "stratolite/base/encoding.hpp"
#include "sts/errors.hpp"

namespace stratolite::sts {
namespace {

constexpr std::string_view kAttributes = "https://aws.amazon.com/SAML/Attributes/";
constexpr std::string_view kPrincipalTag = "PrincipalTag:";
constexpr std::string_view kNameIdFormats = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

std::string_view LocalName(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// Prefixes are the provider's to choose; an empty node when absent.
pugi::xml_node Child(const pugi::xml_node& parent, std::string_view name) {
  for (const pugi::xml_node& child : parent.children()) {
    if (LocalName(child) == name) return child;
  }
  return {};
}

std::string TrimmedText(const pugi::xml_node& node) {
  // All of it: comments, which signatures do not cover, would otherwise cut it.
  std::string text;
  for (const pugi::xml_node& child : node.children()) text += child.value();
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<TimePoint> TimeAttribute(const pugi::xml_node& node, const char* name) {
  return ParseIso8601(node.attribute(name).value());
}

void Earliest(std::optional<TimePoint>& time, const std::optional<TimePoint>& other) {
  if (other && (!time || *other < *time)) time = other;
}

void ReadSubject(const pugi::xml_node& assertion, SamlResponse& out) {
  const pugi::xml_node subject = Child(assertion, "Subject");
  const pugi::xml_node name = Child(subject, "NameID");
  out.subject = TrimmedText(name);
  std::string_view format = name.attribute("Format").value();
  if (format.starts_with(kNameIdFormats)) format.remove_prefix(kNameIdFormats.size());
  out.subject_type = format.empty() ? "unspecified" : std::string(format);
  const pugi::xml_node data = Child(Child(subject, "SubjectConfirmation"), "SubjectConfirmationData");
  out.recipient = data.attribute("Recipient").value();
  Earliest(out.not_on_or_after, TimeAttribute(data, "NotOnOrAfter"));
}

void ReadConditions(const pugi::xml_node& assertion, SamlResponse& out) {
  const pugi::xml_node conditions = Child(assertion, "Conditions");
  out.not_before = TimeAttribute(conditions, "NotBefore");
  Earliest(out.not_on_or_after, TimeAttribute(conditions, "NotOnOrAfter"));
  for (const pugi::xml_node& audience : Child(conditions, "AudienceRestriction").children()) {
    if (LocalName(audience) == "Audience") out.audiences.push_back(TrimmedText(audience));
  }
  out.session_not_on_or_after = TimeAttribute(Child(assertion, "AuthnStatement"), "SessionNotOnOrAfter");
}

/// `role ARN,provider ARN` in either order.
void ReadRole(const std::string& value, SamlResponse& out) {
  const std::size_t comma = value.find(',');
  if (comma == std::string::npos) return;
  std::string first = value.substr(0, comma);
  std::string second = value.substr(comma + 1);
  if (first.find(":saml-provider/") != std::string::npos) std::swap(first, second);
  out.roles.emplace_back(std::move(first), std::move(second));
}

void ReadAttribute(std::string_view name, const std::vector<std::string>& values, SamlResponse& out) {
  if (!name.starts_with(kAttributes) || values.empty()) return;
  name.remove_prefix(kAttributes.size());
  if (name == "Role") {
    for (const std::string& value : values) ReadRole(value, out);
  } else if (name == "RoleSessionName") {
    out.role_session_name = values.front();
  } else if (name == "SessionDuration") {
    out.session_duration = values.front();
  } else if (name == "SourceIdentity") {
    out.source_identity = values.front();
  } else if (name == "TransitiveTagKeys") {
    out.transitive_tag_keys = values;
  } else if (name.starts_with(kPrincipalTag)) {
    out.principal_tags[std::string(name.substr(kPrincipalTag.size()))] = values.front();
  }
}

void ReadAttributes(const pugi::xml_node& assertion, SamlResponse& out) {
  for (const pugi::xml_node& attribute : Child(assertion, "AttributeStatement").children()) {
    if (LocalName(attribute) != "Attribute") continue;
    std::vector<std::string> values;
    for (const pugi::xml_node& value : attribute.children()) {
      if (LocalName(value) == "AttributeValue") values.push_back(TrimmedText(value));
    }
    ReadAttribute(attribute.attribute("Name").value(), values, out);
  }
}

}  // namespace

Result<std::string> DecodeSamlAssertion(std::string_view assertion) {
  std::string base64(assertion);
  std::erase_if(base64, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  auto text = Base64Decode(base64);
  if (!text) return InvalidIdentityToken("Invalid base64 SAMLResponse");
  return *std::move(text);
}

Result<SamlResponse> ParseSamlResponse(std::string_view document) {
  // pugixml reads no entity declarations: bombs stay text.
  pugi::xml_document xml;
  if (!xml.load_buffer(document.data(), document.size())) return InvalidIdentityToken("Invalid SAML response");
  const pugi::xml_node response = xml.document_element();
  const bool alone = LocalName(response) == "Assertion";
  if (!alone && LocalName(response) != "Response") return InvalidIdentityToken("Invalid SAML response");
  const std::string_view status = Child(Child(response, "Status"), "StatusCode").attribute("Value").value();
  if (!alone && !status.empty() && !status.ends_with(":Success"))
    return InvalidIdentityToken("Response status is not success");
  const pugi::xml_node node = alone ? response : Child(response, "Assertion");
  if (!node) return InvalidIdentityToken("Invalid SAML response: no assertion");
  SamlResponse out;
  out.issuer = TrimmedText(Child(node, "Issuer"));
  if (out.issuer.empty()) out.issuer = TrimmedText(Child(response, "Issuer"));
  ReadSubject(node, out);
  ReadConditions(node, out);
  ReadAttributes(node, out);
  return out;
}

}  // namespace stratolite::sts
