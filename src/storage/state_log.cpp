#include "storage/state_log.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "storage/file_descriptor.hpp"
#include "storage/state_file.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

/// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
constexpr std::size_t kLogHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::size_t kSummedFrameHeaderBytes = 8;
constexpr std::uint32_t kWalMagic = 0x377f0682;
constexpr std::uint32_t kLogFormat = 3007000;
constexpr std::uint32_t kMaxPageBytes = 65536;

std::uint32_t BigEndian(const unsigned char* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

void PutBigEndian(unsigned char* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<unsigned char>(value >> (24 - 8 * i));
}

/// The log's running checksum.
struct LogSum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  bool big_endian = false;

  void Add(const unsigned char* bytes, std::size_t size) {
    for (std::size_t i = 0; i + 8 <= size; i += 8) {
      std::uint32_t words[2];
      std::memcpy(words, bytes + i, sizeof words);
      if (big_endian) {
        words[0] = BigEndian(bytes + i);
        words[1] = BigEndian(bytes + i + 4);
      }
      first += words[0] + second;
      second += words[1] + first;
    }
  }
  void Put(unsigned char* at) const {
    PutBigEndian(at, first);
    PutBigEndian(at + 4, second);
  }
  bool Is(const unsigned char* at) const { return first == BigEndian(at) && second == BigEndian(at + 4); }
};

fs::path WalOf(const fs::path& file) { return fs::path(file) += "-wal"; }

std::size_t ReadAt(const FileDescriptor& file, unsigned char* out, std::size_t size, std::uint64_t offset) {
  const ssize_t got = pread(file.get(), out, size, static_cast<off_t>(offset));
  if (got < 0) FailOnFile("read", "the log of a database", errno);
  return static_cast<std::size_t>(got);
}

/// How many whole transactions' ends of this log stand from `frame` on, wherever they belong.
std::uint64_t CountCommits(const FileDescriptor& log, const unsigned char* salts, std::size_t page_bytes,
                           std::uint64_t frame) {
  std::uint64_t commits = 0;
  std::array<unsigned char, kFrameHeaderBytes> header{};
  const std::uint64_t frame_bytes = kFrameHeaderBytes + page_bytes;
  while (ReadAt(log, header.data(), header.size(), kLogHeaderBytes + frame * frame_bytes) == header.size()) {
    if (std::memcmp(header.data() + 8, salts, 8) == 0 && BigEndian(header.data() + 4) != 0) ++commits;
    ++frame;
  }
  return commits;
}

/// The machine was started after the file was written to.
bool IsOlderThanTheMachine(const fs::path& file) {
  struct stat info {};
  timespec up{};
  timespec now{};
  // Real time, as the file system has it, not any world's.
  if (stat(file.c_str(), &info) != 0 || clock_gettime(CLOCK_BOOTTIME, &up) != 0) return false;
  clock_gettime(CLOCK_REALTIME, &now);
  return info.st_mtim.tv_sec < now.tv_sec - up.tv_sec;
}

}  // namespace

std::optional<LogDamage> FindLogDamage(const fs::path& file) {
  const fs::path path = WalOf(file);
  const FileDescriptor log(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!log) {
    if (errno == ENOENT) return std::nullopt;
    FailOnFile("open", path.string(), errno);
  }
  std::array<unsigned char, kLogHeaderBytes> header{};
  const std::size_t size = ReadAt(log, header.data(), header.size(), 0);
  if (size == 0) return std::nullopt;
  LogSum sum;
  sum.big_endian = (BigEndian(header.data()) & 1) != 0;
  sum.Add(header.data(), kLogHeaderBytes - 8);
  const std::size_t page_bytes = BigEndian(header.data() + 8);
  const bool has_header = size == header.size() && (BigEndian(header.data()) & ~1U) == kWalMagic && page_bytes >= 512 &&
                          page_bytes <= kMaxPageBytes && sum.Is(header.data() + 24);
  if (!has_header) return LogDamage{};
  const std::size_t frame_bytes = kFrameHeaderBytes + page_bytes;
  std::vector<unsigned char> buffer(frame_bytes * 256);
  std::uint64_t frame = 0;
  while (true) {
    const std::size_t got = ReadAt(log, buffer.data(), buffer.size(), kLogHeaderBytes + frame * frame_bytes);
    const std::size_t frames = got / frame_bytes;
    for (std::size_t i = 0; i < frames; ++i, ++frame) {
      const unsigned char* const at = buffer.data() + i * frame_bytes;
      sum.Add(at, kSummedFrameHeaderBytes);
      sum.Add(at + kFrameHeaderBytes, page_bytes);
      if (std::memcmp(at + 8, header.data() + 16, 8) == 0 && sum.Is(at + 16)) continue;
      // A page may be the last that a killed process wrote, half of it over one of before: then nothing of this log follows.
      const std::uint64_t commits = CountCommits(log, header.data() + 16, page_bytes, frame + 1);
      if (commits == 0) return std::nullopt;
      return LogDamage{frame + 1, commits};
    }
    if (frames == 0) return std::nullopt;
  }
}

