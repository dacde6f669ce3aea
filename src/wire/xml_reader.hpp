#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "stratolite/base/result.hpp"

namespace stratolite::wire::internal {

/// Limits of an XML request that are not about shapes: how much memory a hostile document can make the tree take.
inline constexpr std::size_t kMaxXmlBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kMaxXmlTags = 1'000'000;

/// S3's answer to a body it cannot use, also for other rest-xml services.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
AwsError MalformedXml();

/// A parsed XML document. Refuses what a request never needs and an attacker does: document types (and with them entities), text that
/// is not UTF-8, more than one root, documents beyond the limits above. Not thread-safe.
class XmlDocument {
 public:
  /// Errors: MalformedXML. A body of nothing but white space is well: it has no root.
  Result<void> Parse(std::string_view text);
  /// The root element; a null node when there is none.
  pugi::xml_node root() const { return root_; }

 private:
  pugi::xml_document document_;
  pugi::xml_node root_;
};

/// `Name` of `ns:Name`.
std::string_view LocalName(std::string_view qualified);

/// All text and CDATA directly in `element`, white space kept, comments left out.
std::string TextOf(const pugi::xml_node& element);

/// Value of the attribute `name` (`test`, `xsi:type`): by its full name, else by its local name under any prefix.
std::optional<std::string_view> AttributeOf(const pugi::xml_node& element, std::string_view name);

}  // namespace stratolite::wire::internal
