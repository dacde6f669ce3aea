#include "storage/write_queue.hpp"

namespace stratolite::storage {
namespace {

/// Batches that a leader runs for others after its own: waking the next leader costs more than a commit, but its own caller waits too.
constexpr int kMaxExtraBatches = 8;

}  // namespace

void WriteQueue::Submit(Request& request) {
  bool leads = false;
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(&request);
    leads = !led_;
    led_ = true;
  }
  if (!leads) {
    request.state.wait(Request::kWaiting, std::memory_order_acquire);
    if (request.state.load(std::memory_order_acquire) == Request::kDone) return;
  }
  Lead(request);
}

void WriteQueue::Lead(Request& own) {
  for (int round = 0;; ++round) {
    Request* successor = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      if (waiting_.empty()) {
        led_ = false;
        return;
      }
      // The first round holds this thread's own request: a leader is made only from one that waits.
      if (round > kMaxExtraBatches) successor = waiting_.front();
      if (successor == nullptr) batch_.swap(waiting_);
    }
    if (successor != nullptr) {
      Finish(*successor, Request::kLeads);
      return;
    }
    leader_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    run_batch_(batch_);
    leader_.store(std::thread::id(), std::memory_order_relaxed);
    for (Request* request : batch_) {
      if (request != &own) Finish(*request, Request::kDone);
    }
    batch_.clear();
  }
}

// After the store the waiter may return and its request be gone; what follows uses the address as a futex only, and a stray wake-up
// there is one that every futex user has to expect (glibc's own sem_post and mutexes do the same).
void WriteQueue::Finish(Request& request, Request::State state) {
  std::atomic<int>& word = request.state;
  word.store(state, std::memory_order_release);
  word.notify_one();
}

}  // namespace stratolite::storage
