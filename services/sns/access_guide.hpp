#pragma once

#include <vector>

#include "sns/topic_store.hpp"
#include "stratolite/service/access.hpp"

namespace stratolite::sns {

/// What decisions about topics need beside the table of permissions: a topic's policy (AWS's default one where it has none of its own) and tags, roles
/// that attributes hand on, and the links in messages, which anybody may follow. `topics` outlives it. Thread-safe. Blocks.
class TopicAccessGuide final : public AccessGuide {
 public:
  explicit TopicAccessGuide(TopicStore& topics) : topics_(topics) {}

  void Refine(const Call& call, std::vector<AccessNeed>& needs) override;
  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  TopicStore& topics_;
};

}  // namespace stratolite::sns
