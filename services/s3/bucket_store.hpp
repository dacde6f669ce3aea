#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "s3/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// The buckets and their sub-resource documents. Buckets are cached: every request asks for one. Thread-safe. Blocks.
class BucketStore {
 public:
  explicit BucketStore(storage::Database& db) : db_(db) {}

  /// nullptr: no such bucket. Not from within a transaction.
  BucketPtr Find(std::string_view name);
  BucketPtr Find(storage::Reader& reader, std::string_view name);
  /// The row of a bucket that was found before, read again, with the settings that it had then: all that a write needs. nullptr: it is gone.
  BucketPtr FindAgain(storage::Reader& reader, const Bucket& bucket);
  /// Whether it is still there: for writers, whose bucket may have gone since Find.
  bool Exists(storage::Reader& reader, BucketId id);
  /// The caller has checked that the name is free. Sets `bucket.id`.
  void Insert(storage::Txn& txn, Bucket& bucket);
  void SetVersioning(storage::Txn& txn, const Bucket& bucket, Versioning versioning);
  /// With its documents. The caller has checked that it is empty.
  void Delete(storage::Txn& txn, const Bucket& bucket);
  /// In order of name, those of one account, names after `after`, until `on_bucket` returns false. Without their settings.
  void List(storage::Reader& reader, const AccountId& account, std::string_view prefix, std::string_view after,
            const std::function<bool(const Bucket&)>& on_bucket);

  /// Sub-resources: `notification`, `tagging`, …
  std::optional<Json> Document(storage::Reader& reader, BucketId id, std::string_view kind);
  void SetDocument(storage::Txn& txn, const Bucket& bucket, std::string_view kind, const Json& document);
  void RemoveDocument(storage::Txn& txn, const Bucket& bucket, std::string_view kind);

  /// Forgets what memory holds (reset).
  void Clear();

 private:
  void Invalidate(const std::string& name);

  storage::Database& db_;
  std::mutex mutex_;
  std::unordered_map<std::string, BucketPtr> cache_;
  /// Counts invalidations: what was read before one must not enter the cache after it.
  std::uint64_t epoch_ = 0;
};

}  // namespace stratolite::s3
