#include "stratolite/service/resources.hpp"

#include <algorithm>
#include <utility>

namespace stratolite {
namespace {

// What each is granted when the large ones before it have used up all that may be counted.
constexpr std::int64_t kLeastCounted = 100;

/// Adds up what was looked at and keeps the `most` largest.
void Summarize(ResourceList& list, std::vector<ResourceList::Item> items, std::size_t most) {
  list.at_least = list.count > static_cast<std::int64_t>(items.size());
  for (const auto& item : items) {
    list.at_least = list.at_least || item.at_least;
    list.totals.resize(std::max(list.totals.size(), item.numbers.size()));
    for (std::size_t i = 0; i < item.numbers.size(); ++i) {
      list.totals[i].name = item.numbers[i].name;
      list.totals[i].value += item.numbers[i].value;
    }
  }
  const auto larger = [](const ResourceList::Item& a, const ResourceList::Item& b) {
    const std::int64_t of_a = a.numbers.empty() ? 0 : a.numbers.front().value;
    const std::int64_t of_b = b.numbers.empty() ? 0 : b.numbers.front().value;
    return of_a != of_b ? of_a > of_b : a.name < b.name;
  };
  const auto kept = static_cast<std::ptrdiff_t>(std::min(most, items.size()));
  std::partial_sort(items.begin(), items.begin() + kept, items.end(), larger);
  items.resize(static_cast<std::size_t>(kept));
  list.largest = std::move(items);
}

}  // namespace

ResourceList SummarizeResources(storage::Database& db, const ResourceQuery& query, std::size_t most,
                                const ResourceCounter& count) {
  ResourceList list{.kind = std::string(query.kind), .count = 0, .totals = {}, .at_least = false, .largest = {}};
  std::vector<ResourceList::Item> items;
  db.Read([&](storage::Reader& reader) {
    list.count = reader.QueryInt(query.how_many);
    std::vector<std::int64_t> ids;
    reader.Query(query.which, {query.most_looked_at}, [&](const storage::Row& row) {
      ids.push_back(row.Int(0));
      items.push_back({.name = row.Text(3),
                       .scope = {AccountId(row.Text(1)), Region(row.Text(2))},
                       .numbers = {},
                       .at_least = false});
    });
    std::int64_t left = query.most_counted;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      left -= count(reader, ids[i], std::max(left, kLeastCounted), items[i]);
    }
  });
  Summarize(list, std::move(items), most);
  return list;
}

}  // namespace stratolite
