#include "s3/access_point_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "s3/account_block.hpp"
#include "s3/bucket_policy.hpp"
#include "s3/errors.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kAliasSuffix = "-s3alias";
constexpr std::string_view kBucketArnMark = ":s3:::";
constexpr std::string_view kPointMark = ":accesspoint/";
constexpr std::size_t kAccountDigits = 12;

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html
constexpr std::array<std::string_view, 33> kOperationsThroughPoints = {"AbortMultipartUpload",
                                                                       "CompleteMultipartUpload",
                                                                       "CopyObject",
                                                                       "CreateMultipartUpload",
                                                                       "DeleteObject",
                                                                       "DeleteObjects",
                                                                       "DeleteObjectTagging",
                                                                       "GetBucketAcl",
                                                                       "GetBucketCors",
                                                                       "GetBucketLocation",
                                                                       "GetBucketNotificationConfiguration",
                                                                       "GetBucketPolicy",
                                                                       "GetObject",
                                                                       "GetObjectAcl",
                                                                       "GetObjectAttributes",
                                                                       "GetObjectLegalHold",
                                                                       "GetObjectRetention",
                                                                       "GetObjectTagging",
                                                                       "HeadBucket",
                                                                       "HeadObject",
                                                                       "ListMultipartUploads",
                                                                       "ListObjects",
                                                                       "ListObjectsV2",
                                                                       "ListObjectVersions",
                                                                       "ListParts",
                                                                       "PutObject",
                                                                       "PutObjectAcl",
                                                                       "PutObjectLegalHold",
                                                                       "PutObjectRetention",
                                                                       "PutObjectTagging",
                                                                       "RestoreObject",
                                                                       "UploadPart",
                                                                       "UploadPartCopy"};

/// The pieces of a resource that a need has after the table of permissions: `arn:aws:s3:::<name>[/<key>]`, the name being an ARN now and then.
struct NamedResource {
  std::string_view name;
  /// With its slash; empty: no object.
  std::string_view key;
};

std::optional<NamedResource> SplitResource(std::string_view resource) {
  const std::size_t mark = resource.find(kBucketArnMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view rest = resource.substr(mark + kBucketArnMark.size());
  std::size_t from = 0;
  if (rest.starts_with("arn:")) {
    from = rest.find(kPointMark);
    if (from == std::string_view::npos) return std::nullopt;
    from += kPointMark.size();
  }
  const std::size_t slash = rest.find('/', from);
  if (slash == std::string_view::npos) return NamedResource{rest, {}};
  return NamedResource{rest.substr(0, slash), rest.substr(slash)};
}

/// The access point of an ARN, with or without `/object/<key>` behind its name.
std::optional<AccessPoint> FindByArn(Parts& parts, std::string_view text) {
  const auto arn = Arn::Parse(text);
  if (!arn || arn->service != "s3" || arn->resource.size() < kPointMark.size()) return std::nullopt;
  const std::string_view kind = std::string_view(arn->resource).substr(0, kPointMark.size() - 1);
  if (kind != "accesspoint/" && kind != "accesspoint:") return std::nullopt;
  const std::string_view rest = std::string_view(arn->resource).substr(kind.size());
  const std::string_view name = rest.substr(0, rest.find('/'));
  return parts.deps.db.Read([&](storage::Reader& reader) {
    return parts.access_points.Find(reader, {AccountId(arn->account), Region(arn->region)}, name);
  });
}

}  // namespace

std::string ArnOf(const AccessPoint& point) {
  return MakeArn("s3", {point.account, point.region}, "accesspoint/" + point.name).ToString();
}

std::optional<AccessPoint> FindAccessPointNamed(Parts& parts, const Region& region, std::string_view name) {
  if (name.starts_with("arn:")) return FindByArn(parts, name);
  if (name.ends_with(kAliasSuffix)) {
    return parts.deps.db.Read([&](storage::Reader& reader) { return parts.access_points.FindByAlias(reader, name); });
  }
  if (name.size() < kAccountDigits + 2) return std::nullopt;
  const std::string_view digits = name.substr(name.size() - kAccountDigits);
  if (!IsAccountId(digits) || name[name.size() - kAccountDigits - 1] != '-') return std::nullopt;
  const AccountId account{std::string(digits)};
  const std::string_view point = name.substr(0, name.size() - kAccountDigits - 1);
  return parts.deps.db.Read([&](storage::Reader& reader) {
    auto found = parts.access_points.Find(reader, {account, region}, point);
    return found ? found : parts.access_points.FindAnywhere(reader, account, point);
  });
}

