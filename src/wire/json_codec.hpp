#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// JSON text of the `json` and `rest-json` protocols to and from the tree of values, guided by a shape.
/// All functions: Thread-safe.

/// Which members of the outermost structure take part: REST bodies leave out those that travel in headers, in the status, and (of
/// requests) in the URI.
enum class BodyMembers { kAll, kUnbound };

/// Unknown members are skipped, `null` members are absent (kept in sparse lists and maps), of duplicates the last wins.
/// An empty body is an empty structure. Errors: SerializationException with the wording of AWS's own JSON front end.
Result<Json> DecodeJson(const Shape& shape, std::string_view body, const DecodeLimits& limits,
                        BodyMembers members = BodyMembers::kAll);

/// Appends the JSON text of `value`. Members that the model does not have assert in debug builds and are left out in release.
/// `format` is the timestamp format of the reference to `shape`; kUnset: epoch seconds.
void AppendJson(std::string& out, const Shape& shape, const Json& value, BodyMembers members = BodyMembers::kAll,
                TimestampFormat format = TimestampFormat::kUnset);
std::string EncodeJson(const Shape& shape, const Json& value, BodyMembers members = BodyMembers::kAll);

/// Any JSON, as documents are written.
void AppendJsonDocument(std::string& out, const Json& value);
/// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);
/// Shortest text that reads back as the same number; `NaN`, `Infinity`, `-Infinity` bare.
void AppendNumber(std::string& out, double value);
void AppendNumber(std::string& out, const Json& number);
/// Whether a model's `float` holds it: clients may send 4e46 where one is asked for.
inline bool FitsFloat(double value) {
  return std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max());
}
/// With a float's digits; what a float does not hold, with its own.
void AppendFloatText(std::string& out, double value);

}  // namespace stratolite::wire::internal
