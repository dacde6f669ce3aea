#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "s3/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// A line of a server access log that was not delivered yet: a row of s3_access_log.
struct LogLine {
  std::int64_t id = 0;
  TimePoint time;
  std::string text;
};

/// The lines that wait for delivery. Stateless. Thread-safe. Blocks.
class AccessLogStore {
 public:
  void Add(storage::Txn& txn, BucketId bucket, TimePoint time, std::string_view line);
  /// The oldest ones.
  std::vector<LogLine> Oldest(storage::Reader& reader, BucketId bucket, std::size_t most);
  /// All up to that one.
  void RemoveUpTo(storage::Txn& txn, BucketId bucket, std::int64_t id);
};

}  // namespace stratolite::s3
