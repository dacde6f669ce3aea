#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/names.hpp"

namespace stratolite {

/// What a service holds of one kind, for `stratolite status`: queues, buckets. Plain data.
struct ResourceList {
  /// `messages`, 12. Names that end in `bytes` are sizes.
  struct Number {
    std::string_view name;
    std::int64_t value = 0;
  };
  struct Item {
    std::string name;
    Scope scope;
    /// The first one says how large it is.
    std::vector<Number> numbers;
    /// Counting ended early: there is more than the numbers say.
    bool at_least = false;
  };

  /// `queues`
  std::string kind;
  /// All there are, also those that were not looked at.
  std::int64_t count = 0;
  /// Of all that were looked at.
  std::vector<Number> totals;
  /// The totals are of some only, or of counts that ended early.
  bool at_least = false;
  /// The largest, largest first.
  std::vector<Item> largest;
};

/// Adds up what was looked at and keeps the `most` largest. Thread-safe.
void SummarizeResources(ResourceList& list, std::vector<ResourceList::Item> items, std::size_t most);

}  // namespace stratolite
