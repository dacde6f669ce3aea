#include "s3control/access_point_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "s3control/account_block_operations.hpp"
#include "s3control/control_access.hpp"
#include "s3control/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3control {
namespace {

constexpr std::size_t kMinNameLength = 3;
constexpr std::size_t kMaxNameLength = 50;
constexpr std::int64_t kMaxPage = 1000;
// An alias has at most 63 characters, the last 43 of them made up.
constexpr std::size_t kMaxAliasPrefix = 20;
constexpr std::size_t kAliasRandomLength = 34;
constexpr std::string_view kLowerAlphanumerics = "abcdefghijklmnopqrstuvwxyz0123456789";
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations.html
constexpr std::size_t kMaxPolicyBytes = 20 * 1024;

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/creating-access-points.html#access-points-names
Result<void> CheckName(std::string_view name) {
  const auto allowed = [](char c) { return kLowerAlphanumerics.find(c) != std::string_view::npos || c == '-'; };
  if (!std::all_of(name.begin(), name.end(), allowed)) return InvalidUri(name);
  if (name.size() < kMinNameLength || name.size() > kMaxNameLength || name.front() == '-' || name.back() == '-' ||
      name.starts_with("xn--") || name.ends_with("-s3alias"))
    return InvalidRequest("Your Amazon S3 AccessPoint name is invalid");
  return {};
}

/// An ARN says it all where a name is asked for.
std::string NameIn(const Call& call) {
  std::string name = Fields(call.input).StringOr("Name", "");
  constexpr std::string_view kMark = ":accesspoint/";
  if (const auto mark = name.find(kMark); name.starts_with("arn:") && mark != std::string::npos)
    name.erase(0, mark + kMark.size());
  return name;
}

std::string PointArn(const ports::BucketControl::AccessPoint& point) {
  return MakeArn("s3", {point.account, point.region}, "accesspoint/" + point.name).ToString();
}

Json Summary(const ports::BucketControl::AccessPoint& point) {
  Json out{{"Name", point.name},     {"NetworkOrigin", point.vpc.empty() ? "Internet" : "VPC"},
           {"Bucket", point.bucket}, {"AccessPointArn", PointArn(point)},
           {"Alias", point.alias},   {"BucketAccountId", point.bucket_account.str()}};
  if (!point.vpc.empty()) out["VpcConfiguration"] = {{"VpcId", point.vpc}};
  return out;
}

}  // namespace

void AccessPointOperations::Register(OperationTable& operations) {
  using Self = AccessPointOperations;
  operations.Add("CreateAccessPoint", this, &Self::CreateAccessPoint).partial_note = "of general purpose buckets";
  operations.Add("GetAccessPoint", this, &Self::GetAccessPoint);
  operations.Add("DeleteAccessPoint", this, &Self::DeleteAccessPoint);
  operations.Add("ListAccessPoints", this, &Self::ListAccessPoints).partial_note = "no other data sources than S3";
  operations.Add("PutAccessPointPolicy", this, &Self::PutAccessPointPolicy);
  operations.Add("GetAccessPointPolicy", this, &Self::GetAccessPointPolicy);
  operations.Add("GetAccessPointPolicyStatus", this, &Self::GetAccessPointPolicyStatus);
  operations.Add("DeleteAccessPointPolicy", this, &Self::DeleteAccessPointPolicy);
}

Result<AccessPointOperations::AccessPoint> AccessPointOperations::Find(const Call& call,
                                                                       ports::BucketControl*& control) {
  RETURN_IF_ERROR(CheckAccount(call));
  ASSIGN_OR_RETURN(control, FindControl(deps_));
  const std::string name = NameIn(call);
  auto point = control->FindAccessPoint(call.scope, name);
  if (!point) return NoSuchAccessPoint(name);
  return *std::move(point);
}

Result<Json> AccessPointOperations::CreateAccessPoint(const Call& call) {
  RETURN_IF_ERROR(CheckAccount(call));
  const Fields in(call.input);
  AccessPoint point{.account = call.scope.account,
                    .region = call.scope.region,
                    .name = NameIn(call),
                    .alias = {},
                    .bucket = in.StringOr("Bucket", ""),
                    .bucket_account = call.scope.account,
                    .created_at = deps_.clock.Now()};
  RETURN_IF_ERROR(CheckName(point.name));
  if (in.Has("Scope")) return PartNotImplemented("scopes of access points");
  if (point.bucket.empty()) return MalformedXml();
  ASSIGN_OR_RETURN(auto* const control, FindControl(deps_));
  const auto bucket = control->FindBucket(point.bucket);
  if (!bucket || bucket->region != point.region)
    return InvalidRequest("Amazon S3 AccessPoint can only be created for existing bucket");
  if (bucket->directory) return PartNotImplemented("access points of directory buckets");
  point.bucket_account = bucket->account;
  if (in.StringOr("BucketAccountId", call.scope.account.str()) != bucket->account.str()) return AccessDenied();
  point.vpc = Fields(in.Object("VpcConfiguration")).StringOr("VpcId", "");
  // As recorded: what is left out of a block that is given is off, without any all is on.
  point.public_access =
      CompleteBlock(in.Object("PublicAccessBlockConfiguration"), !in.Has("PublicAccessBlockConfiguration"));
  ASSIGN_OR_RETURN(point.tags, control->ReadTags(in.List("Tags")));
  std::string prefix = point.name.substr(0, kMaxAliasPrefix);
  while (prefix.ends_with('-')) prefix.pop_back();
  point.alias = fmt::format("{}-{}-s3alias", prefix, deps_.random.String(kAliasRandomLength, kLowerAlphanumerics));
  if (!control->AddAccessPoint(point)) return AccessPointAlreadyOwnedByYou();
  return Json{{"AccessPointArn", PointArn(point)}, {"Alias", point.alias}};
}

