#include "s3/listed_owners.hpp"

#include "s3/ownership.hpp"

namespace stratolite::s3 {

ListedOwners::ListedOwners(Parts& parts, const Bucket& bucket, std::span<const ListedVersion> versions) {
  if (versions.empty()) return;
  bucket_owner_ = {{"ID", CanonicalUserId(bucket.account)}};
  if (!HasAcls(bucket)) return;
  // Listings read nothing but an index, which does not have what few buckets need.
  parts.deps.db.Read([&](storage::Reader& reader) {
    for (const ListedVersion& version : versions) {
      const std::string owner = listing_store::FindOwner(reader, version.id);
      if (!owner.empty()) others_[version.id] = {{"ID", CanonicalUserId(AccountId(owner))}};
    }
  });
}

const Json& ListedOwners::Of(const ListedVersion& version) const {
  const auto other = others_.find(version.id);
  return other == others_.end() ? bucket_owner_ : other->second;
}

}  // namespace stratolite::s3
