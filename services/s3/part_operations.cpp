#include "s3/part_operations.hpp"

#include <algorithm>
#include <charconv>
#include <memory>

#include "s3/bucket_access.hpp"
#include "s3/checksum_headers.hpp"
#include "s3/conditions.hpp"
#include "s3/copy_source.hpp"
#include "s3/customer_key.hpp"
#include "s3/errors.hpp"
#include "s3/kms_keys.hpp"
#include "s3/lifecycle_headers.hpp"
#include "s3/object_body.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_writing.hpp"
#include "s3/uploads.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr int kMaxListedParts = 1000;

/// Composite checksums are made of the parts' own, so each must come with one; a checksum of the whole can do without.
Result<void> CheckPartAlgorithm(const Upload& upload, const BodyClaims& claims) {
  if (!upload.checksum_algorithm) return {};
  if (!claims.checksum && upload.checksum_type == ChecksumType::kFullObject) return {};
  if (claims.checksum && claims.checksum->algorithm == *upload.checksum_algorithm) return {};
  return ChecksumTypeMismatch(LowerChecksumName(*upload.checksum_algorithm),
                              claims.checksum ? LowerChecksumName(claims.checksum->algorithm) : std::string("null"));
}

ChecksumAlgorithm StoredAlgorithm(const Upload& upload) {
  return upload.checksum_algorithm.value_or(ChecksumAlgorithm::kCrc64Nvme);
}

std::optional<std::uint64_t> ParseOffset(std::string_view text) {
  std::uint64_t offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return offset;
}

/// `x-amz-copy-source-range`, which is stricter than Range: both ends are there and within the source.
Result<ByteRange> ReadSourceRange(const std::optional<std::string>& header, std::uint64_t size) {
  constexpr std::string_view kHeader = "x-amz-copy-source-range";
  constexpr std::string_view kUnit = "bytes=";
  if (!header) return ByteRange{0, size};
  const std::string_view spec = std::string_view(*header).substr(header->starts_with(kUnit) ? kUnit.size() : 0);
  const auto dash = std::min(spec.find('-'), spec.size());
  const auto first = ParseOffset(spec.substr(0, dash));
  const auto last = ParseOffset(spec.substr(std::min(dash + 1, spec.size())));
  if (!header->starts_with(kUnit) || !first || !last || *last < *first) {
    return InvalidArgument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
        "zero-based offsets of the first and last bytes to copy",
        kHeader, *header);
  }
  if (*last >= size) {
    return InvalidArgument("Range specified is not valid for source object of size: " + std::to_string(size), kHeader,
                           *header);
  }
  return ByteRange{*first, *last - *first + 1};
}

}  // namespace

void PartOperations::Register(OperationTable& operations) {
  operations.Add("UploadPart", this, &PartOperations::UploadPart);
  operations.Add("UploadPartCopy", this, &PartOperations::UploadPartCopy);
  operations.Add("ListParts", this, &PartOperations::ListParts);
}

Result<Json> PartOperations::UploadPart(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const std::int64_t number = Fields(call.input).IntOr("PartNumber", 0);
  RETURN_IF_ERROR(CheckPartNumber(number));
  RETURN_IF_ERROR(CheckCustomerKeysAllowed(call, *bucket));
  ASSIGN_OR_RETURN(const auto key, ReadCustomerKey(call));
  auto found = parts_.deps.db.Read([&](storage::Reader& reader) { return FindUpload(parts_, reader, *bucket, call); });
  ASSIGN_OR_RETURN(const Upload upload, std::move(found));
  RETURN_IF_ERROR(CheckPartKey(upload.details.encryption, key));
  ASSIGN_OR_RETURN(const BodyClaims claims, ReadBodyClaims(call));
  RETURN_IF_ERROR(CheckPartAlgorithm(upload, claims));
  ASSIGN_OR_RETURN(ReceivedBody body, ReceiveBody(parts_, call, claims, StoredAlgorithm(upload)));
  ASSIGN_OR_RETURN(const s3::UploadPart part, KeepPart(call, *bucket, body));
  Json output{{"ETag", '"' + part.etag + '"'}};
  AddEncryption(output, upload.details.encryption);
  if (body.claimed) {
    output[std::string(ChecksumMember(body.claimed->algorithm))] = body.claimed->value;
  } else if (claims.checksum || upload.checksum_algorithm) {
    output[std::string(ChecksumMember(body.checksum.algorithm))] = body.checksum.value;
  }
  return output;
}

