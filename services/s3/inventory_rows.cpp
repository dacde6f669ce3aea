#include "s3/inventory_rows.hpp"

#include <algorithm>
#include <array>

#include "s3/acl.hpp"
#include "s3/checksum_headers.hpp"
#include "s3/errors.hpp"
#include "s3/lifecycle_headers.hpp"
#include "s3/ownership.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

// In the order of their columns.
constexpr std::array<std::string_view, 16> kInventoryFields = {"Size",
                                                               "LastModifiedDate",
                                                               "ETag",
                                                               "StorageClass",
                                                               "IsMultipartUploaded",
                                                               "ReplicationStatus",
                                                               "EncryptionStatus",
                                                               "ObjectLockRetainUntilDate",
                                                               "ObjectLockMode",
                                                               "ObjectLockLegalHoldStatus",
                                                               "IntelligentTieringAccessTier",
                                                               "BucketKeyStatus",
                                                               "ChecksumAlgorithm",
                                                               "ObjectAccessControlList",
                                                               "ObjectOwner",
                                                               "LifecycleExpirationDate"};

std::string TrueOrFalse(bool value) { return value ? "true" : "false"; }

std::string EncryptionStatus(const Encryption& encryption) {
  switch (encryption.method) {
    case Encryption::Method::kKms:
      return "SSE-KMS";
    case Encryption::Method::kDoubleKms:
      return "DSSE-KMS";
    case Encryption::Method::kCustomerKey:
      return "SSE-C";
    default:
      return "SSE-S3";
  }
}

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/objectacl.html
std::string AccessControlList(const Bucket& bucket, const Object& object) {
  Json grants = Json::array();
  const Json acl = AclOf(bucket, object.details);
  for (const Json& grant : Fields(acl).List("Grants")) {
    const Fields grantee(Fields(grant).Object("Grantee"));
    Json shown{{"type", grantee.StringOr("Type", "")}, {"permission", Fields(grant).StringOr("Permission", "")}};
    if (grantee.Has("ID")) shown["canonicalId"] = grantee.StringOr("ID", "");
    if (grantee.Has("URI")) shown["uri"] = grantee.StringOr("URI", "");
    grants.push_back(std::move(shown));
  }
  return Base64Encode(Json{{"version", "2022-11-10"}, {"status", "AVAILABLE"}, {"grants", grants}}.dump());
}

/// Out of `expiry-date="Fri, 02 Jan 2026 00:00:00 GMT", rule-id="…"`.
std::string LifecycleExpirationDate(const Bucket& bucket, const Object& object) {
  Json told = Json::object();
  AddExpiration(told, bucket, object);
  const std::string text = Fields(told).StringOr("Expiration", "");
  const auto begin = text.find('"');
  if (begin == std::string::npos) return {};
  const auto date = ParseHttpDate(text.substr(begin + 1, text.find('"', begin + 1) - begin - 1));
  return date ? FormatIso8601(*date, /*always_millis=*/true) : std::string();
}

std::string LockOrTier(std::string_view column, const Object& object) {
  const ObjectDetails& details = object.details;
  if (column == "ObjectLockRetainUntilDate") {
    return details.retention ? FormatIso8601(details.retention->until, /*always_millis=*/true) : std::string();
  }
  if (column == "ObjectLockMode") return details.retention ? details.retention->mode : std::string();
  if (column == "ObjectLockLegalHoldStatus") return details.legal_hold ? "On" : "Off";
  if (column == "IntelligentTieringAccessTier") {
    return object.storage_class == "INTELLIGENT_TIERING" ? "FREQUENT" : "";
  }
  const Encryption::Method method = details.encryption.method;
  const bool kms = method == Encryption::Method::kKms || method == Encryption::Method::kDoubleKms;
  if (column == "BucketKeyStatus" && kms) return details.encryption.bucket_key ? "ENABLED" : "DISABLED";
  return {};
}

std::string ValueOf(std::string_view column, const Bucket& bucket, const Object& object) {
  if (column == "Bucket") return bucket.name;
  if (column == "Key") return PercentEncode(object.key, /*keep_slash=*/true);
  if (column == "VersionId") return object.version_id == kNullVersion ? std::string() : object.version_id;
  if (column == "IsLatest") return TrueOrFalse(object.is_latest);
  if (column == "IsDeleteMarker") return TrueOrFalse(object.is_delete_marker);
  if (column == "LastModifiedDate") return FormatIso8601(object.last_modified, /*always_millis=*/true);
  if (column == "ReplicationStatus") return object.details.replication_status;
  if (column == "ObjectOwner") return CanonicalUserId(OwnerOf(bucket, object.details));
  // A delete marker has none of the rest.
  if (object.is_delete_marker) return {};
  if (column == "Size") return std::to_string(object.size);
  if (column == "ETag") return object.etag;
  if (column == "StorageClass") return object.storage_class;
  if (column == "IsMultipartUploaded") return TrueOrFalse(object.part_count > 0);
  if (column == "EncryptionStatus") return EncryptionStatus(object.details.encryption);
  if (column == "ChecksumAlgorithm") {
    return object.checksum ? std::string(ChecksumName(object.checksum->algorithm)) : std::string();
  }
  if (column == "LifecycleExpirationDate") return LifecycleExpirationDate(bucket, object);
  if (column == "ObjectAccessControlList") return AccessControlList(bucket, object);
  return LockOrTier(column, object);
}

}  // namespace

Result<void> CheckInventoryFields(const Json& configuration) {
  for (const std::string& field : Fields(configuration).Strings("OptionalFields")) {
    if (std::find(kInventoryFields.begin(), kInventoryFields.end(), field) != kInventoryFields.end()) continue;
    return MakeError("NotImplemented", "Inventories with the field " + field + " are not implemented by Stratolite.",
                     501);
  }
  return {};
}

std::vector<std::string> InventoryColumns(const Json& configuration) {
  std::vector<std::string> columns = {"Bucket", "Key"};
  if (Fields(configuration).StringOr("IncludedObjectVersions", "") == "All") {
    columns.insert(columns.end(), {"VersionId", "IsLatest", "IsDeleteMarker"});
  }
  const std::vector<std::string> wanted = Fields(configuration).Strings("OptionalFields");
  for (const std::string_view field : kInventoryFields) {
    if (std::find(wanted.begin(), wanted.end(), field) != wanted.end()) columns.emplace_back(field);
  }
  return columns;
}

std::string InventoryRow(const std::vector<std::string>& columns, const Bucket& bucket, const Object& object) {
  std::string row;
  for (const std::string& column : columns) {
    if (!row.empty()) row += ',';
    row += '"';
    for (const char c : ValueOf(column, bucket, object)) row.append(c == '"' ? 2 : 1, c);
    row += '"';
  }
  return row + '\n';
}

}  // namespace stratolite::s3
