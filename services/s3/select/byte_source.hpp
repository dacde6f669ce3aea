#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite::s3::select {

enum class Compression { kNone, kGzip, kBzip2 };

/// Bytes of an object, one after the other. Not thread-safe. Blocks.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// 0 at the end. Throws StorageError. Errors: InvalidCompressionFormat, TruncatedInput.
  virtual Result<std::size_t> Read(char* buffer, std::size_t capacity) = 0;
};

/// What the compressed bytes of `packed` stand for, of any number of streams one after the other.
std::unique_ptr<ByteSource> Decompress(std::unique_ptr<ByteSource> packed, Compression compression);

/// The characters of a source, or of a text, through a buffer. An error of the source ends the input and is kept. Not thread-safe. Blocks.
class Input {
 public:
  static constexpr int kEnd = -1;

  explicit Input(ByteSource& source) : source_(&source) {}
  /// `text` outlives it.
  explicit Input(std::string_view text) : view_(text) {}

  int Peek() { return at_ < view_.size() || Refill() ? static_cast<unsigned char>(view_[at_]) : kEnd; }
  int Get() {
    const int c = Peek();
    if (c != kEnd) ++at_;
    return c;
  }
  bool Take(char c) {
    if (Peek() != static_cast<unsigned char>(c)) return false;
    ++at_;
    return true;
  }
  /// What is in the buffer, at least one character but at the end; Skip takes from it.
  std::string_view Buffered() {
    Peek();
    return view_.substr(at_);
  }
  void Skip(std::size_t count) { at_ += count; }
  /// How many characters were taken.
  std::uint64_t position() const { return begin_ + at_; }
  /// Set once the source has failed.
  const std::optional<AwsError>& error() const { return error_; }

 private:
  bool Refill();

  ByteSource* source_ = nullptr;
  std::string buffer_;
  std::string_view view_;
  std::size_t at_ = 0;
  /// Of the buffer, within all.
  std::uint64_t begin_ = 0;
  std::optional<AwsError> error_;
};

}  // namespace stratolite::s3::select
