#include "s3/copy_operations.hpp"

#include <vector>

#include "s3/bucket_access.hpp"
#include "s3/bucket_encryption.hpp"
#include "s3/conditions.hpp"
#include "s3/copy_source.hpp"
#include "s3/customer_key.hpp"
#include "s3/errors.hpp"
#include "s3/kms_keys.hpp"
#include "s3/lifecycle_headers.hpp"
#include "s3/object_body.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_view.hpp"
#include "s3/object_writing.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kCopyReadBytes = 1024 * 1024;
/// How often a source that is replaced while it is looked at is looked at again.
constexpr int kMaxAttempts = 5;

/// What the copy takes from the request; what it takes from the source is not there.
struct CopyRequest {
  std::string key;
  CopySource source;
  ReadConditions source_conditions;
  WriteConditions conditions;
  std::string storage_class;
  /// nullopt: the source's.
  std::optional<Metadata> metadata;
  std::optional<TagMap> tags;
  std::optional<std::string> redirect;
  std::optional<ChecksumAlgorithm> checksum_algorithm;
  ObjectDetails details;
  /// Of SSE-C: the copy's, and the source's.
  std::optional<CustomerKey> customer_key;
  std::optional<CustomerKey> source_key;
};

/// What the source gives.
struct CopyContent {
  Object source;
  std::vector<ObjectPart> pieces;
  std::string etag;
  ObjectChecksum checksum;
  /// Instead of the source's blobs, where a customer's key is in play.
  std::optional<ReceivedBody> rewritten = std::nullopt;
};

/// COPY when absent.
Result<bool> ReadReplaces(const Call& call, const char* member, const char* what, std::string_view header) {
  const std::string directive = Fields(call.input).StringOr(member, "COPY");
  if (directive != "COPY" && directive != "REPLACE") {
    return InvalidArgument("Unknown " + std::string(what) + " directive.", header, directive);
  }
  return directive == "REPLACE";
}

Result<void> RefuseCopyOntoItself(const Call& call, const Bucket& bucket, const CopySource& source,
                                  const std::string& key) {
  const Fields in(call.input);
  const bool same = source.bucket == in.StringOr("Bucket", "") && source.key == key && !source.version_id;
  if (!same || in.StringOr("MetadataDirective", "") == "REPLACE") return {};
  for (const char* change :
       {"StorageClass", "ServerSideEncryption", "SSECustomerAlgorithm", "WebsiteRedirectLocation"}) {
    if (in.Has(change)) return {};
  }
  // An encryption that was set on the bucket counts as a change, whatever it is.
  if (bucket.Setting(kEncryptionDocument) != nullptr) return {};
  return InvalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
      "metadata, storage class, website redirect location or encryption attributes.");
}

Result<CopyRequest> ReadCopyRequest(Parts& parts, const Call& call, const Bucket& bucket) {
  const Fields in(call.input);
  CopyRequest request;
  ASSIGN_OR_RETURN(request.key, ReadKey(call));
  ASSIGN_OR_RETURN(request.source, ReadCopySource(call));
  ASSIGN_OR_RETURN(const bool replaces_metadata,
                   ReadReplaces(call, "MetadataDirective", "metadata", "x-amz-metadata-directive"));
  ASSIGN_OR_RETURN(const bool replaces_tags,
                   ReadReplaces(call, "TaggingDirective", "tagging", "x-amz-tagging-directive"));
  RETURN_IF_ERROR(RefuseCopyOntoItself(call, bucket, request.source, request.key));
  ASSIGN_OR_RETURN(request.details, ReadDetails(parts, call, bucket));
  ASSIGN_OR_RETURN(request.customer_key, ReadCustomerKey(call));
  ASSIGN_OR_RETURN(request.source_key, ReadKeyForReading(call, "CopySource"));
  ASSIGN_OR_RETURN(Metadata metadata, ReadMetadata(call));
  // A redirect belongs to the object that it was given to: it is never copied.
  request.redirect = in.OptionalString("WebsiteRedirectLocation");
  if (replaces_metadata) request.metadata = std::move(metadata);
  if (replaces_tags) {
    ASSIGN_OR_RETURN(request.tags, ReadTagging(call));
  }
  ASSIGN_OR_RETURN(request.storage_class, ReadStorageClass(call));
  ASSIGN_OR_RETURN(request.conditions, ReadWriteConditions(call));
  request.source_conditions = ReadReadConditions(call, "CopySource");
  if (const auto name = in.OptionalString("ChecksumAlgorithm")) {
    request.checksum_algorithm = ParseChecksumName(*name);
    if (!request.checksum_algorithm) return UnsupportedChecksumAlgorithm();
  }
  return request;
}

/// Fills in the digests that the source does not have, from its bytes, which `blobs` reads.
void DigestBytes(CopyContent& content, storage::BlobReader& blobs, bool etag, bool checksum) {
  const auto md5 = MakeMd5();
  const auto sum = MakeChecksum(content.checksum.algorithm);
  const auto buffer = std::make_unique_for_overwrite<char[]>(kCopyReadBytes);
  while (const std::size_t count = blobs.Read(buffer.get(), kCopyReadBytes)) {
    if (etag) md5->Update({buffer.get(), count});
    if (checksum) sum->Update({buffer.get(), count});
  }
  if (etag) content.etag = HexEncode(md5->Finish());
  if (checksum) content.checksum.value = Base64Encode(sum->Finish());
}

Object MakeCopy(const CopyRequest& request, const CopyContent& content) {
  Object copy;
  copy.key = request.key;
  copy.size = content.source.size;
  copy.etag = content.etag;
  copy.storage_class = request.storage_class;
  copy.checksum = content.checksum;
  copy.metadata = request.metadata ? *request.metadata : content.source.metadata;
  copy.metadata.system.erase("WebsiteRedirectLocation");
  if (request.redirect) copy.metadata.system["WebsiteRedirectLocation"] = *request.redirect;
  copy.tags = request.tags ? *request.tags : content.source.tags;
  copy.details = request.details;
  return copy;
}

