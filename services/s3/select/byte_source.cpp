#include "s3/select/byte_source.hpp"

#include <array>

#include <bzlib.h>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <boost/crc.hpp>

#include "s3/select/errors.hpp"

namespace stratolite::s3::select {
namespace {

constexpr std::size_t kPackedBytes = 64 * 1024;
constexpr std::size_t kBufferBytes = 256 * 1024;

/// Bytes of a compressed source, taken singly or in runs. Not thread-safe.
class PackedInput {
 public:
  explicit PackedInput(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  /// False at the end.
  Result<bool> Fill() {
    if (at_ < size_) return true;
    ASSIGN_OR_RETURN(size_, source_->Read(buffer_.data(), buffer_.size()));
    at_ = 0;
    return size_ > 0;
  }
  Result<std::uint8_t> Byte() {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) return SelectError("TruncatedInput");
    return static_cast<std::uint8_t>(buffer_[at_++]);
  }
  char* data() { return buffer_.data() + at_; }
  std::size_t available() const { return size_ - at_; }
  void Skip(std::size_t count) { at_ += count; }

 private:
  const std::unique_ptr<ByteSource> source_;
  std::array<char, kPackedBytes> buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
};

/// Gives what could be unpacked before an error, and then the error: the same however the packed bytes come. Not thread-safe.
class UnpackedSource : public ByteSource {
 public:
  explicit UnpackedSource(std::unique_ptr<ByteSource> packed) : packed_(std::move(packed)) {}

  Result<std::size_t> Read(char* buffer, std::size_t capacity) final {
    if (failure_) return *failure_;
    std::size_t count = 0;
    auto outcome = Unpack(buffer, capacity, count);
    if (!outcome.ok()) failure_ = std::move(outcome).error();
    if (failure_ && count == 0) return *failure_;
    return count;
  }

 protected:
  /// Sets `count`, also where it fails; 0 and no error: the end.
  virtual Result<void> Unpack(char* buffer, std::size_t capacity, std::size_t& count) = 0;

  PackedInput packed_;

 private:
  std::optional<AwsError> failure_;
};

/// RFC 1952. Not thread-safe.
class GzipSource final : public UnpackedSource {
 public:
  using UnpackedSource::UnpackedSource;

 private:
  Result<void> Unpack(char* buffer, std::size_t capacity, std::size_t& count) override {
    while (count == 0) {
      if (!within_) {
        ASSIGN_OR_RETURN(const bool more, packed_.Fill());
        if (!more && any_) break;
        RETURN_IF_ERROR(ReadHeader());
      }
      RETURN_IF_ERROR(Inflate(buffer, capacity, count));
    }
    return {};
  }

  Result<void> ReadHeader() {
    constexpr std::array<std::uint8_t, 3> kMagic = {0x1F, 0x8B, 8};
    for (const std::uint8_t expected : kMagic) {
      const auto byte = packed_.Byte();
      if (!byte.ok() || *byte != expected) return InvalidCompression("GZIP");
    }
    ASSIGN_OR_RETURN(const std::uint8_t flags, packed_.Byte());
    for (int i = 0; i < 6; ++i) RETURN_IF_ERROR(packed_.Byte());
    if ((flags & 4) != 0) {
      ASSIGN_OR_RETURN(const std::uint8_t low, packed_.Byte());
      ASSIGN_OR_RETURN(const std::uint8_t high, packed_.Byte());
      for (int left = low + high * 256; left > 0; --left) RETURN_IF_ERROR(packed_.Byte());
    }
    for (const int text : {8, 16}) {
      if ((flags & text) == 0) continue;
      for (std::uint8_t byte = 1; byte != 0;) {
        ASSIGN_OR_RETURN(byte, packed_.Byte());
      }
    }
    for (int i = 0; (flags & 2) != 0 && i < 2; ++i) RETURN_IF_ERROR(packed_.Byte());
    inflater_.reset();
    crc_.reset();
    size_ = 0;
    within_ = any_ = true;
    return {};
  }

