#include "s3/object_reading.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "s3/bucket_access.hpp"
#include "s3/checksum_headers.hpp"
#include "s3/conditions.hpp"
#include "s3/customer_key.hpp"
#include "s3/errors.hpp"
#include "s3/kms_keys.hpp"
#include "s3/object_body.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_lock_access.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_view.hpp"
#include "s3/restoration.hpp"
#include "s3/uploads.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/blob_body.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::array<std::string_view, 6> kOverrides = {"CacheControl",    "ContentDisposition", "ContentEncoding",
                                                        "ContentLanguage", "ContentType",        "Expires"};

/// What a GET or HEAD asks for.
struct ReadRequest {
  std::string key;
  std::optional<std::string> version_id;
  ReadConditions conditions;
  std::string range;
  std::optional<std::int64_t> part_number;
  bool with_checksum = false;
  std::optional<CustomerKey> customer_key;
};

/// What of an object is answered.
struct Selection {
  Object object = {};
  /// All of it, when `partial` is not set.
  ByteRange range = {};
  bool partial = false;
  /// 0: no part was asked for, or there are none.
  int parts_count = 0;
  std::optional<ObjectChecksum> checksum = {};
};

/// Header values are ISO-8859-1: how AWS sends what fits, and what it says of the rest.
Result<std::string> ToLatin1(const std::string& text, const std::string& argument) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      out += text[i];
    } else if ((byte & 0xFC) == 0xC0 && i + 1 < text.size()) {
      out += static_cast<char>((byte << 6) | (static_cast<unsigned char>(text[++i]) & 0x3F));
    } else {
      return InvalidArgument("Header value cannot be represented using ISO-8859-1.", argument, text);
    }
  }
  return out;
}

/// `response-content-type` of `ContentType`.
std::string OverrideParameter(std::string_view member) {
  std::string name = "response";
  for (const char c : member) {
    if (c >= 'A' && c <= 'Z') name += '-';
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name;
}

Result<Json> ReadOverrides(const Call& call) {
  const Fields in(call.input);
  Json overrides = Json::object();
  for (const std::string_view member : kOverrides) {
    const auto value = in.OptionalString("Response" + std::string(member));
    if (!value) continue;
    if (call.access_key_id.empty()) {
      return InvalidRequest("Request specific response headers cannot be used for anonymous GET requests.");
    }
    ASSIGN_OR_RETURN(overrides[std::string(member)], ToLatin1(*value, OverrideParameter(member)));
  }
  return overrides;
}

Result<ReadRequest> ReadReadRequest(const Call& call, const Bucket& bucket) {
  const Fields in(call.input);
  ReadRequest request;
  ASSIGN_OR_RETURN(request.key, ReadKey(call));
  ASSIGN_OR_RETURN(request.version_id, ReadVersionId(call, bucket));
  request.conditions = ReadReadConditions(call, "");
  request.range = in.StringOr("Range", "");
  request.part_number = in.OptionalInt("PartNumber");
  request.with_checksum = in.StringOr("ChecksumMode", "") == "ENABLED";
  if (request.part_number && !request.range.empty()) {
    return InvalidRequest("Cannot specify both Range header and partNumber query parameter");
  }
  if (request.part_number) RETURN_IF_ERROR(CheckPartNumber(*request.part_number));
  RETURN_IF_ERROR(CheckNoEncryptionHeader(call));
  ASSIGN_OR_RETURN(request.customer_key, ReadKeyForReading(call, ""));
  return request;
}

Result<void> SelectPart(Selection& selection, std::int64_t number, const std::vector<ObjectPart>& parts) {
  const Object& object = selection.object;
  selection.partial = object.size > 0;
  if (object.part_count == 0) {
    return number == 1 ? Result<void>() : InvalidPartNumber(number, 1);
  }
  selection.parts_count = object.part_count;
  selection.range.offset = 0;
  for (const ObjectPart& part : parts) {
    if (part.number == number) {
      selection.range.length = part.size;
      selection.partial = part.size > 0;
      selection.checksum.reset();
      if (object.checksum && !part.checksum.empty()) {
        selection.checksum = ObjectChecksum{object.checksum->algorithm, object.checksum->type, part.checksum};
      }
      return {};
    }
    selection.range.offset += part.size;
  }
  return InvalidPartNumber(number, object.part_count);
}

/// What of `selection.object` is answered. It stays where it is: an object is not cheap to move.
Result<void> Select(Parts& parts, storage::Reader& reader, const ReadRequest& request, Selection& selection) {
  const Object& object = selection.object;
  selection.range.length = object.size;
  selection.checksum = object.checksum;
  if (request.part_number) {
    RETURN_IF_ERROR(SelectPart(selection, *request.part_number, parts.objects.Parts(reader, object.id)));
  } else if (!request.range.empty()) {
    ASSIGN_OR_RETURN(const auto range, ParseRange(request.range, object.size));
    if (range) {
      selection.range = *range;
      selection.partial = true;
      // The checksum of the whole says nothing about a piece; AWS shows it when the piece is the whole.
      if (range->length != object.size) selection.checksum.reset();
    }
  }
  if (!request.with_checksum) selection.checksum.reset();
  return {};
}

Json View(const Call& call, const Bucket& bucket, const Selection& selection) {
  Json view = ViewObject(bucket, selection.object);
  view["ContentLength"] = selection.range.length;
  if (selection.partial) {
    view["ContentRange"] = ContentRange(selection.range, selection.object.size);
    call.reply->http_status = 206;
  }
  // Whoever names a version gets its name back, also where there is but the null version.
  if (call.input.contains("VersionId")) view["VersionId"] = selection.object.version_id;
  if (selection.parts_count > 0) view["PartsCount"] = selection.parts_count;
  if (selection.checksum) AddChecksum(view, *selection.checksum);
  return view;
}

AwsError WithMarkerFields(AwsError error, const Object& marker) {
  error.headers.emplace_back("x-amz-delete-marker", "true");
  error.headers.emplace_back("x-amz-version-id", marker.version_id);
  return error;
}

/// A body that costs nothing to have in memory goes out with the head, at once.
Json ReadSmallBody(storage::BlobReader& reader, std::uint64_t size) {
  Json::binary_t bytes(std::vector<std::uint8_t>(static_cast<std::size_t>(size)));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t count = reader.Read(reinterpret_cast<char*>(bytes.data()) + filled, bytes.size() - filled);
    if (count == 0) throw storage::StorageError("a body is shorter than its row says");
    filled += count;
  }
  return bytes;
}

