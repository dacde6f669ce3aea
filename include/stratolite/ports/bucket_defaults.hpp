#pragma once

namespace stratolite::ports {

/// What new buckets of the world are like. While nobody offers it: as AWS makes them since April 2023. Thread-safe.
class BucketDefaults {
 public:
  virtual ~BucketDefaults() = default;
  /// As before April 2023: with ACLs, objects belong to who writes them, and nothing of public access is blocked.
  virtual bool legacy() const = 0;
};

}  // namespace stratolite::ports
