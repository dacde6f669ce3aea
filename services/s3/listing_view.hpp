#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "s3/listing_page.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

/// What the three listings share: their common parameters and the look of their answers. Not thread-safe.
class ListingView {
 public:
  /// Prefix, Delimiter, MaxKeys and EncodingType. Errors: InvalidArgument.
  static Result<ListingView> Of(const Fields& in);

  /// Prefix, delimiter and number of keys, for a listing from the start.
  const ListingRequest& request() const { return request_; }
  /// As the answer spells a key or a part of one: encoded when the client asked for that.
  std::string Spell(std::string_view text) const;
  /// The members that say what was asked, CommonPrefixes and IsTruncated.
  Json Answer(const std::string& bucket, const ListingPage& page) const;
  /// An entry of Contents, Versions or DeleteMarkers; `owner`: null for none.
  Json Entry(const ListedVersion& version, const Json& owner) const;

 private:
  ListingRequest request_;
  bool encode_ = false;
};

/// `encoding-type=url`: form encoding that leaves slashes alone. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
std::string EncodeKey(std::string_view key);

/// The opaque marker of ListObjectsV2 and ListBuckets: says after which name a listing goes on.
std::string MakeContinuationToken(std::string_view last);
/// nullopt: not one of ours.
std::optional<std::string> ReadContinuationToken(std::string_view token);

}  // namespace stratolite::s3
