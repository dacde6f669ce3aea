#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// Bytes [offset, offset + length) of a body.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// A Range header against a body of `size` bytes. nullopt: the whole body, also for what is malformed or names several ranges, which S3 ignores (RFC
/// 9110 section 14.2 allows both). Errors: InvalidRange.
Result<std::optional<ByteRange>> ParseRange(std::string_view header, std::uint64_t size);

/// `bytes 0-9/100`. Precondition: length > 0.
std::string ContentRange(const ByteRange& range, std::uint64_t size);

}  // namespace stratolite::s3
