#include "s3/directory_buckets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "s3/bucket_setting_operations.hpp"
#include "s3/errors.hpp"
#include "s3/object_tags.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kDirectorySuffix = "--x-s3";
constexpr std::string_view kDirectoryArnMark = ":bucket/";
constexpr std::size_t kMinDirectoryName = 3;
constexpr std::size_t kMaxDirectoryName = 63;

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html#s3-express-differences-api-operations
constexpr std::array<std::string_view, 17> kObjectOperations = {"AbortMultipartUpload",
                                                                "CompleteMultipartUpload",
                                                                "CopyObject",
                                                                "CreateMultipartUpload",
                                                                "DeleteObject",
                                                                "DeleteObjects",
                                                                "GetObject",
                                                                "GetObjectAttributes",
                                                                "HeadBucket",
                                                                "HeadObject",
                                                                "ListMultipartUploads",
                                                                "ListObjectsV2",
                                                                "ListParts",
                                                                "PutObject",
                                                                "RenameObject",
                                                                "UploadPart",
                                                                "UploadPartCopy"};
constexpr std::array<std::string_view, 11> kBucketOperations = {"DeleteBucket",
                                                                "PutBucketPolicy",
                                                                "GetBucketPolicy",
                                                                "DeleteBucketPolicy",
                                                                "PutBucketEncryption",
                                                                "GetBucketEncryption",
                                                                "DeleteBucketEncryption",
                                                                "PutBucketLifecycleConfiguration",
                                                                "GetBucketLifecycleConfiguration",
                                                                "DeleteBucketLifecycle",
                                                                "CreateSession"};
constexpr std::array<std::string_view, 7> kReadingOperations = {
    "GetObject", "HeadObject",           "ListObjectsV2", "GetObjectAttributes",
    "ListParts", "ListMultipartUploads", "HeadBucket"};
/// Members of inputs that mean nothing in a directory bucket, and the fields that they are.
constexpr std::array<std::pair<const char*, std::string_view>, 12> kForeignMembers = {{
    {"ACL", "x-amz-acl"},
    {"GrantRead", "x-amz-grant-read"},
    {"GrantFullControl", "x-amz-grant-full-control"},
    {"GrantReadACP", "x-amz-grant-read-acp"},
    {"GrantWriteACP", "x-amz-grant-write-acp"},
    {"Tagging", "x-amz-tagging"},
    {"WebsiteRedirectLocation", "x-amz-website-redirect-location"},
    {"ObjectLockMode", "x-amz-object-lock-mode"},
    {"ObjectLockLegalHoldStatus", "x-amz-object-lock-legal-hold"},
    {"SSECustomerAlgorithm", "x-amz-server-side-encryption-customer-algorithm"},
    {"RequestPayer", "x-amz-request-payer"},
    {"StartAfter", "start-after"},
}};

bool IsOneOf(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `zone` of `base--zone--x-s3`; empty: no such name. https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html
std::string_view ZoneIn(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (name.size() < kMinDirectoryName || name.size() > kMaxDirectoryName || !IsDirectoryBucketName(name)) return {};
  if (!std::all_of(name.begin(), name.end(), allowed) || name.front() == '-') return {};
  const std::string_view rest = name.substr(0, name.size() - kDirectorySuffix.size());
  const std::size_t mark = rest.rfind("--");
  if (mark == std::string_view::npos || mark == 0) return {};
  return rest.substr(mark + 2);
}

Result<Json> ReadPlace(const Call& call, std::string_view zone) {
  const Fields configuration(Fields(call.input).Object("CreateBucketConfiguration"));
  if (configuration.Has("LocationConstraint") || !configuration.Has("Location") || !configuration.Has("Bucket"))
    return InvalidRequest("A directory bucket needs a Location and a Bucket in its CreateBucketConfiguration.");
  const Fields location(configuration.Object("Location"));
  const Fields kind(configuration.Object("Bucket"));
  const std::string type = location.StringOr("Type", "");
  const bool local = type == "LocalZone";
  if ((type != "AvailabilityZone" && !local) || kind.StringOr("Type", "Directory") != "Directory")
    return MalformedXml();
  const std::string_view redundancy = local ? "SingleLocalZone" : "SingleAvailabilityZone";
  if (kind.StringOr("DataRedundancy", redundancy) != redundancy) return MalformedXml();
  if (location.StringOr("Name", "") != zone)
    return InvalidRequest("The zone in the bucket's name and the one in its Location differ.");
  return Json{{"Type", type}, {"Name", std::string(zone)}, {"DataRedundancy", redundancy}};
}

Result<void> CheckListing(const Fields& in) {
  const std::string delimiter = in.StringOr("Delimiter", "/");
  if (delimiter != "/") return InvalidArgument("Directory buckets know the delimiter / only.", "delimiter", delimiter);
  const std::string prefix = in.StringOr("Prefix", "");
  if (!prefix.empty() && !prefix.ends_with('/'))
    return InvalidArgument("Prefixes in directory buckets end in a /.", "prefix", prefix);
  return {};
}

}  // namespace

