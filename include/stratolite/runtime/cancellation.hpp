#pragma once

#include <functional>
#include <memory>

namespace stratolite::runtime {

/// Tells work in progress that nobody waits for its result any more (the client left, the daemon stops). Thread-safe.
/// Default-constructed tokens are never cancelled.
class CancellationToken {
 public:
  CancellationToken() = default;
  bool cancelled() const;
  /// Calls `action` on cancellation, at once if that already happened. `action` must be quick and must not throw.
  void OnCancel(std::function<void()> action) const;

 private:
  friend class CancellationSource;
  struct State;
  explicit CancellationToken(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

class CancellationSource {
 public:
  CancellationSource();
  CancellationToken token() const { return CancellationToken(state_); }
  /// Runs the registered actions on the calling thread; again is a no-op.
  void Cancel();

 private:
  std::shared_ptr<CancellationToken::State> state_;
};

}  // namespace stratolite::runtime
