#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "s3/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// What CompleteMultipartUpload decides, apart from rows and bytes: which parts make the object, its ETag and its checksum.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
namespace stratolite::s3 {

/// An entry of the request's list.
struct ListedPart {
  int number = 0;
  /// Without quotes.
  std::string etag;
  /// Member (`ChecksumCRC32`) and value, as sent.
  std::vector<std::pair<std::string, std::string>> checksums;
};

/// What a request says about the upload that it completes.
struct CompletionRequest {
  std::vector<ListedPart> parts;
  /// `ChecksumType`, as sent.
  std::optional<std::string> checksum_type;
  /// Member and value of an `x-amz-checksum-` header.
  std::optional<std::pair<std::string, std::string>> checksum;
  std::optional<std::int64_t> object_size;
};

/// Errors: InvalidRequest (no parts, a bad size), MalformedXML (a part without number or ETag), InvalidArgument (part number).
Result<CompletionRequest> ReadCompletionRequest(const Json& input);

/// `<hex>-<parts>`: MD5 of the parts' MD5s. nullopt: one of the ETags is no MD5.
std::optional<std::string> MultipartEtag(const std::vector<std::string>& etags);

/// The object that a request makes of an upload.
struct Completion {
  std::uint64_t size = 0;
  std::string etag;
  ObjectChecksum checksum;
  std::vector<ObjectPart> parts;
};

/// `uploaded`: the upload's parts in order of number. Errors: InvalidPart, InvalidPartOrder, EntityTooSmall, InvalidRequest, BadDigest.
Result<Completion> Complete(const Upload& upload, const std::vector<UploadPart>& uploaded,
                            const CompletionRequest& request);

}  // namespace stratolite::s3
