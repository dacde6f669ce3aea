#include "scheduler/schedule_summary_store.hpp"

#include "stratolite/storage/database.hpp"

namespace stratolite::scheduler {
namespace {

constexpr ResourceQuery kAllSchedules{
    .kind = "schedules",
    .how_many = "SELECT COUNT(*) FROM schedules_schedule",
    .which = "SELECT id, account, region, name FROM schedules_schedule ORDER BY id LIMIT ?",
    .most_counted = 100'000,
};

std::int64_t CountUnfinished(storage::Reader& reader, std::int64_t schedule, std::int64_t limit,
                             ResourceList::Item& item) {
  const std::int64_t unfinished =
      reader.QueryInt("SELECT COUNT(*) FROM (SELECT 1 FROM schedules_invocation WHERE schedule_id = ? LIMIT ?) AS seen",
                      {schedule, limit});
  item.numbers = {{"unfinished calls", unfinished}};
  item.at_least = unfinished == limit;
  return unfinished;
}

}  // namespace

ResourceList DescribeSchedules(const ServiceDeps& deps, std::size_t most) {
  return SummarizeResources(deps.db, kAllSchedules, most,
                            [](storage::Reader& reader, std::int64_t schedule, std::int64_t limit,
                               ResourceList::Item& item) { return CountUnfinished(reader, schedule, limit, item); });
}

}  // namespace stratolite::scheduler
