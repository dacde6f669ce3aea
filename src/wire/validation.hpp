#pragma once

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/model.hpp"
#include "wire/constraint_messages.hpp"
#include "wire/pattern.hpp"

namespace stratolite::wire::internal {

/// Checks decoded input against the model: required members, lengths, ranges, patterns, enums, at every depth and in the model's order.
/// Every violation is reported, as AWS does, until their texts pass 256 KiB. Thread-safe.
class InputValidator {
 public:
  /// ValidationException (in Query ValidationError) with all violations in its message. In the Smithy dialect `fields` has a `fieldList`.
  Result<void> Validate(const Operation& operation, Protocol protocol, const Json& input, ValidationDialect dialect);

 private:
  PatternCache patterns_;
};

/// Validate by one validator for the process: compiled patterns depend on nothing but their text, so every world may share them.
/// Thread-safe.
Result<void> ValidateInput(const Operation& operation, Protocol protocol, const Json& input,
                           ValidationDialect dialect = ValidationDialect::kAws);

}  // namespace stratolite::wire::internal
