#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "stratolite/base/checksums.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

/// Additional checksums as members of requests and answers.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
namespace stratolite::s3 {

/// `ChecksumCRC32`: the member of inputs and outputs.
std::string_view ChecksumMember(ChecksumAlgorithm algorithm);
/// `x-amz-checksum-crc32`.
std::string_view ChecksumHeader(ChecksumAlgorithm algorithm);

/// What a request announces about the checksum of its body.
struct ClaimedChecksum {
  ChecksumAlgorithm algorithm = ChecksumAlgorithm::kCrc64Nvme;
  /// base64, checked for its form; nullopt: it follows the body, in the trailer.
  std::optional<std::string> value;
};

/// nullopt: nothing announced. `x-amz-sdk-checksum-algorithm` alone announces nothing, as AWS was seen to behave; a header wins over a trailer.
/// Errors: InvalidRequest (several, a malformed value, an unknown algorithm).
Result<std::optional<ClaimedChecksum>> ReadClaimedChecksum(const Call& call);

/// Errors: InvalidRequest when `value` is not base64 of the algorithm's length. `where`: `header`, `trailing header`.
Result<void> CheckChecksumForm(ChecksumAlgorithm algorithm, std::string_view value, std::string_view where);

/// BadDigest: the body is not what the announced checksum says.
AwsError ChecksumMismatch(ChecksumAlgorithm algorithm);

/// Adds the value and `ChecksumType` to an output.
void AddChecksum(Json& output, const ObjectChecksum& checksum);

}  // namespace stratolite::s3
