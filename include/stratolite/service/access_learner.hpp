#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/access.hpp"

namespace stratolite {

/// Writes down who did what to which resource while it is on, and makes a policy of it for each. Thread-safe.
class AccessLearner {
 public:
  /// What one did, as a policy that allows that and no more.
  struct Lesson {
    /// The ARN of a user or role, not of a session; `anonymous`.
    std::string principal;
    Json policy;
  };

  bool on() const { return on_.load(std::memory_order_relaxed); }
  /// Forgets what was learnt before.
  void Start();
  /// In order of the principals' names. Empty when it was not on, or nobody did anything.
  std::vector<Lesson> Stop();
  void Record(const auth::Principal& caller, const std::vector<AccessNeed>& needs);

 private:
  using Actions = std::set<std::string>;
  using ActionsByResource = std::map<std::string, Actions>;

  std::atomic<bool> on_ = false;
  std::mutex mutex_;
  // Guarded by mutex_:
  std::map<std::string, ActionsByResource> seen_;
};

}  // namespace stratolite
