#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// Every error that IAM answers. The codes are what clients see, which is the model's `error` code where it differs from the shape's name.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
namespace stratolite::iam {

AwsError NoSuchEntity(std::string message);
/// `The user with name alice cannot be found.`; `what`: `user`, `role`, `group`, …
AwsError NoSuchEntity(std::string_view what, std::string_view name);
AwsError EntityAlreadyExists(std::string message);
AwsError DeleteConflict(std::string message);
AwsError LimitExceeded(std::string message);
AwsError InvalidInput(std::string message);
AwsError ValidationError(std::string message);
AwsError MalformedPolicyDocument(std::string message);
AwsError UnmodifiableEntity(std::string message);
AwsError PasswordPolicyViolation(std::string message);

/// `User with name alice already exists.`; `what`: `User`, `Group`, `Role`, …
AwsError NameTaken(std::string_view what, std::string_view name);
AwsError DuplicateTagKeys();
/// Tag keys that begin with `aws:`.
AwsError ReservedTagKey();
AwsError TooManyTags();
/// Of inline policies together: `what`: `user`, `group`, `role`.
AwsError InlinePoliciesTooLarge(std::int64_t limit, std::string_view what, std::string_view name);
/// An alias that another account has.
AwsError AliasTaken(std::string_view alias);
AwsError NoSuchAlias(std::string_view alias);
AwsError NoPasswordPolicy(std::string_view account);
/// An operation on the caller itself, who is no user.
AwsError CallerIsNoUser();

}  // namespace stratolite::iam