  Result<void> Inflate(char* buffer, std::size_t capacity, std::size_t& count) {
    ASSIGN_OR_RETURN(const bool more, packed_.Fill());
    boost::beast::zlib::z_params stream;
    stream.next_in = packed_.data();
    stream.avail_in = packed_.available();
    stream.next_out = buffer;
    stream.avail_out = capacity;
    boost::beast::error_code error;
    inflater_.write(stream, boost::beast::zlib::Flush::sync, error);
    packed_.Skip(packed_.available() - stream.avail_in);
    count = capacity - stream.avail_out;
    crc_.process_bytes(buffer, count);
    size_ += static_cast<std::uint32_t>(count);
    if (error == boost::beast::zlib::error::end_of_stream) {
      RETURN_IF_ERROR(ReadTrailer());
    } else if ((error && error != boost::beast::zlib::error::need_buffers) || (!more && count == 0)) {
      return SelectError("TruncatedInput");
    }
    return {};
  }

  Result<void> ReadTrailer() {
    std::array<std::uint32_t, 2> words{};
    for (std::uint32_t& word : words) {
      for (int shift = 0; shift < 32; shift += 8) {
        ASSIGN_OR_RETURN(const std::uint8_t byte, packed_.Byte());
        word |= static_cast<std::uint32_t>(byte) << shift;
      }
    }
    if (words[0] != crc_.checksum() || words[1] != size_) return SelectError("TruncatedInput");
    within_ = false;
    return {};
  }

  boost::beast::zlib::inflate_stream inflater_;
  boost::crc_32_type crc_;
  std::uint32_t size_ = 0;
  bool within_ = false;
  bool any_ = false;
};

/// Not thread-safe.
class Bzip2Source final : public UnpackedSource {
 public:
  using UnpackedSource::UnpackedSource;
  ~Bzip2Source() override { End(); }
  Bzip2Source(const Bzip2Source&) = delete;
  Bzip2Source& operator=(const Bzip2Source&) = delete;

 private:
  Result<void> Unpack(char* buffer, std::size_t capacity, std::size_t& count) override {
    while (count == 0) {
      ASSIGN_OR_RETURN(const bool more, packed_.Fill());
      if (!open_) {
        if (!more && any_) break;
        stream_ = {};
        if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
        open_ = true;
      }
      stream_.next_in = packed_.data();
      stream_.avail_in = static_cast<unsigned>(packed_.available());
      stream_.next_out = buffer;
      stream_.avail_out = static_cast<unsigned>(capacity);
      const int outcome = BZ2_bzDecompress(&stream_);
      packed_.Skip(packed_.available() - stream_.avail_in);
      count = capacity - stream_.avail_out;
      if (outcome == BZ_DATA_ERROR_MAGIC && !any_) return InvalidCompression("BZIP2");
      if (outcome != BZ_OK && outcome != BZ_STREAM_END) return SelectError("TruncatedInput");
      if (outcome == BZ_STREAM_END) {
        any_ = true;
        End();
      } else if (count == 0 && !more) {
        return SelectError("TruncatedInput");
      }
    }
    return {};
  }

  void End() {
    if (open_) BZ2_bzDecompressEnd(&stream_);
    open_ = false;
  }

  bz_stream stream_{};
  bool open_ = false;
  bool any_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> Decompress(std::unique_ptr<ByteSource> packed, Compression compression) {
  if (compression == Compression::kGzip) return std::make_unique<GzipSource>(std::move(packed));
  if (compression == Compression::kBzip2) return std::make_unique<Bzip2Source>(std::move(packed));
  return packed;
}

bool Input::Refill() {
  if (source_ == nullptr || error_) return false;
  begin_ += view_.size();
  buffer_.resize(kBufferBytes);
  auto count = source_->Read(buffer_.data(), buffer_.size());
  if (!count.ok()) error_ = std::move(count).error();
  view_ = std::string_view(buffer_).substr(0, count.ok() ? *count : 0);
  at_ = 0;
  return !view_.empty();
}

}  // namespace stratolite::s3::select
