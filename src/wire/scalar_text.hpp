#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/wire/model.hpp"
#include "wire/timestamps.hpp"

namespace stratolite::wire::internal {

/// Scalars of the text protocols (XML elements and attributes, form parameters). All functions: Thread-safe.

/// The value of a scalar shape from its text: numbers in the shape's range, `NaN` and `Infinity`, booleans in any case,
/// base64 with white space allowed, timestamps by `format`. nullopt: malformed, or not a scalar shape.
std::optional<Json> ParseScalar(const Shape& shape, TimestampFormat format, std::string_view text);

/// Appends the text of a scalar value. A value of another kind than the shape asserts in debug builds and appends nothing.
void AppendScalar(std::string& out, const Shape& shape, TimestampFormat format, const Json& value,
                  Iso8601Fraction fraction = Iso8601Fraction::kWhenNotZero);

/// `5.5`, `1.0`, `1.0E10`, `NaN`, `-Infinity`: a double as AWS's Java services write it in XML; the shortest text that reads back the same.
void AppendDouble(std::string& out, double value);

/// True for every type but structures, lists and maps.
bool IsScalar(ShapeType type);

}  // namespace stratolite::wire::internal
