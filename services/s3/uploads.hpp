#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

/// What the operations on multipart uploads share.
namespace stratolite::s3 {

inline constexpr int kMaxPartNumber = 10'000;

/// Errors: InvalidArgument outside 1 to kMaxPartNumber.
Result<void> CheckPartNumber(std::int64_t number);

/// A marker or page size of a listing (`header`: its name on the wire), at most `limit`. Errors: InvalidArgument for what is negative.
Result<int> ReadPageNumber(const Json& input, std::string_view member, std::string_view header, int fallback,
                           int limit);

/// The upload of a call (members Key and UploadId) in a bucket. Errors: NoSuchUpload.
Result<Upload> FindUpload(Parts& parts, storage::Reader& reader, const Bucket& bucket, const Call& call);

/// `crc32`: as S3 spells it in sentences about uploads.
std::string LowerChecksumName(ChecksumAlgorithm algorithm);

/// Members `Initiator` and `Owner` of an answer.
void AddInitiator(Json& output, const Bucket& bucket, const Upload& upload);
/// Members `ChecksumAlgorithm` and `ChecksumType`, if the upload was begun with them.
void AddUploadChecksum(Json& output, const Upload& upload);

}  // namespace stratolite::s3
