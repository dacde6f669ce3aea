#include "iam/saml_metadata.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "stratolite/base/encoding.hpp"

namespace stratolite::iam {
namespace {

constexpr int kDeepestMetadata = 32;

/// Prefixes are the provider's to choose.
std::string_view ElementName(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// Certificates below a KeyDescriptor, wherever they are.
void CollectCertificates(const pugi::xml_node& node, std::vector<std::string>& out, int depth) {
  if (depth > kDeepestMetadata) return;
  for (const pugi::xml_node& child : node.children()) {
    if (ElementName(child) == "X509Certificate") {
      std::string text = child.child_value();
      std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
      if (auto bytes = Base64Decode(text)) out.push_back(*std::move(bytes));
    } else {
      CollectCertificates(child, out, depth + 1);
    }
  }
}

void ReadDescriptor(const pugi::xml_node& descriptor, SamlMetadata& out) {
  for (const pugi::xml_node& child : descriptor.children()) {
    const std::string_view name = ElementName(child);
    if (name == "KeyDescriptor") {
      // Without `use` a key is for everything.
      const std::string_view use = child.attribute("use").value();
      if (use.empty() || use == "signing") CollectCertificates(child, out.signing_certificates, 0);
    } else if (name == "SingleSignOnService") {
      out.sign_on_locations.emplace_back(child.attribute("Location").value());
    }
  }
}

}  // namespace

std::optional<SamlMetadata> ParseSamlMetadata(std::string_view document) {
  pugi::xml_document xml;
  if (!xml.load_buffer(document.data(), document.size())) return std::nullopt;
  const pugi::xml_node root = xml.document_element();
  if (ElementName(root) != "EntityDescriptor") return std::nullopt;
  SamlMetadata metadata;
  metadata.entity_id = root.attribute("entityID").value();
  if (metadata.entity_id.empty()) return std::nullopt;
  metadata.valid_until = ParseIso8601(root.attribute("validUntil").value());
  bool found = false;
  for (const pugi::xml_node& child : root.children()) {
    if (ElementName(child) != "IDPSSODescriptor") continue;
    found = true;
    if (!metadata.valid_until) metadata.valid_until = ParseIso8601(child.attribute("validUntil").value());
    ReadDescriptor(child, metadata);
  }
  if (!found || metadata.signing_certificates.empty() || metadata.sign_on_locations.empty()) return std::nullopt;
  return metadata;
}

}  // namespace stratolite::iam
