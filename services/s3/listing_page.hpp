#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/listing_store.hpp"

namespace stratolite::s3 {

/// The versions that a listing goes through, in its order: of each key the newest unless it is a delete marker, or all of them. Reads ahead in pieces that grow
/// as long as nobody seeks, to no more than about what is `wanted` in all. `reader` must outlive it. Not thread-safe. Blocks.
class ListingCursor {
 public:
  enum class Kind { kCurrentObjects, kAllVersions };
  ListingCursor(storage::Reader& reader, BucketId bucket, Kind kind, std::size_t first_piece, std::size_t wanted)
      : reader_(reader), bucket_(bucket), kind_(kind), first_piece_(first_piece), wanted_(wanted) {}

  /// To the first version from `position` on. Before the first use, too.
  void Seek(ListingPosition position);
  /// nullptr: the end. Valid until the next call.
  const ListedVersion* Peek();
  /// What Peek showed, and on to the next one.
  ListedVersion Take();
  /// How many rows were read so far, shown or not.
  std::size_t rows_read() const { return rows_read_; }

 private:
  struct Half {
    std::vector<ListedVersion> rows;
    std::size_t next = 0;
    ListingPosition resume;
    std::size_t piece = 0;
    bool exhausted = false;
  };
  using Select = std::vector<ListedVersion> (*)(storage::Reader&, BucketId, const ListingPosition&, std::size_t);
  const ListedVersion* PeekHalf(Half& half, Select select);
  Half* Front();

  storage::Reader& reader_;
  const BucketId bucket_;
  const Kind kind_;
  const std::size_t first_piece_;
  std::size_t wanted_;
  Half latest_;
  Half noncurrent_;
  std::size_t rows_read_ = 0;
};

/// What a listing asks for.
struct ListingRequest {
  std::string prefix;
  std::string delimiter;
  std::size_t max_keys = 0;
  /// Keys and common prefixes up to this one were listed before.
  std::string after;
  /// With it, versions of `after` that are older than this are yet to be listed.
  std::optional<ObjectId> older_than;
};

/// One page: versions and common prefixes, together at most `max_keys`.
struct ListingPage {
  std::vector<ListedVersion> versions;
  std::vector<std::string> common_prefixes;
  bool is_truncated = false;
  /// The last that was listed: a common prefix, or a key (and its version). Empty on an empty page.
  std::string last;
  /// Empty when the last was a common prefix.
  std::string last_version_id;
};

/// A common prefix costs one seek, however many keys it stands for.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
ListingPage ReadPage(storage::Reader& reader, BucketId bucket, ListingCursor::Kind kind, const ListingRequest& request);

/// The least string that is greater than every string that begins with `prefix`; nullopt: there is none.
std::optional<std::string> AfterPrefix(std::string_view prefix);

}  // namespace stratolite::s3
