#include "stratolite/runtime/cancellation.hpp"

#include <mutex>
#include <vector>

namespace stratolite::runtime {

struct CancellationToken::State {
  std::mutex mutex;
  bool cancelled = false;
  std::vector<std::function<void()>> actions;
};

bool CancellationToken::cancelled() const {
  if (!state_) return false;
  const std::scoped_lock lock(state_->mutex);
  return state_->cancelled;
}

void CancellationToken::OnCancel(std::function<void()> action) const {
  if (!state_) return;
  {
    const std::scoped_lock lock(state_->mutex);
    if (!state_->cancelled) {
      state_->actions.push_back(std::move(action));
      return;
    }
  }
  action();
}

CancellationSource::CancellationSource() : state_(std::make_shared<CancellationToken::State>()) {}

void CancellationSource::Cancel() {
  std::vector<std::function<void()>> actions;
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->cancelled) return;
    state_->cancelled = true;
    actions.swap(state_->actions);
  }
  for (const auto& action : actions) action();
}

}  // namespace stratolite::runtime