/// Pages of the database have no checksums on the disk: a body that lies in them, or in a small file, is compared with the object's own, which costs nothing
/// beside reading it. Larger ones are for their readers to compare, as the SDKs do, and for `stratolite doctor --check`.
void CheckSmallBody(const Object& object, std::string_view bytes) {
  const auto& checksum = object.checksum;
  if (!checksum || checksum->type != ChecksumType::kFullObject || !IsCrc(checksum->algorithm)) return;
  if (bytes.size() != object.size || Base64Encode(Checksum(checksum->algorithm, bytes)) == checksum->value) return;
  throw storage::StorageError("the bytes of s3_object " + std::to_string(object.id) +
                              " are not those that were stored: stop the daemon and run 'stratolite doctor --check'");
}

}  // namespace

Result<Object> FindObject(Parts& parts, storage::Reader& reader, const Bucket& bucket, std::string_view key,
                          const std::optional<std::string>& version_id, std::string_view method) {
  auto object = version_id ? parts.objects.FindVersion(reader, bucket.id, key, *version_id)
                           : parts.objects.FindLatest(reader, bucket.id, key);
  if (!object) return version_id ? NoSuchVersion(key, *version_id) : NoSuchKey(key);
  if (!object->is_delete_marker) return *std::move(object);
  if (!version_id) return WithMarkerFields(NoSuchKey(key), *object);
  AwsError error = WithMarkerFields(MethodNotAllowed(method, "DeleteMarker"), *object);
  error.headers.emplace_back("Allow", "DELETE");
  error.headers.emplace_back("Last-Modified", FormatHttpDate(object->last_modified));
  return error;
}

Result<Json> ObjectReading::GetObject(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const ReadRequest request, ReadReadRequest(call, *bucket));
  ASSIGN_OR_RETURN(Json overrides, ReadOverrides(call));
  const TimePoint now = parts_.deps.clock.Now();
  auto body = OpenBody(parts_, request.customer_key);
  Selection selection;
  RETURN_IF_ERROR(parts_.deps.db.Read([&](storage::Reader& reader) -> Result<void> {
    ASSIGN_OR_RETURN(selection.object, FindObject(parts_, reader, *bucket, request.key, request.version_id, "GET"));
    const Object& object = selection.object;
    RETURN_IF_ERROR(CheckCustomerKey(object.details.encryption, request.customer_key));
    RETURN_IF_ERROR(CheckRead(request.conditions, object, now));
    RETURN_IF_ERROR(CheckReadable(object, now));
    RETURN_IF_ERROR(Select(parts_, reader, request, selection));
    AddBody(parts_, reader, *body, object, selection.range);
    return {};
  }));
  body->Ready();
  RETURN_IF_ERROR(CheckKmsAccess(parts_, call, selection.object.details.encryption));
  Json output = View(call, *bucket, selection);
  AddRestore(output, selection.object.details, now);
  HideObjectLock(parts_, call, output);
  output.update(overrides);
  if (selection.range.length <= storage::kMaxInlineBlobBytes) {
    Json small = ReadSmallBody(*body, selection.range.length);
    const auto& bytes = small.get_binary();
    CheckSmallBody(selection.object, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    output["Body"] = std::move(small);
  } else {
    // Opens the file of a body that is one: without it, or with a part of it, no head goes out that promises all.
    body->File();
    call.reply->body = MakeBlobBody(std::move(body));
  }
  return output;
}

Result<Json> ObjectReading::HeadObject(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const ReadRequest request, ReadReadRequest(call, *bucket));
  ASSIGN_OR_RETURN(Json overrides, ReadOverrides(call));
  const TimePoint now = parts_.deps.clock.Now();
  Selection selection;
  RETURN_IF_ERROR(parts_.deps.db.Read([&](storage::Reader& reader) -> Result<void> {
    ASSIGN_OR_RETURN(selection.object, FindObject(parts_, reader, *bucket, request.key, request.version_id, "HEAD"));
    RETURN_IF_ERROR(CheckCustomerKey(selection.object.details.encryption, request.customer_key));
    RETURN_IF_ERROR(CheckRead(request.conditions, selection.object, now));
    return Select(parts_, reader, request, selection);
  }));
  Json output = View(call, *bucket, selection);
  AddRestore(output, selection.object.details, now);
  HideObjectLock(parts_, call, output);
  output.update(overrides);
  return output;
}

}  // namespace stratolite::s3
