#include "s3/lifecycle_errors.hpp"

#include <fmt/format.h>

#include "s3/errors.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::s3::lifecycle_errors {
namespace {

AwsError BadArgument(std::string message) { return MakeError("InvalidArgument", std::move(message), 400); }

}  // namespace

AwsError NoSuchConfiguration(std::string_view bucket) {
  AwsError error = MakeError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404);
  error.fields = std::make_shared<const Json>(Json{{"BucketName", bucket}});
  return error;
}

AwsError NoRules() { return InvalidRequest("At least one lifecycle rule must be specified."); }

AwsError TooManyRules() {
  return InvalidRequest("The number of lifecycle rules must not exceed the allowed limit of 1000 rules.");
}

AwsError IdTooLong() { return BadArgument("ID length should not exceed allowed limit of 255"); }

AwsError DuplicateId() { return BadArgument("Rule ID must be unique. Found same ID for more than one rule"); }

AwsError NoAction() { return InvalidRequest("At least one action needs to be specified in a rule"); }

AwsError PrefixBesideFilters() {
  return InvalidRequest("Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.");
}

AwsError FilterBesidePrefixes() { return InvalidRequest("Filter element can only be used in Lifecycle V2."); }

AwsError NewerVersionsBesidePrefixes() {
  return InvalidRequest("NewerNoncurrentVersions element can only be used in Lifecycle V2.");
}

AwsError OverlappingPrefixes(std::string_view one, std::string_view other, std::string_view action) {
  if (one == other) return InvalidRequest(fmt::format("Found two rules with same prefix '{}'", one));
  return InvalidRequest(
      fmt::format("Found overlapping prefixes '{}' and '{}' for same action type '{}'", one, other, action));
}

AwsError PrefixTooLong() { return InvalidRequest("The maximum size of a prefix is 1024"); }

AwsError DuplicateTagKeys() { return InvalidRequest("Duplicate Tag Keys are not allowed."); }

AwsError LowerSizeOutOfRange() {
  return InvalidRequest("'ObjectSizeGreaterThan' should be between 0 and 1099511627776000.");
}

AwsError UpperSizeOutOfRange() {
  return InvalidRequest("'ObjectSizeLessThan' should be between 1 and 1099511627776000.");
}

AwsError SizesOutOfOrder() {
  return InvalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
}

AwsError DaysNotPositive(std::string_view member, std::string_view action) {
  return BadArgument(fmt::format("'{}' for {} action must be a positive integer", member, action));
}

AwsError DaysNegative(std::string_view member, std::string_view action) {
  return BadArgument(fmt::format("'{}' in {} action must be nonnegative", member, action));
}

AwsError TooFewDays(std::string_view member, std::string_view action, std::string_view storage_class) {
  return BadArgument(fmt::format("'{}' in {} action must be greater than or equal to 30 for storageClass '{}'", member,
                                 action, storage_class));
}

AwsError NewerVersionsNotPositive() { return BadArgument("'NewerNoncurrentVersions' must be a positive integer"); }

AwsError NotMidnight() { return BadArgument("'Date' must be at midnight GMT"); }

AwsError WithTags(std::string_view action) {
  return InvalidRequest(fmt::format("{} cannot be specified with Tags.", action));
}

AwsError WithSizes(std::string_view action) {
  return InvalidRequest(fmt::format("{} cannot be specified with Object Size.", action));
}

AwsError MixedTransitionTimes(std::string_view filter) {
  return InvalidRequest(
      fmt::format("Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for filter '{}'", filter));
}

AwsError MixedTimes(std::string_view filter) {
  return InvalidRequest(
      fmt::format("Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter "
                  "'{}'",
                  filter));
}

AwsError SameStorageClass(std::string_view action, std::string_view filter) {
  return InvalidRequest(
      fmt::format("'StorageClass' must be different for '{}' actions in same 'Rule' with filter '{}'", action, filter));
}

AwsError ExpirationTooEarly(std::string_view member, std::string_view filter) {
  return BadArgument(
      fmt::format("'{0}' in the Expiration action for filter '{1}' must be greater than '{0}' in the Transition action",
                  member, filter));
}

AwsError NoncurrentExpirationTooEarly(std::string_view filter) {
  return BadArgument(
      fmt::format("'NoncurrentDays' in the NoncurrentVersionExpiration action for filter '{}' must be greater than "
                  "'NoncurrentDays' in the NoncurrentVersionTransition action",
                  filter));
}

AwsError TransitionsOutOfOrder(std::string_view member, std::string_view action, std::string_view later_class,
                               std::string_view earlier_class, std::string_view filter, int least_days) {
  const std::string more = least_days > 0 ? fmt::format("{} days more than", least_days) : "greater than";
  return BadArgument(
      fmt::format("'{0}' in the '{1}' action for StorageClass '{2}' for filter '{3}' must be {4} '{0}' in the '{1}' "
                  "action for StorageClass '{5}' for filter '{3}'",
                  member, action, later_class, filter, more, earlier_class));
}

AwsError BadDefaultMinimumSize() { return InvalidRequest("Invalid TransitionDefaultMinimumObjectSize found"); }

}  // namespace stratolite::s3::lifecycle_errors
