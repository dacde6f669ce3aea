#pragma once

#include <cstddef>
#include <cstdint>

namespace stratolite::storage {

/// SQLite's write-ahead log: a header, then frames, each a header and a page. https://www.sqlite.org/fileformat2.html#the_write_ahead_log
inline constexpr std::size_t kLogHeaderBytes = 32;
inline constexpr std::size_t kFrameHeaderBytes = 24;
/// "WAL", and in the last bit whether the checksums take words with their high byte first.
inline constexpr std::uint32_t kLogMagic = 0x377f0682;
inline constexpr std::uint32_t kLogMagicOrderBit = 1;

std::uint32_t LoadBigEndian(const unsigned char* at);
void StoreBigEndian(unsigned char* at, std::uint32_t value);

/// The log's running checksum. https://www.sqlite.org/fileformat2.html#checksum_algorithm. Not thread-safe.
class LogSum {
 public:
  LogSum() = default;
  /// After a header, in the byte order that its magic says.
  static LogSum OfHeader(const unsigned char* header);
  void AddFrame(const unsigned char* frame, std::size_t page_bytes);
  /// The eight bytes that headers and frames hold.
  void Store(unsigned char* at) const;
  bool Is(const unsigned char* at) const;

 private:
  /// `size` is a multiple of 8.
  void Add(const unsigned char* bytes, std::size_t size);

  std::uint32_t first_ = 0;
  std::uint32_t second_ = 0;
  bool swapped_ = false;
};

}  // namespace stratolite::storage
