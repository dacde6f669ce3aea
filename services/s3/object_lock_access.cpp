#include "s3/object_lock_access.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "stratolite/ports/access_checks.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

void SetObjectLockKeys(const Call& call, TimePoint now, auth::AccessContext& context) {
  const Fields in(call.input);
  const Fields retention(in.Object("Retention"));
  const auto mode = in.Has("Retention") ? retention.OptionalString("Mode") : in.OptionalString("ObjectLockMode");
  const auto until =
      in.Has("Retention") ? retention.OptionalTime("RetainUntilDate") : in.OptionalTime("ObjectLockRetainUntilDate");
  const auto hold = in.Has("LegalHold") ? Fields(in.Object("LegalHold")).OptionalString("Status")
                                        : in.OptionalString("ObjectLockLegalHoldStatus");
  if (mode) context.Set("s3:object-lock-mode", *mode);
  if (hold) context.Set("s3:object-lock-legal-hold", *hold);
  if (!until) return;
  context.Set("s3:object-lock-retain-until-date", FormatIso8601(*until));
  context.Set("s3:object-lock-remaining-retention-days",
              std::to_string(std::chrono::ceil<std::chrono::days>(*until - now).count()));
}

void HideObjectLock(Parts& parts, const Call& call, Json& output) {
  const bool retention = output.contains("ObjectLockMode");
  const bool hold = output.contains("ObjectLockLegalHoldStatus");
  if (!retention && !hold) return;
  auto* const checks = parts.deps.ports.Find<ports::AccessChecks>();
  if (checks == nullptr) return;
  const Fields in(call.input);
  AccessNeed need;
  need.resource = "arn:" + std::string(PartitionOf(call.scope.region)) + ":s3:::" + in.StringOr("Bucket", "") + "/" +
                  in.StringOr("Key", "");
  std::vector<AccessNeed> needs(2, need);
  needs[0].action = "s3:GetObjectRetention";
  needs[1].action = "s3:GetObjectLegalHold";
  const auto denials = checks->CheckEach("s3", call, needs);
  if (denials[0]) {
    output.erase("ObjectLockMode");
    output.erase("ObjectLockRetainUntilDate");
  }
  if (denials[1]) output.erase("ObjectLockLegalHoldStatus");
}

}  // namespace stratolite::s3
