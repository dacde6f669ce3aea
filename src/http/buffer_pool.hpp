#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>

namespace stratolite::http {

/// What a connection reads into and writes from while it is busy; an idle one has given it back, so that ten thousand of them cost little.
/// Confined to its loop.
class BufferPool {
 public:
  struct Buffers {
    boost::beast::flat_buffer in;
    std::string out;
  };

  /// Empty ones, with memory if some was given back.
  Buffers Take() {
    if (spare_.empty()) return {};
    Buffers buffers = std::move(spare_.back());
    spare_.pop_back();
    return buffers;
  }
  /// Forgets what is in them; large ones and many ones are freed.
  void Give(Buffers buffers) {
    if (spare_.size() == kMaxSpare || buffers.in.capacity() > kMaxKeptBytes || buffers.out.capacity() > kMaxKeptBytes)
      return;
    buffers.in.clear();
    buffers.out.clear();
    spare_.push_back(std::move(buffers));
  }

 private:
  static constexpr std::size_t kMaxSpare = 8;
  static constexpr std::size_t kMaxKeptBytes = 64 * 1024;

  std::vector<Buffers> spare_;
};

}  // namespace stratolite::http
