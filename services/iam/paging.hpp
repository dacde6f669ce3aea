#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// What a list operation was asked for: `MaxItems` (100 when absent) after what `Marker` says.
struct PageRequest {
  std::int64_t limit = 100;
  /// What WritePage was given as the last one's place; empty: from the beginning.
  std::string after;
};

/// Errors: ValidationError for a marker that is none of ours.
Result<PageRequest> ReadPage(const Call& call);
/// Sets IsTruncated and, if there is more, Marker. `more`: something comes after `last`.
void WritePage(Json& output, bool more, std::string_view last);

}  // namespace stratolite::iam