bool IsDirectoryBucketName(std::string_view name) { return name.ends_with(kDirectorySuffix); }

std::string DirectoryBucketArn(const Region& region, const AccountId& account, std::string_view name) {
  return MakeArn("s3express", {account, region}, fmt::format("bucket/{}", name)).ToString();
}

Result<Json> CreateDirectoryBucket(Parts& parts, const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Bucket", "");
  const std::string_view zone = ZoneIn(name);
  if (zone.empty()) return InvalidBucketName(name);
  ASSIGN_OR_RETURN(const Json place, ReadPlace(call, zone));
  for (const auto& [member, header] : kForeignMembers)
    if (in.Has(member)) return HeaderNotImplemented(header);
  if (in.BoolOr("ObjectLockEnabledForBucket", false)) return HeaderNotImplemented("x-amz-bucket-object-lock-enabled");
  const Json& list = Fields(in.Object("CreateBucketConfiguration")).List("Tags");
  ASSIGN_OR_RETURN(const TagMap tags, ValidateTagSet(list, TagSubject::kNewBucket));
  return parts.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (const BucketPtr existing = parts.buckets.Find(txn, name))
      return existing->account == call.scope.account ? BucketAlreadyOwnedByYou(name) : BucketAlreadyExists(name);
    Bucket bucket{
        .name = name, .account = call.scope.account, .region = call.scope.region, .created_at = parts.deps.clock.Now()};
    parts.buckets.Insert(txn, bucket);
    parts.buckets.SetDocument(txn, bucket, kDirectoryDocument, place);
    if (!tags.empty()) parts.buckets.SetDocument(txn, bucket, kTaggingDocument, tags);
    return Json{{"Location", "/" + name}, {"BucketArn", DirectoryBucketArn(bucket.region, bucket.account, name)}};
  });
}

Result<void> CheckDirectoryCall(Parts& parts, const Call& call, const Bucket& bucket) {
  if (!IsOneOf(kObjectOperations, call.operation) && !IsOneOf(kBucketOperations, call.operation))
    return MethodNotAllowed(call.model ? call.model->http_method() : std::string_view(), "BUCKET");
  if (!call.access_key_id.empty()) {
    const auto session = parts.deps.db.Read(
        [&](storage::Reader& reader) { return parts.directory_sessions.Find(reader, call.access_key_id); });
    if (session &&
        (session->bucket != bucket.name || (session->read_only && !IsOneOf(kReadingOperations, call.operation))))
      return AccessDenied();
  }
  const Fields in(call.input);
  for (const auto& [member, header] : kForeignMembers)
    if (in.Has(member)) return HeaderNotImplemented(header);
  return call.operation == "ListObjectsV2" ? CheckListing(in) : Result<void>();
}

void RefineForDirectoryBuckets(const Call& call, std::vector<AccessNeed>& needs) {
  constexpr std::string_view kMark = ":s3:::";
  for (AccessNeed& need : needs) {
    const std::size_t mark = need.resource.find(kMark);
    if (mark == std::string::npos) continue;
    const std::string rest = need.resource.substr(mark + kMark.size());
    const std::string name = rest.substr(0, rest.find('/'));
    if (!IsDirectoryBucketName(name)) continue;
    need.resource = DirectoryBucketArn(call.scope.region, call.scope.account, name);
    if (rest.size() > name.size() || IsOneOf(kObjectOperations, call.operation)) {
      need.action = "s3express:CreateSession";
      need.context.Set("s3express:SessionMode",
                       std::string(IsOneOf(kReadingOperations, call.operation) ? "ReadOnly" : "ReadWrite"));
    } else {
      need.action = "s3express" + need.action.substr(need.action.find(':'));
    }
  }
}

std::string_view DirectoryBucketOfArn(std::string_view resource) {
  if (!resource.starts_with("arn:") || resource.find(":s3express:") == std::string_view::npos) return {};
  const std::size_t mark = resource.find(kDirectoryArnMark);
  return mark == std::string_view::npos ? std::string_view() : resource.substr(mark + kDirectoryArnMark.size());
}

}  // namespace stratolite::s3
