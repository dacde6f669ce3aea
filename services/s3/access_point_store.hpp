#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "stratolite/ports/bucket_control.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

using AccessPoint = ports::BucketControl::AccessPoint;

/// The access points: rows of s3_access_point. Immutable. Thread-safe. Blocks.
class AccessPointStore {
 public:
  std::optional<AccessPoint> Find(storage::Reader& reader, const Scope& scope, std::string_view name) const;
  /// Names are unique per account and region; a host name that leaves out the region means the first.
  std::optional<AccessPoint> FindAnywhere(storage::Reader& reader, const AccountId& account,
                                          std::string_view name) const;
  std::optional<AccessPoint> FindByAlias(storage::Reader& reader, std::string_view alias) const;
  bool BucketHasAny(storage::Reader& reader, std::string_view bucket) const;
  /// The caller has checked that the name is free.
  void Insert(storage::Txn& txn, const AccessPoint& point) const;
  /// Policy and tags.
  void Update(storage::Txn& txn, const AccessPoint& point) const;
  void Remove(storage::Txn& txn, const AccessPoint& point) const;
  /// See ports::BucketControl::ListAccessPoints.
  std::vector<AccessPoint> List(storage::Reader& reader, const Scope& scope, std::string_view bucket,
                                std::string_view after, std::size_t limit) const;
};

}  // namespace stratolite::s3
