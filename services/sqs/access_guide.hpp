#pragma once

#include <vector>

#include "sqs/queue_store.hpp"
#include "stratolite/service/access.hpp"

namespace stratolite::sqs {

/// What decisions about queues need beside the table of permissions: which queue a URL means, whosever it is, its policy and its tags. `queues` outlives it.
/// Thread-safe. Blocks.
class QueueAccessGuide final : public AccessGuide {
 public:
  explicit QueueAccessGuide(QueueStore& queues) : queues_(queues) {}

  void Refine(const Call& call, std::vector<AccessNeed>& needs) override;
  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  QueueStore& queues_;
};

}  // namespace stratolite::sqs
