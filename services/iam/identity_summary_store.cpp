#include "iam/identity_summary_store.hpp"

#include "stratolite/storage/database.hpp"

namespace stratolite::iam {
namespace {

// Kinds 0, 1 and 2: see EntityKind. They are of no region.
constexpr ResourceQuery kIdentities{
    .kind = "identities",
    .how_many = "SELECT COUNT(*) FROM iam_entity WHERE kind <= 2",
    .which = "SELECT id, account, 'aws-global', name FROM iam_entity WHERE kind <= 2 ORDER BY id LIMIT ?",
    .most_counted = 100'000,
};

std::int64_t CountPolicies(storage::Reader& reader, std::int64_t identity, std::int64_t limit,
                           ResourceList::Item& item) {
  const std::int64_t policies = reader.QueryInt(
      "SELECT COUNT(*) FROM (SELECT 1 FROM iam_attachment WHERE entity = ? UNION ALL"
      " SELECT 1 FROM iam_inline_policy WHERE entity = ? LIMIT ?) AS seen",
      {identity, identity, limit});
  item.numbers = {{"policies", policies}};
  item.at_least = policies == limit;
  return policies;
}

}  // namespace

ResourceList DescribeIdentities(const ServiceDeps& deps, std::size_t most) {
  return SummarizeResources(deps.db, kIdentities, most, &CountPolicies);
}

}  // namespace stratolite::iam
