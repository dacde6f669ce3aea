#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/names.hpp"
#include "stratolite/storage/database.hpp"

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

/// How one kind of resource is looked at, so that the answer comes soon however much there is. `how_many` counts them, `which` gives id, account,
/// region and name of as many as its one `?` allows.
struct ResourceQuery {
  std::string_view kind;
  std::string_view how_many;
  std::string_view which;
  std::int64_t most_looked_at = 1000;
  /// Over all of them; those that come when this is used up are still granted a few.
  std::int64_t most_counted = 0;
};
/// Counts no further than `limit` into `item`, and returns how much it counted.
using ResourceCounter =
    std::function<std::int64_t(storage::Reader& reader, std::int64_t id, std::int64_t limit, ResourceList::Item& item)>;

/// Looks at all of them in one snapshot, adds up, and keeps the `most` largest. Thread-safe. Blocks.
ResourceList SummarizeResources(storage::Database& db, const ResourceQuery& query, std::size_t most,
                                const ResourceCounter& count);

}  // namespace stratolite
