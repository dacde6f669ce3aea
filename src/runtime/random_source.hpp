#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <random>

#include "stratolite/runtime/random.hpp"

namespace stratolite::runtime {

/// Straight from the operating system, a page at a time. Thread-safe.
class SystemRandom final : public Random {
 public:
  std::uint64_t Next() override;

 private:
  std::mutex mutex_;
  std::array<std::uint64_t, 256> words_{};
  std::size_t used_ = words_.size();
};

/// The same sequence for the same seed. Not for secrets that matter. Thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t Next() override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace stratolite::runtime
