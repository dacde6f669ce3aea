#include "s3control/errors.hpp"

#include <fmt/format.h>

#include "stratolite/base/json.hpp"

namespace stratolite::s3control {
namespace {

AwsError Make(std::string_view code, std::string message, int http_status, Json fields = nullptr) {
  AwsError error{.code = std::string(code), .message = std::move(message), .http_status = http_status};
  if (!fields.is_null()) error.fields = std::make_shared<const Json>(std::move(fields));
  return error;
}

}  // namespace

AwsError AccessDenied() { return Make("AccessDenied", "Access Denied", 403); }

AwsError InvalidUri(std::string_view uri) {
  return Make("InvalidURI", "Couldn't parse the specified URI.", 400, {{"URI", uri}});
}

AwsError InvalidRequest(std::string_view message) { return Make("InvalidRequest", std::string(message), 400); }

AwsError MalformedXml() {
  return Make("MalformedXML",
              "The XML you provided was not well-formed or did not validate against our published schema", 400);
}

AwsError AccessPointAlreadyOwnedByYou() {
  return Make("AccessPointAlreadyOwnedByYou",
              "Your previous request to create the named accesspoint succeeded and you already own it.", 409);
}

AwsError NoSuchAccessPoint(std::string_view name) {
  return Make("NoSuchAccessPoint", "The specified accesspoint does not exist", 404, {{"AccessPointName", name}});
}

AwsError NoSuchAccessPointPolicy(std::string_view name) {
  return Make("NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist", 404,
              {{"AccessPointName", name}});
}

AwsError NoSuchPublicAccessBlock(std::string_view account) {
  return Make("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", 404,
              {{"AccountId", account}});
}

AwsError NoSuchResource() { return Make("NoSuchResource", "The specified resource doesn't exist.", 404); }

AwsError InvalidToken() { return InvalidRequest("The continuation token provided is incorrect"); }

AwsError PartNotImplemented(std::string_view what) {
  return Make("NotImplemented", fmt::format("Stratolite does not implement {} of S3 Control.", what), 501);
}

AwsError WithoutS3() { return Make("NotImplemented", "This world has no S3.", 501); }

}  // namespace stratolite::s3control
