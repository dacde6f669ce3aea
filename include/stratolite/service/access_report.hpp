#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace stratolite {

/// A call that was denied, or in audit would have been. Plain data.
struct AccessReport {
  std::string request_id;
  /// False: allowed, for nobody enforces.
  bool enforced = true;
  /// The first permission that lacks, and why.
  std::string action;
  std::string resource;
  std::string reason;
  /// What `GET /_stratolite/why/<request-id>` answers, as JSON.
  std::string page;
};

/// The last denied calls of a world. Bounded; the oldest go first. Thread-safe.
class AccessReports {
 public:
  explicit AccessReports(std::size_t capacity = 512) : capacity_(capacity) {}

  void Add(std::shared_ptr<const AccessReport> report);
  /// nullptr: none, or forgotten.
  std::shared_ptr<const AccessReport> Find(std::string_view request_id) const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  // Guarded by mutex_; the names are the reports' own:
  std::deque<std::shared_ptr<const AccessReport>> order_;
  std::unordered_map<std::string_view, std::shared_ptr<const AccessReport>> by_request_;
};

}  // namespace stratolite
