#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "stratolite/base/checksums.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite {

/// That something of a service is made of blobs.
struct BlobUse {
  /// One after the other they are its bytes.
  std::vector<storage::BlobId> blobs;
  /// As its user calls it: `s3://bucket/key`.
  std::string name;
  /// What the service knows of the bytes, raw; nullopt: nothing.
  std::optional<ChecksumAlgorithm> algorithm = {};
  std::string checksum = {};
  /// Not empty: what is wrong with its rows, whatever the bytes.
  std::string damage = {};
};

/// What a service whose rows refer to blobs answers to `stratolite doctor`, which counts the references by itself: columns that hold ids of blobs are called
/// `blob` or end in `_blob`, and no others are. Both are called for tables of this binary's version only. Block.
struct BlobUses {
  void (*list)(storage::Reader& reader, const std::function<void(const BlobUse&)>& on_use) = nullptr;
  /// The bytes of these blobs are lost: removes what cannot be read without them, and what is not whole anyway, after telling what that
  /// was. Leaves the rows of blobs alone.
  void (*forget)(storage::Txn& txn, const std::unordered_set<storage::BlobId>& lost,
                 const std::function<void(const Json&)>& on_forgotten) = nullptr;
};

}  // namespace stratolite
