#pragma once

#include "stratolite/service/access.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::scheduler {

/// The tags of schedule groups, for decisions about them. `db` outlives it. Thread-safe. Blocks.
class GroupAccessGuide final : public AccessGuide {
 public:
  explicit GroupAccessGuide(storage::Database& db) : db_(db) {}

  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  storage::Database& db_;
};

}  // namespace stratolite::scheduler
