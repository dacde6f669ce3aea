#include "s3/bucket_summary_store.hpp"

#include <utility>

#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {
namespace {

constexpr ResourceQuery kBuckets{
    .kind = "buckets",
    .how_many = "SELECT COUNT(*) FROM s3_bucket",
    .which = "SELECT id, account, region, name FROM s3_bucket ORDER BY id LIMIT ?",
    .most_counted = 250'000,
};

std::int64_t CountObjects(storage::Reader& reader, std::int64_t bucket, std::int64_t limit, ResourceList::Item& item) {
  const auto counted = reader.QueryOne(
      "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM (SELECT size FROM s3_object WHERE bucket_id = ?"
      " AND is_latest = 1 AND is_delete_marker = 0 LIMIT ?) AS seen",
      {bucket, limit}, [](const storage::Row& row) { return std::pair(row.Int(0), row.Int(1)); });
  const auto [objects, bytes] = counted.value_or(std::pair<std::int64_t, std::int64_t>(0, 0));
  item.numbers = {{"objects", objects}, {"bytes", bytes}};
  item.at_least = objects == limit;
  return objects;
}

}  // namespace

ResourceList DescribeBuckets(const ServiceDeps& deps, std::size_t most) {
  return SummarizeResources(deps.db, kBuckets, most, CountObjects);
}

}  // namespace stratolite::s3
