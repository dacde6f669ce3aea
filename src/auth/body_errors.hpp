#pragma once

#include <cstdint>
#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite::auth {

/// S3's errors about a request body that does not keep what its head promised, each text once. All functions: Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html

/// Chunk framing that cannot be read, or that ends too early.
AwsError BodyTerminated();
AwsError WrongBodyLength(std::uint64_t expected, std::uint64_t provided);
/// A chunk of less than 8 KiB was not the last one; `chunk`: the number of the one that followed it.
AwsError ChunkTooSmall(std::uint64_t chunk, std::uint64_t bad_size);
AwsError MalformedTrailer();
AwsError UnsupportedTrailer();
AwsError ChunkSignatureMismatch(std::string_view access_key_id, std::string_view string_to_sign,
                                std::string_view provided);
/// The connection was lost or stood still while the body was read.
AwsError BodyTimeout();
AwsError MissingContentLength();
AwsError TransferEncodingNotImplemented();

}  // namespace stratolite::auth
