#pragma once

#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Names and paths with characters that they must not have: what AWS refuses in words of its own instead of the model's pattern. For every operation.
/// Errors: ValidationError. Thread-safe.
Result<void> CheckNamesAndPaths(const Call& call);
/// The same operations, each after CheckNamesAndPaths.
void AddChecked(const OperationTable& operations, OperationTable& checked);

}  // namespace stratolite::iam
