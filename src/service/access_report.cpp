#include "stratolite/service/access_report.hpp"

namespace stratolite {

void AccessReports::Add(std::shared_ptr<const AccessReport> report) {
  const std::scoped_lock lock(mutex_);
  if (order_.size() >= capacity_) {
    const auto oldest = by_request_.find(order_.front()->request_id);
    if (oldest != by_request_.end() && oldest->second == order_.front()) by_request_.erase(oldest);
    order_.pop_front();
  }
  // The name of what was there under it goes with it.
  by_request_.erase(report->request_id);
  by_request_.emplace(report->request_id, report);
  order_.push_back(std::move(report));
}

std::shared_ptr<const AccessReport> AccessReports::Find(std::string_view request_id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_request_.find(request_id);
  return found == by_request_.end() ? nullptr : found->second;
}

}  // namespace stratolite
