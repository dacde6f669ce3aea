#pragma once

#include <vector>

#include "organizations/model.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::organizations {

/// What decisions about organizations need beside the table of permissions: ARNs hold the organization's id and its management account, which no input
/// says; and tags. Who of an organization may call what is the handlers' to know, so all of it counts as the caller's own. `db` outlives it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
class OrganizationAccessGuide final : public AccessGuide {
 public:
  explicit OrganizationAccessGuide(storage::Database& db) : db_(db) {}

  void Refine(const Call& call, std::vector<AccessNeed>& needs) override;
  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  storage::Database& db_;
};

}  // namespace stratolite::organizations