Json ViewCopy(const Bucket& source_bucket, const Object& source, const Bucket& bucket, const Object& copy) {
  Json result{{"ETag", QuotedEtag(copy)}, {"LastModified", ToJson(copy.last_modified)}};
  AddChecksum(result, *copy.checksum);
  Json output{{"CopyObjectResult", std::move(result)}};
  AddEncryption(output, copy.details.encryption);
  AddEncryptionContext(output, copy.details.encryption);
  AddExpiration(output, bucket, copy);
  if (source_bucket.versioning != Versioning::kNever) output["CopySourceVersionId"] = source.version_id;
  if (bucket.versioning == Versioning::kEnabled) output["VersionId"] = copy.version_id;
  return output;
}

Result<CopyContent> ReadContent(Parts& parts, const Call& call, const Bucket& bucket, const CopyRequest& request) {
  using Method = Encryption::Method;
  const TimePoint now = parts.deps.clock.Now();
  const Encryption& encryption = request.details.encryption;
  const auto body = OpenBody(parts, request.source_key);
  bool rewrites = false;
  bool etag = false;
  bool checksum = false;
  auto read = parts.deps.db.Read([&](storage::Reader& reader) -> Result<CopyContent> {
    CopyContent content;
    ASSIGN_OR_RETURN(content.source, FindSource(parts, reader, bucket, request.source, true));
    const Object& source = content.source;
    RETURN_IF_ERROR(CheckSourceKey(source.details.encryption, request.source_key));
    RETURN_IF_ERROR(CheckCopySource(request.source_conditions, source, now));
    rewrites = source.details.encryption.method == Method::kCustomerKey || request.customer_key;
    if (!rewrites && !source.blob && source.size > 0) content.pieces = parts.objects.Parts(reader, source.id);
    // One PUT's worth: the copy of a multipart object is not one, so its ETag and its checksum are those of the bytes.
    etag =
        encryption.method == Method::kS3 && (source.part_count > 0 || source.details.encryption.method != Method::kS3);
    content.etag = encryption.method == Method::kS3 ? source.etag : MakeEtag(parts, encryption, {});
    if (source.checksum) content.checksum = *source.checksum;
    const ChecksumAlgorithm wanted = request.checksum_algorithm.value_or(content.checksum.algorithm);
    checksum =
        !source.checksum || source.checksum->algorithm != wanted || source.checksum->type != ChecksumType::kFullObject;
    content.checksum.algorithm = wanted;
    content.checksum.type = ChecksumType::kFullObject;
    if (rewrites || etag || checksum) AddBody(parts, reader, *body, source, {0, source.size});
    return content;
  });
  body->Ready();
  ASSIGN_OR_RETURN(CopyContent content, std::move(read));
  RETURN_IF_ERROR(CheckKmsAccess(parts, call, content.source.details.encryption));
  if (rewrites) {
    content.rewritten = CopyBody(parts, *body, content.checksum.algorithm, request.customer_key);
    content.etag = MakeEtag(parts, encryption, content.rewritten->md5);
    content.checksum = content.rewritten->checksum;
  } else if (etag || checksum) {
    DigestBytes(content, *body, etag, checksum);
  }
  return content;
}

/// One more reference to everything that the copy consists of; the pieces as the copy has them.
std::vector<ObjectPart> ShareBlobs(storage::Txn& txn, storage::BlobStore& blobs, const CopyContent& content) {
  if (content.source.blob) blobs.AddReference(txn, *content.source.blob);
  std::vector<ObjectPart> pieces;
  for (const ObjectPart& piece : content.pieces) {
    if (!piece.blob) continue;
    blobs.AddReference(txn, *piece.blob);
    pieces.push_back({piece.number, piece.size, piece.blob, {}});
  }
  return pieces;
}

/// Gives the copy what it consists of: bytes of its own, else one more reference to those of the source. Its pieces as it has them.
std::vector<ObjectPart> TakeContent(Parts& parts, storage::Txn& txn, CopyContent& content, Object& copy) {
  if (content.rewritten) {
    copy.details.encryption.nonce = content.rewritten->nonce;
    copy.blob = KeepBody(parts, txn, *content.rewritten);
    return {};
  }
  copy.blob = content.source.blob;
  return ShareBlobs(txn, parts.deps.blobs, content);
}

}  // namespace

Result<Json> CopyOperations::CopyObject(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const CopyRequest request, ReadCopyRequest(parts_, call, *found));
  ASSIGN_OR_RETURN(const BucketPtr source_bucket, FindSourceBucket(parts_, call, request.source));
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    ASSIGN_OR_RETURN(CopyContent content, ReadContent(parts_, call, *source_bucket, request));
    bool source_gone = false;
    auto outcome = parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
      ASSIGN_OR_RETURN(const BucketPtr bucket, StillThere(parts_, txn, *found));
      source_gone = !parts_.objects.Exists(txn, content.source.id);
      if (source_gone) return OperationAborted();
      RETURN_IF_ERROR(CheckWrite(parts_, txn, *bucket, request.key, request.conditions));
      Object copy = MakeCopy(request, content);
      // References first: the copy may replace its own source.
      const auto pieces = TakeContent(parts_, txn, content, copy);
      InsertObject(parts_, txn, call, *bucket, copy, pieces, "ObjectCreated:Copy");
      return ViewCopy(*source_bucket, content.source, *bucket, copy);
    });
    if (!source_gone) return outcome;
  }
  return OperationAborted();
}

}  // namespace stratolite::s3
