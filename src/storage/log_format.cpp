#include "storage/log_format.hpp"

#include <bit>
#include <cstring>

namespace stratolite::storage {
namespace {

constexpr std::size_t kLogSumBytes = 8;
/// The page's number and the size of the database after it.
constexpr std::size_t kSummedFrameHeaderBytes = 8;

}  // namespace

std::uint32_t LoadBigEndian(const unsigned char* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

void StoreBigEndian(unsigned char* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<unsigned char>(value >> (24 - 8 * i));
}

LogSum LogSum::OfHeader(const unsigned char* header) {
  LogSum sum;
  sum.swapped_ = ((LoadBigEndian(header) & kLogMagicOrderBit) != 0) != (std::endian::native == std::endian::big);
  sum.Add(header, kLogHeaderBytes - kLogSumBytes);
  return sum;
}

void LogSum::AddFrame(const unsigned char* frame, std::size_t page_bytes) {
  Add(frame, kSummedFrameHeaderBytes);
  Add(frame + kFrameHeaderBytes, page_bytes);
}

void LogSum::Store(unsigned char* at) const {
  StoreBigEndian(at, first_);
  StoreBigEndian(at + 4, second_);
}

bool LogSum::Is(const unsigned char* at) const {
  return first_ == LoadBigEndian(at) && second_ == LoadBigEndian(at + 4);
}

void LogSum::Add(const unsigned char* bytes, std::size_t size) {
  std::uint32_t first = first_;
  std::uint32_t second = second_;
  for (std::size_t at = 0; at < size; at += 8) {
    std::uint32_t words[2];
    std::memcpy(words, bytes + at, sizeof words);
    if (swapped_) {
      words[0] = __builtin_bswap32(words[0]);
      words[1] = __builtin_bswap32(words[1]);
    }
    first += words[0] + second;
    second += words[1] + first;
  }
  first_ = first;
  second_ = second;
}

}  // namespace stratolite::storage
