#pragma once

#include <optional>
#include <string>
#include <vector>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// DeleteObject and DeleteObjects. Thread-safe. Blocks.
class DeleteOperations {
 public:
  explicit DeleteOperations(Parts& parts) : parts_(parts) {}

  Result<Json> DeleteObject(const Call& call);
  Result<Json> DeleteObjects(const Call& call);

 private:
  /// What one deletion names.
  struct Target {
    std::string key = {};
    std::optional<std::string> version_id = {};
    std::optional<std::string> if_match = {};
    /// In directory buckets.
    std::optional<std::int64_t> if_size = {};
    std::optional<TimePoint> if_modified = {};
  };
  /// What came of it.
  struct Outcome {
    /// Whether a version went or, for deletions without a version, would have gone.
    bool found = false;
    /// Of the removed version, or of the marker that was made.
    bool is_delete_marker = false;
    std::optional<std::string> version_id = {};
  };
  Result<Outcome> Delete(storage::Txn& txn, const Call& call, const Bucket& bucket, const Target& target);
  Outcome RemoveVersion(storage::Txn& txn, const Call& call, const Bucket& bucket, const Target& target,
                        const std::optional<Object>& object);
  Outcome InsertMarker(storage::Txn& txn, const Call& call, const Bucket& bucket, const Target& target);
  Result<Target> ReadTarget(const Json& identifier, bool directory);
  /// Of the objects in their order; empty: none is denied.
  using Denials = std::vector<std::optional<AwsError>>;
  Json DeleteEach(storage::Txn& txn, const Call& call, const Bucket& bucket, const Denials& denials);

  Parts& parts_;
};

}  // namespace stratolite::s3
