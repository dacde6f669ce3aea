#include "s3/access_guide.hpp"

#include "s3/abac_operations.hpp"
#include "s3/access_point_requests.hpp"
#include "s3/account_block.hpp"
#include "s3/acl_access.hpp"
#include "s3/bucket_policy.hpp"
#include "s3/deletion_access.hpp"
#include "s3/directory_buckets.hpp"
#include "s3/object_lock_access.hpp"
#include "s3/object_tags.hpp"
#include "s3/ownership.hpp"
#include "s3/post_form_file.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kResourcePrefix = ":s3:::";

struct NamedObject {
  std::string bucket;
  /// Empty: the bucket itself.
  std::string key;
};

std::optional<NamedObject> ParseResource(std::string_view resource) {
  if (const auto name = DirectoryBucketOfArn(resource); !name.empty()) return NamedObject{std::string(name), {}};
  const std::size_t begin = resource.find(kResourcePrefix);
  if (!resource.starts_with("arn:") || begin == std::string_view::npos) return std::nullopt;
  const std::string_view rest = resource.substr(begin + kResourcePrefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return NamedObject{std::string(rest), {}};
  return NamedObject{std::string(rest.substr(0, slash)), std::string(rest.substr(slash + 1))};
}

std::string ArnOfObject(const Call& call, std::string_view bucket, std::string_view key = {}) {
  std::string arn = "arn:" + std::string(PartitionOf(call.scope.region)) + std::string(kResourcePrefix);
  arn.append(bucket);
  if (!key.empty()) arn.append("/").append(key);
  return arn;
}

/// Tags that the request gives an object.
TagMap RequestTags(const Call& call) {
  const Json* const tagging = Fields(call.input).Find("Tagging");
  if (tagging == nullptr) return {};
  auto tags = tagging->is_string() ? ParseTaggingHeader(tagging->get_ref<const std::string&>())
                                   : ValidateTagSet(Fields(*tagging).List("TagSet"), TagSubject::kObject);
  return tags.ok() ? *std::move(tags) : TagMap();
}

void SetRequestTags(const TagMap& tags, auth::AccessContext& context) {
  if (tags.empty()) return;
  auth::AccessContext::Values keys;
  for (const auto& [key, value] : tags) {
    context.Set("s3:RequestObjectTag/" + key, value);
    keys.push_back(key);
  }
  context.Set("s3:RequestObjectTagKeys", std::move(keys));
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
void SetSignatureKeys(const Call& call, auth::AccessContext& context) {
  if (call.access_key_id.empty()) return;
  const bool header = call.headers != nullptr && call.headers->Find("authorization").has_value();
  const bool form = PostFormFile::Of(call) != nullptr;
  context.Set("s3:authType", std::string(form ? "POST" : header ? "REST-HEADER" : "REST-QUERY-STRING"));
  context.Set("s3:signatureversion", std::string("AWS4-HMAC-SHA256"));
  if (call.headers == nullptr) return;
  if (const auto digest = call.headers->Find("x-amz-content-sha256"))
    context.Set("s3:x-amz-content-sha256", std::string(*digest));
}

bool ReadsObject(std::string_view operation) {
  return operation == "GetObject" || operation == "HeadObject" || operation == "GetObjectAttributes";
}

}  // namespace

void AddRequestFacts(Parts& parts, const Call& call, std::vector<AccessNeed>& needs) {
  const Fields in(call.input);
  RefineThroughAccessPoint(parts, call, needs);
  RefineForDirectoryBuckets(call, needs);
  const TagMap tags = RequestTags(call);
  for (AccessNeed& need : needs) {
    SetSignatureKeys(call, need.context);
    SetRequestTags(tags, need.context);
    SetObjectLockKeys(call, parts.deps.clock.Now(), need.context);
    if (call.operation == "CreateBucket")
      need.context.Set("s3:LocationConstraint",
                       Fields(in.Object("CreateBucketConfiguration")).StringOr("LocationConstraint", ""));
  }
}

std::optional<Object> S3AccessGuide::FindObject(const std::string& bucket, std::string_view key,
                                                const std::optional<std::string>& version) {
  const BucketPtr found = parts_.buckets.Find(bucket);
  if (!found || key.empty()) return std::nullopt;
  return parts_.deps.db.Read([&](storage::Reader& reader) {
    return version ? parts_.objects.FindVersion(reader, found->id, key, *version)
                   : parts_.objects.FindLatest(reader, found->id, key);
  });
}

// Who may not list a bucket does not learn what is not in it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: If the object that you request doesn't exist in the bucket …
void S3AccessGuide::AddListing(const std::string& bucket, std::string_view key,
                               const std::optional<std::string>& version, std::vector<AccessNeed>& needs) {
  if (needs.empty() || !parts_.buckets.Find(bucket)) return;
  const auto object = FindObject(bucket, key, version);
  if (object && !object->is_delete_marker) return;
  AccessNeed need{.action = "s3:ListBucket"};
  need.resource = needs.front().resource.substr(0, needs.front().resource.find('/'));
  needs.push_back(std::move(need));
}

void S3AccessGuide::AddSource(const Call& call, std::vector<AccessNeed>& needs) {
  const auto source = ReadCopySource(call);
  // The handler says what is wrong with it.
  if (!source.ok()) return;
  std::vector<AccessNeed> reading(1);
  reading[0].action = source->version_id ? "s3:GetObjectVersion" : "s3:GetObject";
  reading[0].resource = ArnOfObject(call, source->bucket, source->key);
  if (source->version_id) reading[0].context.Set("s3:VersionId", *source->version_id);
  const bool copies_tags = call.operation == "CopyObject" && !needs.empty() &&
                           Fields(call.input).StringOr("TaggingDirective", "COPY") == "COPY";
  const auto object = FindObject(source->bucket, source->key, source->version_id);
  if (copies_tags && object && !object->tags.empty()) {
    AccessNeed tags = reading[0];
    tags.action = source->version_id ? "s3:GetObjectVersionTagging" : "s3:GetObjectTagging";
    reading.push_back(std::move(tags));
    AccessNeed tagging{.action = "s3:PutObjectTagging", .resource = needs.front().resource};
    needs.push_back(std::move(tagging));
  }
  AddListing(source->bucket, source->key, source->version_id, reading);
  for (AccessNeed& need : reading) needs.push_back(std::move(need));
}

void S3AccessGuide::Refine(const Call& call, std::vector<AccessNeed>& needs) {
  if (IsDecidedByObject(parts_, call)) return needs.clear();
  const Fields in(call.input);
  if (ReadsObject(call.operation))
    AddListing(in.StringOr("Bucket", ""), in.StringOr("Key", ""), in.OptionalString("VersionId"), needs);
  if (in.Has("CopySource")) AddSource(call, needs);
  AddRequestFacts(parts_, call, needs);
}

ResourceFacts S3AccessGuide::FactsOf(const Call& call, const AccessNeed& need) {
  if (auto of_point = FactsOfAccessPoint(parts_, call, need)) return *std::move(of_point);
  ResourceFacts facts;
  const auto named = ParseResource(need.resource);
  if (!named) return facts;
  const BucketPtr bucket = parts_.buckets.Find(named->bucket);
  if (!bucket) return facts;
  facts.owner = bucket->account;
  facts.context.Set("s3:ResourceAccount", bucket->account.str());
  AddBucketTags(*bucket, facts);
  std::optional<Object> object;
  if (!named->key.empty()) {
    const auto* version = need.context.Find("s3:VersionId");
    const bool of_version = version != nullptr && !version->empty();
    object = FindObject(bucket->name, named->key, of_version ? std::optional(version->front()) : std::nullopt);
  }
  if (object)
    for (const auto& [key, value] : object->tags) facts.context.Set("s3:ExistingObjectTag/" + key, value);
  if (const Json* const policy = bucket->Setting(kPolicyDocument)) facts.policy = policy->get<std::string>();
  if (facts.policy.empty() && !HasAcls(*bucket)) return facts;
  const PublicAccess block = EffectivePublicAccessBlock(parts_, *bucket);
  // RestrictPublicBuckets: a public policy opens the bucket to nobody outside its account.
  const bool stranger = call.caller.type == auth::PrincipalType::kAnonymous || call.caller.account != bucket->account;
  if (stranger && block.restrict_buckets && IsPublicPolicy(facts.policy)) facts.policy.clear();
  AddAclFacts({call, need.action, *bucket, object ? &*object : nullptr, block.ignore_acls}, facts);
  return facts;
}

}  // namespace stratolite::s3