void MendLog(const fs::path& file) {
  const FileDescriptor log(open(WalOf(file).c_str(), O_RDWR | O_CLOEXEC));
  if (!log) return;
  std::array<unsigned char, kLogHeaderBytes> header{};
  std::array<unsigned char, kFrameHeaderBytes> first{};
  if (ReadAt(log, header.data(), header.size(), 0) != header.size() ||
      ReadAt(log, first.data(), first.size(), kLogHeaderBytes) != first.size()) {
    return;
  }
  LogSum sum;
  const auto sum_header = [&] {
    sum = {.big_endian = (BigEndian(header.data()) & 1) != 0};
    sum.Add(header.data(), kLogHeaderBytes - 8);
  };
  sum_header();
  if (!sum.Is(header.data() + 24)) {
    // The same in every log of ours but for the salts, which the pages repeat.
    header.fill(0);
    PutBigEndian(header.data(), kWalMagic);
    PutBigEndian(header.data() + 4, kLogFormat);
    PutBigEndian(header.data() + 8, kPageSize);
    std::memcpy(header.data() + 16, first.data() + 8, 8);
    sum_header();
    sum.Put(header.data() + 24);
  }
  const auto write_at = [&](const unsigned char* bytes, std::size_t size, std::uint64_t at) {
    if (pwrite(log.get(), bytes, size, static_cast<off_t>(at)) != static_cast<ssize_t>(size)) {
      FailOnFile("write", WalOf(file).string(), errno);
    }
  };
  write_at(header.data(), header.size(), 0);
  std::vector<unsigned char> frame(kFrameHeaderBytes + BigEndian(header.data() + 8));
  std::error_code ignored;
  const std::uint64_t log_frames = (fs::file_size(WalOf(file), ignored) - kLogHeaderBytes) / frame.size();
  const std::uint64_t most_pages = log_frames + fs::file_size(file, ignored) / kPageSize;
  std::uint64_t kept = 0;
  std::uint64_t at = 0;
  for (; ReadAt(log, frame.data(), frame.size(), kLogHeaderBytes + at * frame.size()) == frame.size(); ++at) {
    const std::uint32_t page = BigEndian(frame.data());
    if (std::memcmp(frame.data() + 8, header.data() + 16, 8) != 0 || page == 0 || page > most_pages) continue;
    sum.Add(frame.data(), kSummedFrameHeaderBytes);
    sum.Add(frame.data() + kFrameHeaderBytes, frame.size() - kFrameHeaderBytes);
    sum.Put(frame.data() + 16);
    write_at(frame.data(), frame.size(), kLogHeaderBytes + kept++ * frame.size());
  }
  if (ftruncate(log.get(), static_cast<off_t>(kLogHeaderBytes + kept * frame.size())) != 0) {
    FailOnFile("write", WalOf(file).string(), errno);
  }
}

void RefuseDamagedLog(const fs::path& file) {
  const auto damage = FindLogDamage(file);
  if (!damage) return;
  std::string message = WalOf(file).string() + " is damaged";
  if (damage->page > 0) {
    message += " at its page " + std::to_string(damage->page) + ", with " +
               std::to_string(damage->transactions_behind) + " transactions behind it";
  }
  if (IsOlderThanTheMachine(WalOf(file))) {
    spdlog::warn("{}: a power cut, it seems; what had not reached the disk is lost", message);
    return;
  }
  throw StorageError(message +
                     ": put a backup of the directory in its place, or run 'stratolite doctor --repair', which keeps "
                     "the damaged files aside and goes on with what can be read");
}

}  // namespace stratolite::storage
