#include "s3/bucket_control.hpp"

#include "s3/access_point_requests.hpp"
#include "s3/account_block.hpp"
#include "s3/bucket_policy.hpp"
#include "s3/bucket_setting_operations.hpp"
#include "s3/directory_buckets.hpp"
#include "s3/errors.hpp"
#include "s3/object_tags.hpp"

namespace stratolite::s3 {

std::optional<ports::BucketControl::BucketFacts> S3BucketControl::FindBucket(std::string_view name) {
  const BucketPtr bucket = parts_.buckets.Find(name);
  if (!bucket) return std::nullopt;
  return BucketFacts{.account = bucket->account, .region = bucket->region, .directory = IsDirectoryBucketName(name)};
}

ports::BucketControl::Tags S3BucketControl::TagsOfBucket(std::string_view name) {
  const BucketPtr bucket = parts_.buckets.Find(name);
  const Json* const tags = bucket ? bucket->Setting(kTaggingDocument) : nullptr;
  return tags == nullptr ? Tags() : tags->get<Tags>();
}

Result<bool> S3BucketControl::ChangeTagsOfBucket(std::string_view name,
                                                 const std::function<Result<void>(Tags&)>& change) {
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<bool> {
    const BucketPtr bucket = parts_.buckets.Find(txn, name);
    if (!bucket) return false;
    const Json* const set = bucket->Setting(kTaggingDocument);
    Tags tags = set == nullptr ? Tags() : set->get<Tags>();
    RETURN_IF_ERROR(change(tags));
    if (tags.empty()) {
      parts_.buckets.RemoveDocument(txn, *bucket, kTaggingDocument);
    } else {
      parts_.buckets.SetDocument(txn, *bucket, kTaggingDocument, tags);
    }
    return true;
  });
}

Result<ports::BucketControl::Tags> S3BucketControl::ReadTags(const Json& list) {
  return ValidateTagSet(list, TagSubject::kNewBucket);
}

std::optional<Json> S3BucketControl::PublicAccessBlockOf(const AccountId& account) {
  return parts_.account_settings.Find(account, kAccountBlockDocument);
}

void S3BucketControl::SetPublicAccessBlock(const AccountId& account, const Json& block) {
  parts_.account_settings.Set(account, kAccountBlockDocument, block);
}

std::optional<AccessPoint> S3BucketControl::FindAccessPoint(const Scope& scope, std::string_view name) {
  return parts_.deps.db.Read([&](storage::Reader& reader) { return parts_.access_points.Find(reader, scope, name); });
}

bool S3BucketControl::AddAccessPoint(const AccessPoint& point) {
  return parts_.deps.db.Transact([&](storage::Txn& txn) {
    if (parts_.access_points.Find(txn, {point.account, point.region}, point.name)) return false;
    parts_.access_points.Insert(txn, point);
    return true;
  });
}

Result<bool> S3BucketControl::ChangeAccessPoint(const Scope& scope, std::string_view name,
                                                const std::function<Result<void>(AccessPoint&)>& change) {
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<bool> {
    auto point = parts_.access_points.Find(txn, scope, name);
    if (!point) return false;
    RETURN_IF_ERROR(change(*point));
    parts_.access_points.Update(txn, *point);
    return true;
  });
}

bool S3BucketControl::RemoveAccessPoint(const Scope& scope, std::string_view name) {
  return parts_.deps.db.Transact([&](storage::Txn& txn) {
    const auto point = parts_.access_points.Find(txn, scope, name);
    if (point) parts_.access_points.Remove(txn, *point);
    return point.has_value();
  });
}

std::vector<AccessPoint> S3BucketControl::ListAccessPoints(const Scope& scope, std::string_view bucket,
                                                           std::string_view after, std::size_t limit) {
  return parts_.deps.db.Read(
      [&](storage::Reader& reader) { return parts_.access_points.List(reader, scope, bucket, after, limit); });
}

Result<void> S3BucketControl::CheckPolicy(const AccessPoint& point, std::string_view policy, std::string_view caller) {
  const std::string arn = ArnOf(point);
  RETURN_IF_ERROR(CheckBucketPolicy(policy, arn));
  PublicAccess access;
  if (const BucketPtr bucket = parts_.buckets.Find(point.bucket)) access = EffectivePublicAccessBlock(parts_, *bucket);
  AddBlock(point.public_access, access);
  if (const auto account = PublicAccessBlockOf(point.account)) AddBlock(*account, access);
  if (access.block_policy && s3::IsPublicPolicy(policy)) return PublicAccessPointPolicyBlocked(caller, arn);
  return {};
}

bool S3BucketControl::IsPublicPolicy(std::string_view policy) { return s3::IsPublicPolicy(policy); }

}  // namespace stratolite::s3
