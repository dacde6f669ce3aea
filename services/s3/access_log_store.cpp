#include "s3/access_log_store.hpp"

namespace stratolite::s3 {

void AccessLogStore::Add(storage::Txn& txn, BucketId bucket, TimePoint time, std::string_view line) {
  txn.Run("INSERT INTO s3_access_log (bucket_id, time, line) VALUES (?,?,?)", {bucket, time, line});
}

std::vector<LogLine> AccessLogStore::Oldest(storage::Reader& reader, BucketId bucket, std::size_t most) {
  std::vector<LogLine> lines;
  reader.Query("SELECT id, time, line FROM s3_access_log WHERE bucket_id = ? ORDER BY id LIMIT ?",
               {bucket, static_cast<std::int64_t>(most)},
               [&](const storage::Row& row) { lines.push_back({row.Int(0), row.Time(1), row.Text(2)}); });
  return lines;
}

void AccessLogStore::RemoveUpTo(storage::Txn& txn, BucketId bucket, std::int64_t id) {
  txn.Run("DELETE FROM s3_access_log WHERE bucket_id = ? AND id <= ?", {bucket, id});
}

}  // namespace stratolite::s3
