#include "http/memory_budget.hpp"

#include <algorithm>
#include <fstream>

#include <unistd.h>

namespace stratolite::http {
namespace {

constexpr std::uint64_t kMostDefaultBytes = 1024ULL * 1024 * 1024;
constexpr std::uint64_t kMuchBytes = 16ULL * 1024 * 1024;

}  // namespace

bool MemoryBudget::Pass(std::uint64_t bytes, Taken& taken) {
  const bool large = bytes > kSmallBytes;
  if (large) bytes = std::min(bytes, large_limit_);
  // Connections and small takes do not keep a large one out that has waited for its turn.
  const std::uint64_t limit = large ? large_limit_ : limit_;
  std::atomic<std::uint64_t>& count = large ? large_ : small_;
  std::uint64_t used = count.load(std::memory_order_relaxed);
  while (used + bytes <= limit) {
    if (!count.compare_exchange_weak(used, used + bytes)) continue;
    (large ? taken.large : taken.small) += bytes;
    NotePeak();
    return true;
  }
  return false;
}

bool MemoryBudget::TryTake(std::uint64_t bytes, Taken& taken) {
  if (bytes <= kSmallBytes) return used() + bytes <= limit_ && Pass(bytes, taken);
  // Not past those who wait.
  return waiting_.load() == 0 && Pass(bytes, taken);
}

void MemoryBudget::Force(std::uint64_t bytes, Taken& taken) {
  small_.fetch_add(bytes);
  taken.small += bytes;
  NotePeak();
}

void MemoryBudget::Give(Taken& taken) {
  small_.fetch_sub(taken.small);
  large_.fetch_sub(taken.large);
  taken = {};
  if (waiting_.load() > 0) Grant();
}

bool MemoryBudget::TakeFall() {
  const std::uint64_t peak = peak_.load(std::memory_order_relaxed);
  if (peak < kMuchBytes || used() > peak / 4) return false;
  peak_.store(used(), std::memory_order_relaxed);
  return true;
}

std::shared_ptr<MemoryBudget::Waiter> MemoryBudget::Enqueue(std::uint64_t bytes, std::function<void()> wake) {
  auto waiter = std::make_shared<Waiter>();
  waiter->bytes = bytes;
  waiter->wake = std::move(wake);
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(waiter);
    waiting_.store(queue_.size());
  }
  // What was given back just before has seen nobody waiting.
  Grant();
  return waiter;
}

void MemoryBudget::Grant() {
  std::deque<std::shared_ptr<Waiter>> served;
  {
    const std::scoped_lock lock(mutex_);
    while (!queue_.empty() && Pass(queue_.front()->bytes, queue_.front()->taken)) {
      queue_.front()->granted = true;
      served.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    waiting_.store(queue_.size());
  }
  for (const auto& waiter : served) waiter->wake();
}

bool MemoryBudget::Withdraw(const std::shared_ptr<Waiter>& waiter) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiter->granted) return true;
    queue_.erase(std::remove(queue_.begin(), queue_.end(), waiter), queue_.end());
    waiting_.store(queue_.size());
  }
  // Those behind may fit.
  Grant();
  return false;
}

std::uint64_t DefaultBufferBytes() {
  std::uint64_t bytes =
      static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  // The limit of the own control group, version 2 and 1, as containers see it; `max` does not parse.
  for (const char* const file : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::uint64_t limit = 0;
    if (std::ifstream(file) >> limit && limit > 0) bytes = std::min(bytes, limit);
  }
  return std::min(bytes / 4, kMostDefaultBytes);
}

}  // namespace stratolite::http
