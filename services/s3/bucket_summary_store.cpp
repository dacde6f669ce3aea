#include "s3/bucket_summary_store.hpp"

#include <algorithm>
#include <utility>

#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::int64_t kMaxSummarizedBuckets = 1000;
constexpr std::int64_t kMaxCountedObjects = 250'000;
// What a bucket is granted when the large ones before it have used up all that may be counted.
constexpr std::int64_t kLeastCountedObjects = 100;

}  // namespace

ResourceList DescribeBuckets(const ServiceDeps& deps, std::size_t most) {
  ResourceList list{.kind = "buckets", .count = 0, .totals = {}, .at_least = false, .largest = {}};
  std::vector<ResourceList::Item> items;
  deps.db.Read([&](storage::Reader& reader) {
    list.count = reader.QueryInt("SELECT COUNT(*) FROM s3_bucket");
    std::vector<std::int64_t> ids;
    reader.Query("SELECT id, account, region, name FROM s3_bucket ORDER BY id LIMIT ?", {kMaxSummarizedBuckets},
                 [&](const storage::Row& row) {
                   ids.push_back(row.Int(0));
                   items.push_back({.name = row.Text(3),
                                    .scope = {AccountId(row.Text(1)), Region(row.Text(2))},
                                    .numbers = {},
                                    .at_least = false});
                 });
    std::int64_t left = kMaxCountedObjects;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::int64_t limit = std::max(left, kLeastCountedObjects);
      const auto counted = reader.QueryOne(
          "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM (SELECT size FROM s3_object WHERE bucket_id = ?"
          " AND is_latest = 1 AND is_delete_marker = 0 LIMIT ?) AS seen",
          {ids[i], limit}, [](const storage::Row& row) { return std::pair(row.Int(0), row.Int(1)); });
      const auto [objects, bytes] = counted.value_or(std::pair<std::int64_t, std::int64_t>(0, 0));
      left -= objects;
      items[i].numbers = {{"objects", objects}, {"bytes", bytes}};
      items[i].at_least = objects == limit;
    }
  });
  SummarizeResources(list, std::move(items), most);
  return list;
}

}  // namespace stratolite::s3
