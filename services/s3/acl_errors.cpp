#include "s3/acl_errors.hpp"

#include <fmt/format.h>

#include "s3/errors.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::s3 {

AwsError MalformedAcl() {
  return MakeError("MalformedACLError",
                   "The XML you provided was not well-formed or did not validate against our published schema", 400);
}

AwsError MissingAcl() {
  AwsError error = MakeError("MissingSecurityHeader", "Your request was missing a required header", 400);
  error.fields = std::make_shared<const Json>(Json{{"MissingHeaderName", "x-amz-acl"}});
  return error;
}

AwsError UnexpectedContent() { return MakeError("UnexpectedContent", "This request does not support content", 400); }

AwsError EmailGranteesEnded() {
  return MakeError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
}

AwsError InvalidBucketAclWithBlockPublicAccess() {
  return MakeError("InvalidBucketAclWithBlockPublicAccessError",
                   "Bucket cannot have public ACLs set with BlockPublicAccess enabled", 400);
}

AwsError PublicAclBlocked(std::string_view caller, std::string_view action, std::string_view resource) {
  if (caller.empty()) return AccessDenied();
  return MakeError(
      "AccessDenied",
      fmt::format("User: {} is not authorized to perform: {} on resource: \"{}\" because public access control lists "
                  "(ACLs) are blocked by the BlockPublicAcls block public access setting.",
                  caller, action, resource),
      403);
}

}  // namespace stratolite::s3
