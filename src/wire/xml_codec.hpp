#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/model.hpp"
#include "wire/timestamps.hpp"
#include "wire/xml_writer.hpp"

namespace stratolite::wire::internal {

/// XML of the `rest-xml`, `query` and `ec2` protocols to and from the tree of values, guided by a shape.
/// All functions: Thread-safe.

/// What differs between the services that write XML.
struct XmlStyle {
  Iso8601Fraction fraction = Iso8601Fraction::kWhenNotZero;
  /// The Query protocol's own names (`Member::query_name`) before `locationName`. EC2 has such names for input only.
  bool query_names = false;
};

/// How a service's answers are written: S3 and EC2 show milliseconds even when they are zero.
XmlStyle XmlStyleOf(const ServiceModel& model);

/// Decodes a rest-xml body: members of the outermost structure that travel in the URI or in headers are left out, unknown elements
/// ignored. The root's name and namespace are not looked at (S3 takes `<BucketLoggingStatus>` without its namespace and documents under
/// older names alike). An empty body is an empty structure. Errors: MalformedXML.
Result<Json> DecodeXmlBody(const Shape& shape, std::string_view body, const DecodeLimits& limits);

/// The same for a `payload` member (a structure, or a union), whose own members all stand in the body.
Result<Json> DecodeXmlPayload(const Member& payload, std::string_view body, const DecodeLimits& limits);

/// Appends a whole document: declaration, `<root xmlns=…>`, the members of `value` that travel in the body in the model's order.
/// `xmlns` empty: the shape's own namespace. A structure whose only body member is a scalar named like the root becomes the root itself
/// (GetBucketLocation: `<LocationConstraint>eu-west-1</LocationConstraint>`).
/// Members that the model does not have assert in debug builds and are left out in release.
void EncodeXmlDocument(std::string& out, std::string_view root, const Shape& shape, const Json& value,
                       std::string_view xmlns, const XmlStyle& style = {});

/// Writes the members of a structure into the element that is open in `writer`: attributes first, then elements. Members bound to
/// headers or to the status are left out.
void WriteXmlMembers(XmlWriter& writer, const Shape& shape, const Json& value, const XmlStyle& style);

}  // namespace stratolite::wire::internal
