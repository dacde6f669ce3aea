#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

/// What S3 says about Object Lock, as AWS was seen to say it.
namespace stratolite::s3 {

/// 403: the version is protected.
AwsError ObjectLocked();
/// 400: the bucket has no Object Lock.
AwsError MissingObjectLock();
/// 404: the bucket has none to show.
AwsError NoObjectLockConfiguration(std::string_view bucket);
/// 404: the version has neither, or not what was asked for.
AwsError NoObjectLockOfVersion();
/// 409: only buckets whose versioning is on can have one.
AwsError VersioningRequiredForLock();
/// 409: versioning stays on in a bucket with Object Lock.
AwsError VersioningLocked();
/// `argument`: the header or member; `value` as sent.
AwsError RetainUntilDatePassed(std::string_view argument, const std::string& value);
/// As AWS shows a date that it read out of a document: `Tue Dec 31 16:00:00 PST 2019`, in the time of its home.
std::string PacificTime(TimePoint time);
/// `argument`: `Days` or `Years`.
AwsError DefaultRetentionNotPositive(std::string_view argument);
AwsError DefaultRetentionTooLarge(std::string_view argument);
/// 400: whoever uploads what will be locked says what it is.
AwsError DigestRequiredForLock();
/// 501: retention that an event ends. `what`: the header or member.
AwsError EventHoldNotImplemented(std::string_view what);

}  // namespace stratolite::s3
