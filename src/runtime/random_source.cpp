#include "runtime/random_source.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace stratolite::runtime {

std::uint64_t SystemRandom::Next() {
  const std::scoped_lock lock(mutex_);
  if (used_ == words_.size()) {
    auto* bytes = reinterpret_cast<char*>(words_.data());
    for (std::size_t filled = 0; filled < sizeof(words_);) {
      const ssize_t got = getrandom(bytes + filled, sizeof(words_) - filled, 0);
      if (got < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    used_ = 0;
  }
  return words_[used_++];
}

std::uint64_t SeededRandom::Next() {
  const std::scoped_lock lock(mutex_);
  return engine_();
}

}  // namespace stratolite::runtime
