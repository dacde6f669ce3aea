#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// The words of input validation. All functions: Thread-safe.

/// Who speaks: AWS's own front end (`Value 'x' at 'name.1.member'`), or the validation that Smithy's protocol tests expect
/// (`Value at '/name/0'`).
enum class ValidationDialect { kAws, kSmithy };

inline constexpr std::string_view kMustNotBeNull = "Member must not be null";

std::string LengthConstraint(const Shape& shape, ValidationDialect dialect, bool upper);
std::string RangeConstraint(const Shape& shape, ValidationDialect dialect, bool upper);
std::string PatternConstraint(std::string_view pattern);
/// `Member must satisfy enum value set: [B, A]`, in the order in which AWS lists the values.
std::string EnumConstraint(const Shape& shape, ValidationDialect dialect);

/// Every constraint of a list's element or a map's key or value, as AWS lists them within brackets.
std::vector<std::string> ElementConstraints(const Shape& shape);

/// A value as AWS quotes it: Java's toString, with structures as `Name(member=value, other=null)`. Stops at `limit` bytes.
std::string ValueText(const Shape& shape, const Json& value, std::size_t limit);

/// `MetricName` becomes `metricName`.
std::string LowerFirst(std::string_view name);

}  // namespace stratolite::wire::internal
