#include "stratolite/service/resources.hpp"

#include <algorithm>

namespace stratolite {

void SummarizeResources(ResourceList& list, std::vector<ResourceList::Item> items, std::size_t most) {
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

}  // namespace stratolite
