#pragma once

#include <optional>
#include <string>

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
  Result<Target> ReadTarget(const Json& identifier);
  Json DeleteEach(storage::Txn& txn, const Call& call, const Bucket& bucket);

  Parts& parts_;
};

}  // namespace stratolite::s3
