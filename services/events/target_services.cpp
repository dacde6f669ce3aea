#include "events/target_services.hpp"

#include <mutex>

namespace stratolite::events {

void TargetServices::Learn(const Rule& rule) {
  for (const Target& target : rule.targets) {
    Learn(target.arn);
    if (target.dead_letter_queue) Learn(*target.dead_letter_queue);
  }
}

void TargetServices::Learn(const Arn& arn) {
  if (Ask(arn.service) != Takes::kUnknown) return;
  const bool takes = router_.FindTarget(arn) != nullptr;
  const std::unique_lock lock(mutex_);
  known_.insert_or_assign(arn.service, takes);
}

TargetServices::Takes TargetServices::Ask(std::string_view service) const {
  const std::shared_lock lock(mutex_);
  const auto found = known_.find(service);
  if (found == known_.end()) return Takes::kUnknown;
  return found->second ? Takes::kYes : Takes::kNo;
}

}  // namespace stratolite::events
