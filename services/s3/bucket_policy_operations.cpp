#include "s3/bucket_policy_operations.hpp"

#include "s3/account_block.hpp"
#include "s3/bucket_access.hpp"
#include "s3/bucket_policy.hpp"
#include "s3/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
constexpr std::size_t kMaxPolicyBytes = 20 * 1024;

}  // namespace

void BucketPolicyOperations::Register(OperationTable& operations) {
  using Self = BucketPolicyOperations;
  operations.Add("PutBucketPolicy", this, &Self::PutBucketPolicy);
  operations.Add("GetBucketPolicy", this, &Self::GetBucketPolicy);
  operations.Add("GetBucketPolicyStatus", this, &Self::GetBucketPolicyStatus);
  operations.Add("DeleteBucketPolicy", this, &Self::DeleteBucketPolicy);
}

Result<std::string> BucketPolicyOperations::Load(const Bucket& bucket) {
  const auto policy = parts_.deps.db.Read(
      [&](storage::Reader& reader) { return parts_.buckets.Document(reader, bucket.id, kPolicyDocument); });
  if (!policy) return NoSuchBucketPolicy(bucket.name);
  return policy->get<std::string>();
}

Result<Json> BucketPolicyOperations::PutBucketPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const std::string policy = Fields(call.input).StringOr("Policy", "");
  if (policy.size() > kMaxPolicyBytes) return MalformedPolicy("Policy exceeds the maximum allowed document size.");
  RETURN_IF_ERROR(CheckBucketPolicy(policy, bucket->name));
  const bool is_public = IsPublicPolicy(policy);
  // Read before the transaction; the bucket's own is looked at again in it.
  const bool blocked = is_public && EffectivePublicAccessBlock(parts_, *bucket).block_policy;
  if (call.reply != nullptr) call.reply->http_status = 204;
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts_.buckets.Exists(txn, bucket->id)) return NoSuchBucket(bucket->name);
    const auto block = parts_.buckets.Document(txn, bucket->id, kPublicAccessDocument);
    if (blocked || (is_public && BlocksPublicAccess(block, "BlockPublicPolicy")))
      return PublicPolicyBlocked(call.caller.arn, bucket->name);
    parts_.buckets.SetDocument(txn, *bucket, kPolicyDocument, policy);
    return Json::object();
  });
}

Result<Json> BucketPolicyOperations::GetBucketPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(std::string policy, Load(*bucket));
  return Json{{"Policy", std::move(policy)}};
}

Result<Json> BucketPolicyOperations::GetBucketPolicyStatus(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string policy, Load(*bucket));
  return Json{{"PolicyStatus", {{"IsPublic", IsPublicPolicy(policy)}}}};
}

Result<Json> BucketPolicyOperations::DeleteBucketPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts_.buckets.Exists(txn, bucket->id)) return NoSuchBucket(bucket->name);
    parts_.buckets.RemoveDocument(txn, *bucket, kPolicyDocument);
    return Json::object();
  });
}

}  // namespace stratolite::s3
