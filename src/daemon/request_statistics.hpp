#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stratolite::daemon {

/// How often each operation was called since the daemon started, how it ended and how long it took. Counting takes a lock that threads hardly ever share,
/// and allocates at an operation's first call only; reading costs whoever reads. Thread-safe.
class RequestStatistics {
 public:
  using Clock = std::chrono::steady_clock;

  /// One operation, or several together. Plain data.
  struct Figures {
    std::uint64_t requests = 0;
    /// Answered with 4xx, and with 5xx.
    std::uint64_t refused = 0;
    std::uint64_t failed = 0;
    /// Over the last five whole seconds.
    double per_second = 0;
    /// Until the answer's head was ready, within 12 %; long polls count as long as they wait.
    std::int64_t p50_us = 0;
    std::int64_t p99_us = 0;
  };
  struct Operation {
    std::string service;
    std::string operation;
    Figures figures;
  };
  struct Service {
    std::string service;
    Figures figures;
    /// Most requests first.
    std::vector<Operation> operations;
  };
  struct Summary {
    Figures all;
    /// Most requests in one second.
    std::uint64_t peak_per_second = 0;
    /// Most requests first.
    std::vector<Service> services;
  };

  explicit RequestStatistics(Clock::time_point started) : started_(started) {}

  void Add(std::string_view service, std::string_view operation, int status, std::int64_t duration_us,
           Clock::time_point now);
  Summary Read(Clock::time_point now) const;

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kBuckets = 112;
  static constexpr std::size_t kSeconds = 8;

  struct Counter {
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;
    std::uint64_t failed = 0;
    /// How many took how long; four buckets for each doubling.
    std::array<std::uint32_t, kBuckets> durations{};
    /// The last seconds, each with its number.
    std::array<std::pair<std::uint32_t, std::uint32_t>, kSeconds> seconds{};

    void Merge(const Counter& other);
    Figures Describe(std::uint32_t second, std::uint32_t age) const;
  };
  /// Service and operation, or what stands for them in a look-up.
  struct Key {
    std::string service;
    std::string operation;
  };
  using KeyView = std::pair<std::string_view, std::string_view>;
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(const KeyView& key) const {
      return std::hash<std::string_view>{}(key.first) * 31 + std::hash<std::string_view>{}(key.second);
    }
    std::size_t operator()(const Key& key) const { return (*this)(KeyView(key.service, key.operation)); }
  };
  struct KeyEqual {
    using is_transparent = void;
    static KeyView View(const KeyView& key) { return key; }
    static KeyView View(const Key& key) { return {key.service, key.operation}; }
    bool operator()(const auto& a, const auto& b) const { return View(a) == View(b); }
  };
  using Counters = std::unordered_map<Key, Counter, KeyHash, KeyEqual>;
  /// What threads count apart, so that they do not wait for each other.
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    Counters counters;
  };

  static std::size_t BucketOf(std::int64_t duration_us);
  static std::int64_t BucketLimit(std::size_t bucket);
  std::uint32_t SecondOf(Clock::time_point now) const;
  void CountSecond(std::uint32_t second);

  const Clock::time_point started_;
  std::array<Shard, kShards> shards_;
  /// The second that is being counted, and how many came in it: 32 bits each.
  std::atomic<std::uint64_t> current_ = 0;
  std::atomic<std::uint64_t> peak_ = 0;
};

}  // namespace stratolite::daemon