Result<Json> AccessPointOperations::GetAccessPoint(const Call& call) {
  ports::BucketControl* control = nullptr;
  ASSIGN_OR_RETURN(const AccessPoint point, Find(call, control));
  const auto host = [&](std::string_view kind) {
    return fmt::format("s3-accesspoint{}.{}.{}", kind, point.region.str(), DnsSuffixOf(point.region));
  };
  Json out = Summary(point);
  out["PublicAccessBlockConfiguration"] = point.public_access;
  out["CreationDate"] = ToJson(point.created_at);
  out["Endpoints"] = {{"ipv4", host("")},
                      {"fips", host("-fips")},
                      {"fips_dualstack", host("-fips.dualstack")},
                      {"dualstack", host(".dualstack")}};
  return out;
}

Result<Json> AccessPointOperations::DeleteAccessPoint(const Call& call) {
  ports::BucketControl* control = nullptr;
  ASSIGN_OR_RETURN(const AccessPoint point, Find(call, control));
  if (!control->RemoveAccessPoint(call.scope, point.name)) return NoSuchAccessPoint(point.name);
  return Json::object();
}

Result<Json> AccessPointOperations::ListAccessPoints(const Call& call) {
  RETURN_IF_ERROR(CheckAccount(call));
  const Fields in(call.input);
  if (in.Has("DataSourceId") || in.StringOr("DataSourceType", "s3") != "s3")
    return PartNotImplemented("access points of other data sources than buckets");
  const std::int64_t asked = in.IntOr("MaxResults", kMaxPage);
  if (asked < 0) return InvalidRequest("maxResults must not be negative");
  const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(asked, 1, kMaxPage));
  std::string after;
  if (const auto token = in.OptionalString("NextToken"); token && !token->empty()) {
    const auto name = Base64Decode(*token);
    if (!name || !IsValidUtf8(*name)) return InvalidToken();
    after = *name;
  }
  ASSIGN_OR_RETURN(auto* const control, FindControl(deps_));
  auto points = control->ListAccessPoints(call.scope, in.StringOr("Bucket", ""), after, limit + 1);
  const bool more = points.size() > limit;
  if (more) points.pop_back();
  Json list = Json::array();
  for (const AccessPoint& point : points) list.push_back(Summary(point));
  Json out{{"AccessPointList", std::move(list)}};
  if (more) out["NextToken"] = Base64Encode(points.back().name);
  return out;
}

Result<Json> AccessPointOperations::PutAccessPointPolicy(const Call& call) {
  ports::BucketControl* control = nullptr;
  ASSIGN_OR_RETURN(const AccessPoint found, Find(call, control));
  const std::string policy = Fields(call.input).StringOr("Policy", "");
  if (policy.size() > kMaxPolicyBytes) return InvalidRequest("Policy exceeds the maximum allowed document size.");
  RETURN_IF_ERROR(control->CheckPolicy(found, policy, call.caller.arn));
  ASSIGN_OR_RETURN(const bool there,
                   control->ChangeAccessPoint(call.scope, found.name, [&](AccessPoint& point) -> Result<void> {
                     point.policy = policy;
                     return {};
                   }));
  if (!there) return NoSuchAccessPoint(found.name);
  return Json::object();
}

Result<Json> AccessPointOperations::GetAccessPointPolicy(const Call& call) {
  ports::BucketControl* control = nullptr;
  ASSIGN_OR_RETURN(const AccessPoint point, Find(call, control));
  if (point.policy.empty()) return NoSuchAccessPointPolicy(point.name);
  return Json{{"Policy", point.policy}};
}

Result<Json> AccessPointOperations::GetAccessPointPolicyStatus(const Call& call) {
  ports::BucketControl* control = nullptr;
  ASSIGN_OR_RETURN(const AccessPoint point, Find(call, control));
  if (point.policy.empty()) return NoSuchAccessPointPolicy(point.name);
  return Json{{"PolicyStatus", {{"IsPublic", control->IsPublicPolicy(point.policy)}}}};
}

Result<Json> AccessPointOperations::DeleteAccessPointPolicy(const Call& call) {
  ports::BucketControl* control = nullptr;
  ASSIGN_OR_RETURN(const AccessPoint found, Find(call, control));
  if (found.policy.empty()) return NoSuchAccessPointPolicy(found.name);
  ASSIGN_OR_RETURN(const bool there,
                   control->ChangeAccessPoint(call.scope, found.name, [](AccessPoint& point) -> Result<void> {
                     point.policy.clear();
                     return {};
                   }));
  if (!there) return NoSuchAccessPoint(found.name);
  return Json::object();
}

}  // namespace stratolite::s3control
