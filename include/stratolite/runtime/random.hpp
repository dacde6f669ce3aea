#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stratolite::runtime {

/// Ids and randomness. Seeded (`--seed`) they repeat from run to run; unseeded they come from the operating system. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t Next() = 0;
  /// `length` raw bytes.
  std::string Bytes(std::size_t length);
  /// Version 4, lower case.
  std::string Uuid();
  /// `length` characters of `alphabet`.
  std::string String(std::size_t length, std::string_view alphabet);
  /// Uniform in [0, bound).
  std::uint64_t Below(std::uint64_t bound);
};

}  // namespace stratolite::runtime
