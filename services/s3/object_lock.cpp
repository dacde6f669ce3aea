#include "s3/object_lock.hpp"

#include <array>
#include <chrono>

#include "s3/errors.hpp"
#include "s3/object_lock_errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kGovernance = "GOVERNANCE";
constexpr std::string_view kCompliance = "COMPLIANCE";
constexpr std::string_view kModeHeader = "x-amz-object-lock-mode";
constexpr std::string_view kUntilHeader = "x-amz-object-lock-retain-until-date";
constexpr std::string_view kHoldHeader = "x-amz-object-lock-legal-hold";
constexpr std::string_view kBypassHeader = "x-amz-bypass-governance-retention";
/// "Amazon S3 counts 1 year as 365 days."
constexpr int kDaysOfYear = 365;

std::string AsSent(const Call& call, std::string_view header, TimePoint value) {
  const auto sent = call.headers == nullptr ? std::nullopt : call.headers->Find(header);
  return sent ? std::string(*sent) : FormatIso8601(value);
}

Result<std::optional<Retention>> ReadRetentionHeaders(const Call& call, TimePoint now) {
  constexpr const char* kBoth = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
  const Fields in(call.input);
  const auto mode = in.OptionalString("ObjectLockMode");
  const auto until = in.OptionalTime("ObjectLockRetainUntilDate");
  if (mode && !IsRetentionMode(*mode)) return InvalidArgument("Unknown wormMode directive.", kModeHeader, *mode);
  if (mode && !until) return InvalidArgument(kBoth, kUntilHeader, nullptr);
  if (until && !mode) return InvalidArgument(kBoth, kModeHeader, nullptr);
  if (!mode) return std::optional<Retention>();
  if (*until <= now) return RetainUntilDatePassed(kUntilHeader, AsSent(call, kUntilHeader, *until));
  return std::optional(Retention{*mode, *until});
}

const Json* DefaultRetentionOf(const Bucket& bucket) {
  const Json* const configuration = bucket.Setting(kObjectLockDocument);
  if (configuration == nullptr || !configuration->contains("Rule")) return nullptr;
  return &configuration->at("Rule").at("DefaultRetention");
}

}  // namespace

bool HasObjectLock(const Bucket& bucket) { return bucket.Setting(kObjectLockDocument) != nullptr; }

bool IsRetentionMode(std::string_view mode) { return mode == kGovernance || mode == kCompliance; }

Result<void> ReadObjectLock(const Call& call, const Bucket& bucket, TimePoint now, ObjectDetails& details) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(details.retention, ReadRetentionHeaders(call, now));
  const auto hold = in.OptionalString("ObjectLockLegalHoldStatus");
  if (hold && *hold != "ON" && *hold != "OFF")
    return InvalidArgument("Legal Hold must be either of 'ON' or 'OFF'", kHoldHeader, *hold);
  for (const char* event :
       {"ObjectLockEventHold", "ObjectLockEventHoldDurationDays", "ObjectLockEventHoldDurationYears"}) {
    if (in.Has(event)) return EventHoldNotImplemented("x-amz-object-lock-event-hold");
  }
  if (!details.retention && !hold) return {};
  if (!HasObjectLock(bucket)) return MissingObjectLock();
  if (call.access_key_id.empty()) {
    return InvalidArgument("Put Object requests with Object Lock parameters require AWS Signature Version 4",
                           "Authorization", nullptr);
  }
  details.legal_hold = hold == "ON";
  details.legal_hold_released = hold == "OFF";
  return {};
}

bool WillBeLocked(const Bucket& bucket, const ObjectDetails& details) {
  return details.retention || details.legal_hold || details.legal_hold_released ||
         DefaultRetentionOf(bucket) != nullptr;
}

void ApplyDefaultRetention(const Bucket& bucket, Object& object) {
  if (object.is_delete_marker || object.details.retention) return;
  const Json* const rule = DefaultRetentionOf(bucket);
  if (rule == nullptr) return;
  const Fields fields(*rule);
  const std::chrono::days period(fields.IntOr("Days", fields.IntOr("Years", 0) * kDaysOfYear));
  object.details.retention = Retention{fields.StringOr("Mode", kGovernance), object.last_modified + period};
}

Result<void> CheckNotLocked(const Object& object, TimePoint now, bool bypass_governance) {
  if (object.is_delete_marker) return {};
  if (object.details.legal_hold) return ObjectLocked();
  return CheckRetentionChange(object.details, std::nullopt, now, bypass_governance);
}

Result<void> CheckRetentionChange(const ObjectDetails& details, const std::optional<Retention>& wanted, TimePoint now,
                                  bool bypass_governance) {
  const auto& current = details.retention;
  if (!current || current->until <= now) return {};
  if (wanted && wanted->mode == current->mode && wanted->until >= current->until) return {};
  if (current->mode == kGovernance && bypass_governance) return {};
  return ObjectLocked();
}

Result<bool> ReadBypass(const Call& call, const Bucket& bucket) {
  const Fields in(call.input);
  if (!in.Has("BypassGovernanceRetention")) return false;
  if (!HasObjectLock(bucket)) {
    return InvalidArgument("x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
                           kBypassHeader, nullptr);
  }
  return in.BoolOr("BypassGovernanceRetention", false);
}

void AddObjectLock(Json& output, const ObjectDetails& details) {
  if (details.retention) {
    output["ObjectLockMode"] = details.retention->mode;
    output["ObjectLockRetainUntilDate"] = ToJson(details.retention->until);
  }
  if (details.legal_hold || details.legal_hold_released)
    output["ObjectLockLegalHoldStatus"] = details.legal_hold ? "ON" : "OFF";
}

}  // namespace stratolite::s3
