#include "daemon/request_statistics.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <thread>

namespace stratolite::daemon {
namespace {

constexpr std::uint32_t kRateSeconds = 5;
// Names of services that nobody has may come from outside.
constexpr std::size_t kMaxOperations = 1000;
constexpr std::string_view kOther = "other";

}  // namespace

std::size_t RequestStatistics::BucketOf(std::int64_t duration_us) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(duration_us, 0));
  if (us < 4) return us;
  const auto doublings = static_cast<std::size_t>(std::bit_width(us)) - 3;
  return std::min(4 * doublings + (us >> doublings), kBuckets - 1);
}

/// The middle of what falls into it.
std::int64_t RequestStatistics::BucketLimit(std::size_t bucket) {
  if (bucket < 8) return static_cast<std::int64_t>(bucket);
  const std::size_t doublings = bucket / 4 - 1;
  const auto low = static_cast<std::int64_t>((4 + bucket % 4) << doublings);
  return low + (std::int64_t{1} << doublings) / 2;
}

std::uint32_t RequestStatistics::SecondOf(Clock::time_point now) const {
  // From one on: zero is no second.
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now - started_).count()) + 1;
}

void RequestStatistics::CountSecond(std::uint32_t second) {
  std::uint64_t seen = current_.load(std::memory_order_relaxed);
  while (true) {
    const bool begins = static_cast<std::uint32_t>(seen >> 32) < second;
    const std::uint64_t next = begins ? std::uint64_t{second} << 32 | 1 : seen + 1;
    if (!current_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) continue;
    if (!begins) return;
    const std::uint64_t count = seen & UINT32_MAX;
    std::uint64_t peak = peak_.load(std::memory_order_relaxed);
    while (count > peak && !peak_.compare_exchange_weak(peak, count, std::memory_order_relaxed)) {
    }
    return;
  }
}

void RequestStatistics::Add(std::string_view service, std::string_view operation, int status, std::int64_t duration_us,
                            Clock::time_point now) {
  const std::uint32_t second = SecondOf(now);
  CountSecond(second);
  Shard& shard = shards_[std::hash<std::thread::id>{}(std::this_thread::get_id()) % kShards];
  const std::scoped_lock lock(shard.mutex);
  auto found = shard.counters.find(KeyView(service, operation));
  if (found == shard.counters.end()) {
    if (shard.counters.size() >= kMaxOperations) service = operation = kOther;
    found = shard.counters.try_emplace(Key{std::string(service), std::string(operation)}).first;
  }
  Counter& counter = found->second;
  ++counter.requests;
  if (status >= 500) {
    ++counter.failed;
  } else if (status >= 400) {
    ++counter.refused;
  }
  ++counter.durations[BucketOf(duration_us)];
  auto& [number, count] = counter.seconds[second % kSeconds];
  count = number == second ? count + 1 : 1;
  number = second;
}

void RequestStatistics::Counter::Merge(const Counter& other) {
  requests += other.requests;
  refused += other.refused;
  failed += other.failed;
  for (std::size_t i = 0; i < kBuckets; ++i) durations[i] += other.durations[i];
  for (std::size_t i = 0; i < kSeconds; ++i) {
    auto& [number, count] = seconds[i];
    const auto& [other_number, other_count] = other.seconds[i];
    if (other_number > number) {
      seconds[i] = other.seconds[i];
    } else if (other_number == number) {
      count += other_count;
    }
  }
}

RequestStatistics::Figures RequestStatistics::Counter::Describe(std::uint32_t second, std::uint32_t age) const {
  Figures figures{.requests = requests, .refused = refused, .failed = failed};
  std::uint64_t recent = 0;
  for (const auto& [number, count] : seconds) {
    if (number < second && number + kRateSeconds >= second) recent += count;
  }
  figures.per_second = static_cast<double>(recent) / std::clamp<std::uint32_t>(age, 1, kRateSeconds);
  std::uint64_t all = 0;
  for (const std::uint32_t count : durations) all += count;
  const auto percentile = [&](std::uint64_t percent) {
    const std::uint64_t rank = (all * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += durations[i];
      if (seen >= rank && seen > 0) return BucketLimit(i);
    }
    return std::int64_t{0};
  };
  figures.p50_us = percentile(50);
  figures.p99_us = percentile(99);
  return figures;
}

RequestStatistics::Summary RequestStatistics::Read(Clock::time_point now) const {
  const std::uint32_t second = SecondOf(now);
  std::map<std::string, std::map<std::string, Counter>> merged;
  for (const Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    for (const auto& [key, counter] : shard.counters) merged[key.service][key.operation].Merge(counter);
  }
  const auto busier = [](const auto& a, const auto& b) { return a.figures.requests > b.figures.requests; };
  Summary summary;
  Counter all;
  for (const auto& [name, operations] : merged) {
    Service service{.service = name, .figures = {}, .operations = {}};
    Counter together;
    for (const auto& [operation, counter] : operations) {
      together.Merge(counter);
      service.operations.push_back({name, operation, counter.Describe(second, second - 1)});
    }
    service.figures = together.Describe(second, second - 1);
    std::stable_sort(service.operations.begin(), service.operations.end(), busier);
    all.Merge(together);
    summary.services.push_back(std::move(service));
  }
  std::stable_sort(summary.services.begin(), summary.services.end(), busier);
  summary.all = all.Describe(second, second - 1);
  summary.peak_per_second =
      std::max(peak_.load(std::memory_order_relaxed), current_.load(std::memory_order_relaxed) & UINT32_MAX);
  return summary;
}

}  // namespace stratolite::daemon
