#pragma once

#include <optional>
#include <string_view>

#include "s3/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/service/service.hpp"

/// Object Lock: versions that nobody may remove before their time. What the operations on objects ask about it.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
namespace stratolite::s3 {

/// Kind of s3_bucket_document: the ObjectLockConfiguration as GetObjectLockConfiguration answers it.
inline constexpr std::string_view kObjectLockDocument = "object-lock";

/// Once on, it stays on.
bool HasObjectLock(const Bucket& bucket);

/// `GOVERNANCE` or `COMPLIANCE`.
bool IsRetentionMode(std::string_view mode);

/// Retention and legal hold that a request asks for, for the object that it makes, into `details`. Errors: InvalidArgument, InvalidRequest.
Result<void> ReadObjectLock(const Call& call, const Bucket& bucket, TimePoint now, ObjectDetails& details);

/// Whether what a request uploads will be locked, by its own parameters or by the bucket's default.
bool WillBeLocked(const Bucket& bucket, const ObjectDetails& details);

/// The bucket's default retention, counted from its `last_modified`, for a new version that has none of its own.
void ApplyDefaultRetention(const Bucket& bucket, Object& object);

/// Whether a version may be removed for good, by whomever: retention in force (`bypass_governance` lifts that of the mode GOVERNANCE) and legal holds protect it.
/// Delete markers are never protected. Errors: AccessDenied.
Result<void> CheckNotLocked(const Object& object, TimePoint now, bool bypass_governance);

/// The same for a change of its retention to `wanted` (nullopt: none): making it longer is free, everything else is what the lock forbids.
Result<void> CheckRetentionChange(const ObjectDetails& details, const std::optional<Retention>& wanted, TimePoint now,
                                  bool bypass_governance);

/// BypassGovernanceRetention of a deletion. Errors: InvalidArgument in buckets without Object Lock.
Result<bool> ReadBypass(const Call& call, const Bucket& bucket);

/// ObjectLockMode and its relatives, of GetObject and HeadObject.
void AddObjectLock(Json& output, const ObjectDetails& details);

}  // namespace stratolite::s3