Result<BucketPtr> FindNamedBucket(Parts& parts, const Call& call, std::string_view name) {
  if (BucketPtr bucket = parts.buckets.Find(name)) return bucket;
  const auto point = FindAccessPointNamed(parts, call.scope.region, name);
  if (!point) return name.starts_with("arn:") ? NoSuchAccessPoint(name) : NoSuchBucket(name);
  if (std::find(kOperationsThroughPoints.begin(), kOperationsThroughPoints.end(), call.operation) ==
      kOperationsThroughPoints.end())
    return MethodNotAllowed(call.model ? call.model->http_method() : std::string_view(), "ACCESSPOINT");
  BucketPtr bucket = parts.buckets.Find(point->bucket);
  // Its bucket was deleted, and one of that name may be somebody else's now.
  if (!bucket || bucket->account != point->bucket_account) return NoSuchBucket(point->bucket);
  return bucket;
}

void RefineThroughAccessPoint(Parts& parts, const Call& call, std::vector<AccessNeed>& needs) {
  std::vector<AccessNeed> more;
  for (AccessNeed& need : needs) {
    const auto named = SplitResource(need.resource);
    if (!named || parts.buckets.Find(named->name)) continue;
    const auto point = FindAccessPointNamed(parts, call.scope.region, named->name);
    if (!point) continue;
    need.context.Set("s3:DataAccessPointArn", ArnOf(*point));
    need.context.Set("s3:DataAccessPointAccount", point->account.str());
    need.context.Set("s3:AccessPointNetworkOrigin", std::string(point->vpc.empty() ? "Internet" : "VPC"));
    AccessNeed of_bucket = need;
    of_bucket.resource =
        fmt::format("arn:{}{}{}{}", PartitionOf(point->region), kBucketArnMark, point->bucket, named->key);
    need.resource = ArnOf(*point) + (named->key.empty() ? std::string() : "/object" + std::string(named->key));
    more.push_back(std::move(of_bucket));
  }
  for (AccessNeed& need : more) needs.push_back(std::move(need));
}

std::optional<ResourceFacts> FactsOfAccessPoint(Parts& parts, const Call& call, const AccessNeed& need) {
  if (need.resource.find(kPointMark) == std::string::npos) return std::nullopt;
  const auto point = FindByArn(parts, need.resource);
  if (!point) return std::nullopt;
  ResourceFacts facts;
  facts.owner = point->account;
  facts.policy = point->policy;
  facts.tags = point->tags;
  facts.context.Set("s3:ResourceAccount", point->account.str());
  PublicAccess access;
  AddBlock(point->public_access, access);
  if (const auto account = parts.account_settings.Find(point->account, kAccountBlockDocument))
    AddBlock(*account, access);
  const bool stranger = call.caller.type == auth::PrincipalType::kAnonymous || call.caller.account != point->account;
  if (stranger && access.restrict_buckets && IsPublicPolicy(facts.policy)) facts.policy.clear();
  return facts;
}

AwsError NoSuchAccessPoint(std::string_view name) {
  AwsError error = MakeError("NoSuchAccessPoint", "The specified accesspoint does not exist", 404);
  error.fields = std::make_shared<const Json>(Json{{"AccessPointName", name}});
  return error;
}

AwsError PublicAccessPointPolicyBlocked(std::string_view caller, std::string_view arn) {
  return MakeError(
      "AccessDenied",
      fmt::format("User: {} is not authorized to perform: s3:PutAccessPointPolicy on resource: \"{}\" because public "
                  "policies are blocked by the BlockPublicPolicy block public access setting.",
                  caller, arn),
      403);
}

AwsError BucketHasAccessPoints(std::string_view bucket) {
  AwsError error = MakeError("BucketHasAccessPointsAttached",
                             "The bucket you tried to delete has access points attached. Delete your access points "
                             "before deleting your bucket.",
                             400);
  error.fields = std::make_shared<const Json>(Json{{"BucketName", bucket}});
  return error;
}

}  // namespace stratolite::s3
