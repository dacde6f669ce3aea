#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::wire {

/// A body that is all there, for handlers that read streams. Not thread-safe.
class MemoryBodyReader final : public BodyReader {
 public:
  explicit MemoryBodyReader(std::string body) : body_(std::move(body)) {}

  std::size_t Read(char* buffer, std::size_t capacity) override {
    const std::size_t count = std::min(capacity, body_.size() - position_);
    std::memcpy(buffer, body_.data() + position_, count);
    position_ += count;
    return count;
  }
  std::optional<std::uint64_t> size() const override { return body_.size(); }

 private:
  const std::string body_;
  std::size_t position_ = 0;
};

}  // namespace stratolite::wire
