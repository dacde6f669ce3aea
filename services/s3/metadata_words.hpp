#pragma once

#include <string>
#include <string_view>

/// Encoded words of RFC 2047, the form in which S3 carries metadata that is not ASCII.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
namespace stratolite::s3 {

/// ASCII as it is; other text as words of `=?UTF-8?Q?…?=` or, when most of it is not ASCII, `=?UTF-8?B?…?=`. Expects valid UTF-8.
std::string EncodeWords(std::string_view text);
/// Replaces encoded words in UTF-8, ISO-8859-1 or US-ASCII by what they say (bytes that are not UTF-8 by U+FFFD); anything else stays.
std::string DecodeWords(std::string_view text);

}  // namespace stratolite::s3
