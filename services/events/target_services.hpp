#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "events/model.hpp"
#include "stratolite/service/event_router.hpp"

namespace stratolite::events {

/// Which services take deliveries here: asked before a transaction, remembered for within it. Thread-safe.
class TargetServices {
 public:
  enum class Takes { kUnknown, kYes, kNo };

  explicit TargetServices(EventRouter& router) : router_(router) {}

  /// Makes the services of the rule's targets. Not within a transaction. Blocks.
  void Learn(const Rule& rule);
  void Learn(const Arn& arn);
  Takes Ask(std::string_view service) const;

 private:
  EventRouter& router_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, bool, std::less<>> known_;  // guarded by mutex_
};

}  // namespace stratolite::events
