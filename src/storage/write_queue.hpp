#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace stratolite::storage {

class Txn;

/// Flat combining: of the threads that have something to write one leads and runs what all of them brought, in order of arrival; the
/// others sleep until theirs is done. A leader that has done its share hands over to one that waits. Thread-safe. Blocks.
class WriteQueue {
 public:
  /// Lives on its caller's stack.
  struct Request {
    /// Exactly one of the two: a transaction's body, or something to do alone between commits.
    const std::function<bool(Txn&)>* body = nullptr;
    const std::function<void()>* alone = nullptr;

    bool kept = false;
    std::exception_ptr error;
    std::vector<std::function<void()>> on_commit;

   private:
    friend class WriteQueue;
    enum State : int { kWaiting, kLeads, kDone };
    std::atomic<int> state{kWaiting};
  };
  using Batch = std::span<Request* const>;

  /// `run_batch` is called by one thread at a time and must not throw.
  explicit WriteQueue(std::function<void(Batch)> run_batch) : run_batch_(std::move(run_batch)) {}

  /// Returns when the request was part of a batch that ran, on this thread or on another.
  void Submit(Request& request);
  /// Whether the calling thread is running a batch at this moment.
  bool InBatch() const { return leader_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

 private:
  void Lead(Request& own);
  static void Finish(Request& request, Request::State state);

  const std::function<void(Batch)> run_batch_;
  std::mutex mutex_;
  std::vector<Request*> waiting_;
  bool led_ = false;
  std::atomic<std::thread::id> leader_{};
  /// The leader's.
  std::vector<Request*> batch_;
};

}  // namespace stratolite::storage
