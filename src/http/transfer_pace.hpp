#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace stratolite::http {

/// What a client must manage: waiting for it costs time, each byte that moves buys some back, and there is never more of it than the grace.
struct PaceRule {
  std::uint64_t bytes_per_second = 1;
  std::chrono::seconds grace{};
};

/// Tells a client that is slow from one that waits for us: only the time that is spent waiting for it counts. Keeps two accounts, the usual one and a
/// stricter one for when others wait for what it holds. Not thread-safe, but for Late, which any thread may ask.
class TransferPace {
 public:
  using Clock = std::chrono::steady_clock;

  TransferPace(const PaceRule& usual, const PaceRule& pressed) : usual_(usual), pressed_(pressed) {}

  /// Another transfer begins: the graces are whole again.
  void Restart() {
    moved_ = 0;
    usual_.Restart();
    pressed_.Restart();
  }
  void Moved(std::size_t bytes) { moved_ += bytes; }
  void BeginWait(Clock::time_point now) {
    usual_.BeginWait(now, moved_);
    pressed_.BeginWait(now, moved_);
    moved_ = 0;
  }
  void EndWait(Clock::time_point now) {
    usual_.EndWait(now);
    pressed_.EndWait(now);
  }
  bool Late(Clock::time_point now, bool pressed) const { return (pressed ? pressed_ : usual_).Late(now); }

 private:
  class Account {
   public:
    explicit Account(const PaceRule& rule) : rule_(rule), left_(rule.grace) {}

    void Restart() { left_ = rule_.grace; }
    void BeginWait(Clock::time_point now, std::uint64_t moved) {
      const std::uint64_t whole = moved / rule_.bytes_per_second;
      if (whole >= static_cast<std::uint64_t>(rule_.grace.count())) {
        left_ = rule_.grace;
      } else {
        const auto rest =
            std::chrono::nanoseconds(moved % rule_.bytes_per_second * 1'000'000'000 / rule_.bytes_per_second);
        left_ = std::min<Clock::duration>(rule_.grace, left_ + std::chrono::seconds(whole) + rest);
      }
      since_ = now;
      late_at_.store((now + left_).time_since_epoch().count(), std::memory_order_relaxed);
    }
    void EndWait(Clock::time_point now) {
      late_at_.store(kNever, std::memory_order_relaxed);
      left_ -= now - since_;
    }
    bool Late(Clock::time_point now) const {
      return now.time_since_epoch().count() >= late_at_.load(std::memory_order_relaxed);
    }

   private:
    static constexpr Clock::rep kNever = Clock::duration::max().count();

    const PaceRule rule_;
    Clock::duration left_;
    Clock::time_point since_;
    std::atomic<Clock::rep> late_at_ = kNever;
  };

  std::uint64_t moved_ = 0;
  Account usual_;
  Account pressed_;
};

}  // namespace stratolite::http
