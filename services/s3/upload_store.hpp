#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/model.hpp"
#include "stratolite/storage/blob_store.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// How long a finished upload may be completed again with the same outcome: for clients that never saw the first answer.
inline constexpr Duration kCompletedMemory = std::chrono::hours(1);

/// What is left of a finished upload: a row of s3_completed_upload.
struct CompletedUpload {
  std::string upload_id;
  BucketId bucket = 0;
  std::string key;
  TimePoint completed_at;
  /// The object's: tells whether the same parts are asked for.
  std::string etag;
  Json answer;
};

/// Multipart uploads in progress and their parts. Thread-safe. Blocks.
class UploadStore {
 public:
  explicit UploadStore(storage::BlobStore& blobs) : blobs_(blobs) {}

  std::optional<Upload> Find(storage::Reader& reader, BucketId bucket, std::string_view key,
                             std::string_view upload_id);
  /// Sets `upload.id`.
  void Insert(storage::Txn& txn, Upload& upload);
  /// Replaces a part of that number, releasing its blob.
  void PutPart(storage::Txn& txn, const Upload& upload, const UploadPart& part);
  /// In order of number, those after `after`, until `on_part` returns false.
  void Parts(storage::Reader& reader, const Upload& upload, int after,
             const std::function<bool(const UploadPart&)>& on_part);
  /// Forgets the upload. Parts in `kept_blobs` hand their reference on, the others are released.
  void Remove(storage::Txn& txn, const Upload& upload, const std::vector<storage::BlobId>& kept_blobs = {});
  /// In order of key, then of upload id (which grow with time); keys after `key_marker`, and with an `id_marker` the later uploads of that key too.
  void List(storage::Reader& reader, BucketId bucket, std::string_view prefix, std::string_view key_marker,
            std::string_view id_marker, const std::function<bool(const Upload&)>& on_upload);

  /// Forgets those that are older than kCompletedMemory.
  void InsertCompleted(storage::Txn& txn, const CompletedUpload& completed);
  std::optional<CompletedUpload> FindCompleted(storage::Reader& reader, BucketId bucket, std::string_view key,
                                               std::string_view upload_id);
  /// As ObjectStore::changes, of uploads that begin.
  std::uint64_t changes() const { return changes_.load(); }

 private:
  storage::BlobStore& blobs_;
  std::atomic<std::uint64_t> changes_ = 0;
};

}  // namespace stratolite::s3
