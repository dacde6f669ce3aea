#include "sns/topic_summary_store.hpp"

#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

constexpr ResourceQuery kTopics{
    .kind = "topics",
    .how_many = "SELECT COUNT(*) FROM sns_topic",
    .which = "SELECT id, account, region, name FROM sns_topic ORDER BY id LIMIT ?",
    .most_counted = 200'000,
};

std::int64_t CountSubscribers(storage::Reader& reader, std::int64_t topic, std::int64_t limit,
                              ResourceList::Item& item) {
  const auto counts = reader.QueryOne(
      "SELECT COUNT(*), COALESCE(SUM(confirmed), 0) FROM"
      " (SELECT confirmed FROM sns_subscription WHERE topic_id = ? LIMIT ?) AS seen",
      {topic, limit}, [](const storage::Row& row) { return std::pair(row.Int(0), row.Int(1)); });
  const auto [all, confirmed] = counts.value_or(std::pair<std::int64_t, std::int64_t>(0, 0));
  item.numbers = {{"subscriptions", confirmed}, {"pending", all - confirmed}};
  item.at_least = all == limit;
  return all;
}

}  // namespace

ResourceList DescribeTopics(const ServiceDeps& deps, std::size_t most) {
  return SummarizeResources(deps.db, kTopics, most, &CountSubscribers);
}

}  // namespace stratolite::sns
