#include "iam/errors.hpp"

#include <fmt/format.h>

namespace stratolite::iam {

AwsError NoSuchEntity(std::string message) { return {"NoSuchEntity", std::move(message), 404}; }
AwsError NoSuchEntity(std::string_view what, std::string_view name) {
  return NoSuchEntity(fmt::format("The {} with name {} cannot be found.", what, name));
}
AwsError EntityAlreadyExists(std::string message) { return {"EntityAlreadyExists", std::move(message), 409}; }
AwsError DeleteConflict(std::string message) { return {"DeleteConflict", std::move(message), 409}; }
AwsError LimitExceeded(std::string message) { return {"LimitExceeded", std::move(message), 409}; }
AwsError InvalidInput(std::string message) { return {"InvalidInput", std::move(message), 400}; }
AwsError ValidationError(std::string message) { return {"ValidationError", std::move(message), 400}; }
AwsError MalformedPolicyDocument(std::string message) { return {"MalformedPolicyDocument", std::move(message), 400}; }
AwsError UnmodifiableEntity(std::string message) { return {"UnmodifiableEntity", std::move(message), 400}; }
AwsError PasswordPolicyViolation(std::string message) { return {"PasswordPolicyViolation", std::move(message), 400}; }

AwsError NameTaken(std::string_view what, std::string_view name) {
  return EntityAlreadyExists(fmt::format("{} with name {} already exists.", what, name));
}
AwsError DuplicateTagKeys() {
  return InvalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
}
AwsError ReservedTagKey() { return InvalidInput("System tags cannot be added/updated by requester"); }
AwsError TooManyTags() { return LimitExceeded("The number of tags has reached the maximum limit."); }
AwsError InlinePoliciesTooLarge(std::int64_t limit, std::string_view what, std::string_view name) {
  return LimitExceeded(fmt::format("Maximum policy size of {} bytes exceeded for {} {}", limit, what, name));
}
AwsError AliasTaken(std::string_view alias) {
  return EntityAlreadyExists(fmt::format("The account alias {} already exists.", alias));
}
AwsError NoSuchAlias(std::string_view alias) {
  return NoSuchEntity(fmt::format("The account alias {} cannot be found.", alias));
}
AwsError NoPasswordPolicy(std::string_view account) {
  return NoSuchEntity(fmt::format("The Password Policy with domain name {} cannot be found.", account));
}
AwsError CallerIsNoUser() { return ValidationError("Must specify userName when calling with non-User credentials"); }

}  // namespace stratolite::iam
