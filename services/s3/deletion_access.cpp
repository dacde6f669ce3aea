#include "s3/deletion_access.hpp"

#include "s3/access_guide.hpp"
#include "s3/access_point_requests.hpp"
#include "stratolite/ports/access_checks.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

bool IsDecidedByObject(Parts& parts, const Call& call) {
  if (call.operation != "DeleteObjects" || parts.deps.ports.Find<ports::AccessChecks>() == nullptr) return false;
  return FindNamedBucket(parts, call, Fields(call.input).StringOr("Bucket", "")).ok();
}

std::vector<std::optional<AwsError>> CheckDeletions(Parts& parts, const Call& call, const Bucket& bucket) {
  auto* const checks = parts.deps.ports.Find<ports::AccessChecks>();
  if (checks == nullptr || !checks->active()) return {};
  const Fields in(call.input);
  const bool bypass = in.Has("BypassGovernanceRetention");
  const std::string place = "arn:" + std::string(PartitionOf(bucket.region)) + ":s3:::" + in.StringOr("Bucket", "");
  const Json& objects = Fields(in.Object("Delete")).List("Objects");
  std::vector<AccessNeed> needs;
  std::vector<std::size_t> object_of_need;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const Fields object(objects[i]);
    const auto version = object.OptionalString("VersionId");
    std::vector<AccessNeed> of_object(1);
    of_object[0].action = version ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
    of_object[0].resource = place + "/" + object.StringOr("Key", "");
    if (version) of_object[0].context.Set("s3:VersionId", *version);
    if (bypass) {
      of_object.push_back(of_object[0]);
      of_object[1].action = "s3:BypassGovernanceRetention";
    }
    AddRequestFacts(parts, call, of_object);
    for (AccessNeed& need : of_object) {
      needs.push_back(std::move(need));
      object_of_need.push_back(i);
    }
  }
  std::vector<std::optional<AwsError>> denials(objects.size());
  auto outcomes = checks->CheckEach("s3", call, needs);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto& denial = denials[object_of_need[i]];
    if (outcomes[i] && !denial) denial = std::move(outcomes[i]);
  }
  return denials;
}

}  // namespace stratolite::s3
