#include "s3/http_surface_errors.hpp"

#include "s3/errors.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

AwsError WithFields(AwsError error, Json fields) {
  error.fields = std::make_shared<const Json>(std::move(fields));
  return error;
}

}  // namespace

AwsError NoSuchCorsConfiguration(std::string_view bucket) {
  return WithFields(MakeError("NoSuchCORSConfiguration", "The CORS configuration does not exist", 404),
                    {{"BucketName", bucket}});
}

AwsError CorsForbidden(std::string_view message, std::string_view method, std::string_view resource_type) {
  return WithFields(MakeError("AccessForbidden", "CORSResponse: " + std::string(message), 403),
                    {{"Method", method}, {"ResourceType", resource_type}});
}

AwsError CorsNotAllowed(std::string_view method, std::string_view resource_type) {
  // The second `evalution` is AWS's own.
  return CorsForbidden(
      "This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
      "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS "
      "spec.",
      method, resource_type);
}

AwsError BadPreflight(std::string message) { return MakeError("BadRequest", std::move(message), 400); }

AwsError NoSuchWebsiteConfiguration(std::string_view bucket) {
  return WithFields(
      MakeError("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration", 404),
      {{"BucketName", bucket}});
}

AwsError MissingFormField(std::string_view field) {
  return InvalidArgument("Bucket POST must contain a field named '" + std::string(field) +
                             "'.  If it is specified, please check the order of the fields.",
                         field, "");
}

AwsError NoFormEncoding() {
  return PreconditionFailed("Bucket POST must be of the enclosure-type multipart/form-data");
}

AwsError MalformedForm() {
  return MakeError("MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.",
                   400);
}

AwsError FormFieldsTooLarge() {
  return MakeError("MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.",
                   400);
}

AwsError FormWithoutFile(int files) {
  return InvalidArgument("POST requires exactly one file upload per request.", "file", std::to_string(files));
}

AwsError AgainstPolicy(std::string_view reason) {
  return MakeError("AccessDenied", "Invalid according to Policy: " + std::string(reason), 403);
}

AwsError InvalidFormPolicy(std::string_view reason) {
  return MakeError("InvalidPolicyDocument", "Invalid Policy: " + std::string(reason), 400);
}

AwsError FormFileTooSmall(std::uint64_t proposed, std::uint64_t allowed) {
  return WithFields(MakeError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400),
                    {{"ProposedSize", std::to_string(proposed)}, {"MinSizeAllowed", std::to_string(allowed)}});
}

}  // namespace stratolite::s3
