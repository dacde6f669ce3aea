#include "s3/object_lock.hpp"

#include "s3/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

Result<void> ReadObjectLock(const Call& call, const Bucket&, ObjectDetails&) {
  const Fields in(call.input);
  constexpr std::string_view kMode = "x-amz-object-lock-mode";
  constexpr std::string_view kUntil = "x-amz-object-lock-retain-until-date";
  constexpr const char* kBoth = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
  const auto mode = in.OptionalString("ObjectLockMode");
  const bool until = in.Has("ObjectLockRetainUntilDate");
  if (mode && *mode != "GOVERNANCE" && *mode != "COMPLIANCE") {
    return InvalidArgument("Unknown wormMode directive.", kMode, *mode);
  }
  if (mode && !until) return InvalidArgument(kBoth, kUntil, nullptr);
  if (until && !mode) return InvalidArgument(kBoth, kMode, nullptr);
  // No bucket has a lock configuration here.
  if (mode || in.Has("ObjectLockLegalHoldStatus")) return InvalidRequest("Bucket is missing Object Lock Configuration");
  for (const char* hold :
       {"ObjectLockEventHold", "ObjectLockEventHoldDurationDays", "ObjectLockEventHoldDurationYears"}) {
    if (in.Has(hold)) return HeaderNotImplemented("x-amz-object-lock-event-hold");
  }
  return {};
}

}  // namespace stratolite::s3