Result<s3::UploadPart> PartOperations::KeepPart(const Call& call, const Bucket& bucket, ReceivedBody& body) {
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<s3::UploadPart> {
    // The upload may have been completed or aborted while its bytes came.
    ASSIGN_OR_RETURN(const Upload upload, FindUpload(parts_, txn, bucket, call));
    s3::UploadPart part;
    part.number = static_cast<int>(Fields(call.input).IntOr("PartNumber", 0));
    part.last_modified = std::chrono::floor<std::chrono::seconds>(parts_.deps.clock.Now());
    part.size = body.size;
    part.etag = MakeEtag(parts_, upload.details.encryption, body.md5);
    part.nonce = body.nonce;
    part.checksum = body.checksum.value;
    part.blob = KeepBody(parts_, txn, body);
    parts_.uploads.PutPart(txn, upload, part);
    return part;
  });
}

Result<Json> PartOperations::UploadPartCopy(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  RETURN_IF_ERROR(CheckPartNumber(in.IntOr("PartNumber", 0)));
  RETURN_IF_ERROR(CheckCustomerKeysAllowed(call, *bucket));
  ASSIGN_OR_RETURN(const auto key, ReadCustomerKey(call));
  ASSIGN_OR_RETURN(const auto source_key, ReadKeyForReading(call, "CopySource"));
  ASSIGN_OR_RETURN(const CopySource source, ReadCopySource(call));
  ASSIGN_OR_RETURN(const BucketPtr source_bucket, FindSourceBucket(parts_, call, source));
  const ReadConditions conditions = ReadReadConditions(call, "CopySource");
  const auto range_header = in.OptionalString("CopySourceRange");
  const TimePoint now = parts_.deps.clock.Now();

  Upload upload;
  const auto body_of_source = OpenBody(parts_, source_key);
  const auto found = parts_.deps.db.Read([&](storage::Reader& reader) -> Result<Object> {
    ASSIGN_OR_RETURN(upload, FindUpload(parts_, reader, *bucket, call));
    RETURN_IF_ERROR(CheckPartKey(upload.details.encryption, key));
    ASSIGN_OR_RETURN(Object object, FindSource(parts_, reader, *source_bucket, source, !range_header));
    RETURN_IF_ERROR(CheckSourceKey(object.details.encryption, source_key));
    RETURN_IF_ERROR(CheckCopySource(conditions, object, now));
    ASSIGN_OR_RETURN(const ByteRange range, ReadSourceRange(range_header, object.size));
    if (range.length > kMaxPutBytes) return EntityTooLarge(range.length, kMaxPutBytes);
    AddBody(parts_, reader, *body_of_source, object, range);
    return object;
  });
  ASSIGN_OR_RETURN(const Object object, found);
  body_of_source->Ready();
  RETURN_IF_ERROR(CheckKmsAccess(parts_, call, object.details.encryption));
  ReceivedBody body = CopyBody(parts_, *body_of_source, StoredAlgorithm(upload), key);
  ASSIGN_OR_RETURN(const s3::UploadPart part, KeepPart(call, *bucket, body));

  Json result{{"ETag", '"' + part.etag + '"'}, {"LastModified", ToJson(part.last_modified)}};
  if (upload.checksum_algorithm) result[std::string(ChecksumMember(*upload.checksum_algorithm))] = part.checksum;
  Json output{{"CopyPartResult", std::move(result)}};
  AddEncryption(output, upload.details.encryption);
  if (source_bucket->versioning != Versioning::kNever) output["CopySourceVersionId"] = object.version_id;
  return output;
}

Result<Json> PartOperations::ListParts(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const int marker,
                   ReadPageNumber(call.input, "PartNumberMarker", "part-number-marker", 0, kMaxPartNumber));
  ASSIGN_OR_RETURN(const int max,
                   ReadPageNumber(call.input, "MaxParts", "max-parts", kMaxListedParts, kMaxListedParts));
  return parts_.deps.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Upload upload, FindUpload(parts_, reader, *bucket, call));
    Json output{{"Bucket", bucket->name},       {"Key", upload.key},
                {"UploadId", upload.upload_id}, {"PartNumberMarker", marker},
                {"NextPartNumberMarker", 0},    {"MaxParts", max},
                {"IsTruncated", false},         {"StorageClass", upload.storage_class}};
    AddInitiator(output, *bucket, upload);
    AddUploadChecksum(output, upload);
    AddAbortDate(output, *bucket, upload.key, upload.initiated);
    int count = 0;
    parts_.uploads.Parts(reader, upload, marker, [&](const s3::UploadPart& part) {
      if (count == max) {
        output["IsTruncated"] = max > 0;
        return false;
      }
      ++count;
      Json entry{{"PartNumber", part.number},
                 {"LastModified", ToJson(part.last_modified)},
                 {"ETag", '"' + part.etag + '"'},
                 {"Size", part.size}};
      if (upload.checksum_algorithm) entry[std::string(ChecksumMember(*upload.checksum_algorithm))] = part.checksum;
      output["Parts"].push_back(std::move(entry));
      output["NextPartNumberMarker"] = part.number;
      return true;
    });
    return output;
  });
}

}  // namespace stratolite::s3
