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
#include "storage/log_format.hpp"
#include "storage/state_file.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kLogFormat = 3007000;
constexpr std::uint32_t kMaxPageBytes = 65536;

fs::path WalOf(const fs::path& file) { return fs::path(file) += "-wal"; }

std::size_t ReadLog(const FileDescriptor& log, unsigned char* out, std::size_t size, std::uint64_t offset) {
  return ReadAt(log, reinterpret_cast<char*>(out), size, offset, "the log of a database");
}

/// How many whole transactions' ends of this log stand from `frame` on, wherever they belong.
std::uint64_t CountCommits(const FileDescriptor& log, const unsigned char* salts, std::size_t page_bytes,
                           std::uint64_t frame) {
  std::uint64_t commits = 0;
  std::array<unsigned char, kFrameHeaderBytes> header{};
  const std::uint64_t frame_bytes = kFrameHeaderBytes + page_bytes;
  while (ReadLog(log, header.data(), header.size(), kLogHeaderBytes + frame * frame_bytes) == header.size()) {
    if (std::memcmp(header.data() + 8, salts, 8) == 0 && LoadBigEndian(header.data() + 4) != 0) ++commits;
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
  const std::size_t size = ReadLog(log, header.data(), header.size(), 0);
  if (size == 0) return std::nullopt;
  LogSum sum = LogSum::OfHeader(header.data());
  const std::size_t page_bytes = LoadBigEndian(header.data() + 8);
  const bool has_header = size == header.size() && (LoadBigEndian(header.data()) & ~kLogMagicOrderBit) == kLogMagic &&
                          page_bytes >= 512 && page_bytes <= kMaxPageBytes && sum.Is(header.data() + 24);
  if (!has_header) return LogDamage{};
  const std::size_t frame_bytes = kFrameHeaderBytes + page_bytes;
  std::vector<unsigned char> buffer(frame_bytes * 256);
  std::uint64_t frame = 0;
  while (true) {
    const std::size_t got = ReadLog(log, buffer.data(), buffer.size(), kLogHeaderBytes + frame * frame_bytes);
    const std::size_t frames = got / frame_bytes;
    for (std::size_t i = 0; i < frames; ++i, ++frame) {
      const unsigned char* const at = buffer.data() + i * frame_bytes;
      sum.AddFrame(at, page_bytes);
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
  if (ReadLog(log, header.data(), header.size(), 0) != header.size() ||
      ReadLog(log, first.data(), first.size(), kLogHeaderBytes) != first.size()) {
    return;
  }
  LogSum sum = LogSum::OfHeader(header.data());
  if (!sum.Is(header.data() + 24)) {
    // The same in every log of ours but for the salts, which the pages repeat.
    header.fill(0);
    StoreBigEndian(header.data(), kLogMagic);
    StoreBigEndian(header.data() + 4, kLogFormat);
    StoreBigEndian(header.data() + 8, kPageSize);
    std::memcpy(header.data() + 16, first.data() + 8, 8);
    sum = LogSum::OfHeader(header.data());
    sum.Store(header.data() + 24);
  }
  const auto write_at = [&](const unsigned char* bytes, std::size_t size, std::uint64_t at) {
    if (pwrite(log.get(), bytes, size, static_cast<off_t>(at)) != static_cast<ssize_t>(size)) {
      FailOnFile("write", WalOf(file).string(), errno);
    }
  };
  write_at(header.data(), header.size(), 0);
  std::vector<unsigned char> frame(kFrameHeaderBytes + LoadBigEndian(header.data() + 8));
  std::error_code ignored;
  const std::uint64_t log_frames = (fs::file_size(WalOf(file), ignored) - kLogHeaderBytes) / frame.size();
  const std::uint64_t most_pages = log_frames + fs::file_size(file, ignored) / kPageSize;
  std::uint64_t kept = 0;
  std::uint64_t at = 0;
  for (; ReadLog(log, frame.data(), frame.size(), kLogHeaderBytes + at * frame.size()) == frame.size(); ++at) {
    const std::uint32_t page = LoadBigEndian(frame.data());
    if (std::memcmp(frame.data() + 8, header.data() + 16, 8) != 0 || page == 0 || page > most_pages) continue;
    sum.AddFrame(frame.data(), frame.size() - kFrameHeaderBytes);
    sum.Store(frame.data() + 16);
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
