#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// CBOR (RFC 8949) to and from the tree of values, guided by a shape. All functions: Thread-safe.

/// What a tag-1 number counts: seconds in `smithy-rpc-v2-cbor`, milliseconds in Kinesis's `application/x-amz-cbor-1.1`.
enum class CborTime : std::uint8_t { kSeconds, kMilliseconds };

/// Definite and indefinite lengths, every width of integer and float, tag 1; other tags are skipped over. Lengths are checked against
/// what is left of the body before anything is allocated. Unknown members are skipped, null and undefined members are absent.
/// An empty body is an empty structure. Errors: SerializationException.
Result<Json> DecodeCbor(const Shape& shape, std::string_view body, const DecodeLimits& limits,
                        CborTime time = CborTime::kSeconds);

/// Definite lengths; floats as floats even when integral; absent members left out. As AppendJson for what the model does not have.
void AppendCbor(std::string& out, const Shape& shape, const Json& value, CborTime time = CborTime::kSeconds);
std::string EncodeCbor(const Shape& shape, const Json& value, CborTime time = CborTime::kSeconds);

/// Building blocks for maps that no shape describes (errors carry `__type`).
enum class CborMajor : std::uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };
void AppendCborHead(std::string& out, CborMajor major, std::uint64_t argument);
void AppendCborText(std::string& out, std::string_view text);

}  // namespace stratolite::wire::internal
