#pragma once

#include <cstdint>
#include <string_view>

#include "s3/select/byte_source.hpp"
#include "s3/select/record_reader.hpp"

/// What readers of records share.
namespace stratolite::s3::select {

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html
inline constexpr std::uint64_t kMaxRecordBytes = 1024 * 1024;

/// Behind the next delimiter, of one or two characters, or at the end.
void SkipRecord(Input& input, std::string_view delimiter);
/// At the first record that begins in the range, unless the input is beyond that already.
void SkipToRange(Input& input, const ScanRange& range, std::string_view delimiter);
void SkipByteOrderMark(Input& input);

}  // namespace stratolite::s3::select
