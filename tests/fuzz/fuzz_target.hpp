#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What every fuzz target has: one function that takes an input and must neither crash, nor hang, nor break a property that it demands.
/// With clang each becomes a program of libFuzzer's (`make fuzz`); with GCC all of them are functions of the test `unit_fuzz`, which replays the
/// checked-in inputs and mutations of them. All functions: Thread-safe.
namespace stratolite::fuzz {

/// A property: ends the process where it does not hold, which is what libFuzzer, sanitizers and tests alike take for a finding.
inline void Demand(bool holds, std::string_view property, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: does not hold: %.*s\n", file, line, static_cast<int>(property.size()), property.data());
  std::abort();
}

/// Numbers that depend on an input and nothing else, so that an input stays what a client would send and still chooses how it is cut and what is
/// tried with it. Not thread-safe.
class Choices {
 public:
  explicit Choices(std::string_view input) {
    for (const char c : input) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  /// Uniform in [0, bound). Precondition: bound > 0.
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(Next() % bound); }
  /// The length of the next piece of `left` bytes: mostly short, at least 1 (0 when nothing is left).
  std::size_t Piece(std::size_t left) {
    const std::size_t most = Below(4) == 0 ? left : std::min<std::size_t>(left, 1 + Below(40));
    return most == 0 ? 0 : 1 + Below(most);
  }

 private:
  std::uint64_t Next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::uint64_t state_ = 0xCBF29CE484222325U;
};

/// Cuts an input into parts: lines, and what is left. Not thread-safe.
class Parts {
 public:
  explicit Parts(std::string_view input) : rest_(input) {}
  /// Up to the next line feed, which is dropped; without any all of it.
  std::string_view Line() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }
  std::string_view Rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace stratolite::fuzz

/// Begins the definition of target `name`; its argument is `input`.
#define STRATOLITE_FUZZ_TARGET(name) \
  namespace stratolite::fuzz {       \
  void name(std::string_view input); \
  }                                  \
  STRATOLITE_FUZZ_ENTRY(name)        \
  void stratolite::fuzz::name([[maybe_unused]] std::string_view input)

#ifdef STRATOLITE_LIBFUZZER
#define STRATOLITE_FUZZ_ENTRY(name)                                                   \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    stratolite::fuzz::name({reinterpret_cast<const char*>(data), size});              \
    return 0;                                                                         \
  }
#else
#define STRATOLITE_FUZZ_ENTRY(name)
#endif
