#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "sqs/receive_operations.hpp"
#include "sqs/waiters.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sqs {

/// One ReceiveMessage that waits: looks at once, then whenever it is woken, until it has messages, its time is over or the client left.
/// Owned by the line it waits in and by its timers. `receiver`, `waiters` and `deps` must outlive it. Thread-safe.
class LongPoll final : public Waiter, public std::enable_shared_from_this<LongPoll> {
 public:
  LongPoll(const ServiceDeps& deps, ReceiveOperations& receiver, Waiters& waiters, ReceiveRequest request,
           std::shared_ptr<const Call> call, Completion done);

  /// Looks once on the calling thread, then waits. Blocks.
  void Start();
  bool Wake() override;
  void Expire() override;

 private:
  void Look();
  /// Whether to look again at once.
  bool EndLook();
  void Finish(Result<Json> outcome);

  const ServiceDeps deps_;
  ReceiveOperations& receiver_;
  Waiters& waiters_;
  const ReceiveRequest request_;
  const std::shared_ptr<const Call> call_;

  std::mutex mutex_;
  // Guarded by mutex_:
  Completion done_;
  bool finished_ = false;
  bool looking_ = false;
  bool woken_ = false;
  bool expired_ = false;
  std::vector<runtime::Timers::Id> deadlines_;
};

}  // namespace stratolite::sqs
