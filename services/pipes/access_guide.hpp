#pragma once

#include "stratolite/service/access.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::pipes {

/// The tags of pipes, for decisions about them. `db` outlives it. Thread-safe. Blocks.
class PipeAccessGuide final : public AccessGuide {
 public:
  explicit PipeAccessGuide(storage::Database& db) : db_(db) {}

  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  storage::Database& db_;
};

}  // namespace stratolite::pipes
