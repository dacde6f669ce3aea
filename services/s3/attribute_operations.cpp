#include "s3/attribute_operations.hpp"

#include <algorithm>
#include <array>

#include "s3/bucket_access.hpp"
#include "s3/checksum_headers.hpp"
#include "s3/customer_key.hpp"
#include "s3/errors.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_tags.hpp"
#include "s3/replication.hpp"
#include "s3/uploads.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr int kMaxShownParts = 1000;
constexpr std::array<std::string_view, 5> kAttributes = {"ETag", "Checksum", "ObjectParts", "StorageClass",
                                                         "ObjectSize"};

Result<std::vector<std::string>> ReadAttributes(const Call& call) {
  std::vector<std::string> attributes = Fields(call.input).Strings("ObjectAttributes");
  for (const std::string& attribute : attributes) {
    if (std::find(kAttributes.begin(), kAttributes.end(), attribute) == kAttributes.end()) {
      return InvalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", attribute);
    }
  }
  if (attributes.empty()) {
    return InvalidArgument(
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
        "x-amz-object-attributes", nullptr);
  }
  return attributes;
}

/// Without the `-<parts>` that GetObject shows.
Json ViewChecksum(const ObjectChecksum& checksum) {
  Json view = Json::object();
  ObjectChecksum shown = checksum;
  shown.value = shown.value.substr(0, shown.value.find('-'));
  AddChecksum(view, shown);
  return view;
}

/// S3 shows the parts one by one only when they have checksums of their own.
Json ViewParts(const Object& object, const std::vector<ObjectPart>& parts, int marker, int max) {
  Json view{{"TotalPartsCount", object.part_count}};
  if (!object.checksum || object.checksum->type != ChecksumType::kComposite) return view;
  view.update({{"PartNumberMarker", marker}, {"NextPartNumberMarker", 0}, {"MaxParts", max}, {"IsTruncated", false}});
  int count = 0;
  for (const ObjectPart& part : parts) {
    if (part.number <= marker) continue;
    if (count == max) {
      view["IsTruncated"] = true;
      break;
    }
    ++count;
    view["Parts"].push_back({{"PartNumber", part.number},
                             {"Size", part.size},
                             {std::string(ChecksumMember(object.checksum->algorithm)), part.checksum}});
    view["NextPartNumberMarker"] = part.number;
  }
  return view;
}

/// A delete marker has no tags, named or not.
AwsError TagError(AwsError error, std::string_view method, const Bucket& bucket, const std::string& key) {
  for (const auto& [name, value] : error.headers) {
    if (name == "x-amz-delete-marker") return MethodNotAllowed(method, "DeleteMarker");
  }
  // Of the three operations this one puts the bucket before the key.
  if (error.code == "NoSuchKey" && method == "GET") return NoSuchKey(bucket.name + "/" + key);
  return error;
}

}  // namespace

void AttributeOperations::Register(OperationTable& operations) {
  operations.Add("GetObjectAttributes", this, &AttributeOperations::GetObjectAttributes);
  operations.Add("PutObjectTagging", this, &AttributeOperations::PutObjectTagging);
  operations.Add("GetObjectTagging", this, &AttributeOperations::GetObjectTagging);
  operations.Add("DeleteObjectTagging", this, &AttributeOperations::DeleteObjectTagging);
}

Result<Json> AttributeOperations::GetObjectAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call));
  ASSIGN_OR_RETURN(const auto attributes, ReadAttributes(call));
  ASSIGN_OR_RETURN(const int marker,
                   ReadPageNumber(call.input, "PartNumberMarker", "part-number-marker", 0, kMaxPartNumber));
  ASSIGN_OR_RETURN(const int max, ReadPageNumber(call.input, "MaxParts", "max-parts", kMaxShownParts, kMaxShownParts));
  ASSIGN_OR_RETURN(const auto customer_key, ReadKeyForReading(call, ""));
  return parts_.deps.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Object object, FindObject(parts_, reader, *bucket, key, version_id, "GET"));
    RETURN_IF_ERROR(CheckCustomerKey(object.details.encryption, customer_key));
    Json output{{"LastModified", ToJson(object.last_modified)}};
    if (bucket->versioning != Versioning::kNever) output["VersionId"] = object.version_id;
    for (const std::string& attribute : attributes) {
      if (attribute == "ETag") output["ETag"] = object.etag;
      if (attribute == "Checksum" && object.checksum) output["Checksum"] = ViewChecksum(*object.checksum);
      if (attribute == "StorageClass") output["StorageClass"] = object.storage_class;
      if (attribute == "ObjectSize") output["ObjectSize"] = object.size;
      if (attribute == "ObjectParts" && object.part_count > 0) {
        output["ObjectParts"] = ViewParts(object, parts_.objects.Parts(reader, object.id), marker, max);
      }
    }
    return output;
  });
}

Result<Json> AttributeOperations::PutObjectTagging(const Call& call) {
  const Json* const tagging = Fields(call.input).Find("Tagging");
  if (tagging == nullptr) return MissingRequestBody();
  const Json* const tag_set = Fields(*tagging).Find("TagSet");
  if (tag_set == nullptr) return MalformedXml();
  ASSIGN_OR_RETURN(const TagMap tags, ValidateTagSet(*tag_set, TagSubject::kObject));
  return ReplaceTags(call, tags, "PUT", "ObjectTagging:Put");
}

Result<Json> AttributeOperations::DeleteObjectTagging(const Call& call) {
  return ReplaceTags(call, {}, "DELETE", "ObjectTagging:Delete");
}

Result<Json> AttributeOperations::GetObjectTagging(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call));
  return parts_.deps.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const auto object = FindObject(parts_, reader, *bucket, key, version_id, "GET");
    if (!object.ok()) return TagError(object.error(), "GET", *bucket, key);
    Json output{{"TagSet", ToTagSet(object->tags)}};
    if (bucket->versioning != Versioning::kNever) output["VersionId"] = object->version_id;
    return output;
  });
}

Result<Json> AttributeOperations::ReplaceTags(const Call& call, const TagMap& tags, std::string_view method,
                                              std::string_view event) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call));
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    auto object = FindObject(parts_, txn, *bucket, key, version_id, method);
    if (!object.ok()) return TagError(object.error(), method, *bucket, key);
    object->tags = tags;
    parts_.objects.SetTags(txn, object->id, tags);
    QueueReplicationOfChange(parts_, txn, *bucket, *object);
    parts_.notifications.Announce(txn, call, *bucket, *object, event);
    Json output = Json::object();
    if (bucket->versioning != Versioning::kNever) output["VersionId"] = object->version_id;
    return output;
  });
}

}  // namespace stratolite::s3
