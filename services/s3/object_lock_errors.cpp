#include "s3/object_lock_errors.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>

#include "s3/errors.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::array<std::string_view, 7> kPacificWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kPacificMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// From the second Sunday of March, 2 o'clock there, to the first of November.
bool IsPacificSummer(TimePoint time) {
  using std::chrono::hours;
  using std::chrono::sys_days;
  const std::chrono::year year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year();
  const sys_days begin(year / std::chrono::March / std::chrono::Sunday[2]);
  const sys_days end(year / std::chrono::November / std::chrono::Sunday[1]);
  return time >= begin + hours(10) && time < end + hours(9);
}

}  // namespace

AwsError ObjectLocked() {
  return MakeError("AccessDenied", "Access Denied because object protected by object lock.", 403);
}

AwsError MissingObjectLock() { return InvalidRequest("Bucket is missing Object Lock Configuration"); }

AwsError NoObjectLockConfiguration(std::string_view bucket) {
  AwsError error = MakeError("ObjectLockConfigurationNotFoundError",
                             "Object Lock configuration does not exist for this bucket", 404);
  error.fields = std::make_shared<const Json>(Json{{"BucketName", bucket}});
  return error;
}

AwsError NoObjectLockOfVersion() {
  return MakeError("NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration",
                   404);
}

AwsError VersioningRequiredForLock() {
  return MakeError("InvalidBucketState",
                   "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration", 409);
}

AwsError VersioningLocked() {
  return MakeError("InvalidBucketState",
                   "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
                   409);
}

AwsError RetainUntilDatePassed(std::string_view argument, const std::string& value) {
  return InvalidArgument("The retain until date must be in the future!", argument, value);
}

std::string PacificTime(TimePoint time) {
  const bool summer = IsPacificSummer(time);
  const TimePoint local = time - std::chrono::hours(summer ? 7 : 8);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(local - day));
  return fmt::format("{} {} {:02} {:02}:{:02}:{:02} {} {}", kPacificWeekdays[std::chrono::weekday(day).c_encoding()],
                     kPacificMonths[static_cast<unsigned>(date.month()) - 1], static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(), summer ? "PDT" : "PST",
                     static_cast<int>(date.year()));
}

AwsError DefaultRetentionNotPositive(std::string_view argument) {
  return InvalidArgument("Default retention period must be a positive integer value.", argument, nullptr);
}

AwsError DefaultRetentionTooLarge(std::string_view argument) {
  return InvalidArgument("Default retention period too large.", argument, nullptr);
}

AwsError DigestRequiredForLock() {
  return InvalidRequest(
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters");
}

AwsError EventHoldNotImplemented(std::string_view what) { return HeaderNotImplemented(what); }

}  // namespace stratolite::s3
