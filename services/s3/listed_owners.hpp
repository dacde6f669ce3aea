#pragma once

#include <map>
#include <span>

#include "s3/listing_store.hpp"
#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Who owns what a listing shows: the bucket's owner, unless its objects may have others. Immutable. Blocks while it is made.
class ListedOwners {
 public:
  /// `versions`: whose owners are to be told; none: nobody's.
  ListedOwners(Parts& parts, const Bucket& bucket, std::span<const ListedVersion> versions);

  /// Null: it is not told.
  const Json& Of(const ListedVersion& version) const;

 private:
  Json bucket_owner_;
  std::map<ObjectId, Json> others_;
};

}  // namespace stratolite::s3
