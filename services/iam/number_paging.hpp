#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "iam/errors.hpp"
#include "iam/paging.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::iam {

/// Pages of lists in the order in which their members were made: places are numbers.
struct NumberPage {
  std::int64_t limit = 100;
  std::int64_t after = 0;
};

/// Errors: ValidationError for a marker that is none of ours.
inline Result<NumberPage> ReadNumberPage(const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  NumberPage out{page.limit, 0};
  if (page.after.empty()) return out;
  const auto number = ParseWholeNumber<std::int64_t>(page.after);
  if (!number || *number < 0) return ValidationError("Invalid Marker.");
  out.after = *number;
  return out;
}

/// `items`: one more than the page holds, if there is one more. Drops it, and says so in the output.
template <typename Item>
void CutToNumberPage(Json& output, std::vector<Item>& items, const NumberPage& page) {
  const bool more = static_cast<std::int64_t>(items.size()) > page.limit;
  if (more) items.pop_back();
  WritePage(output, more, more ? std::to_string(items.back().number) : std::string());
}

}  // namespace stratolite::iam
