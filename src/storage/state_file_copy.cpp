#include "storage/state_file_copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/disk_room.hpp"
#include "storage/unsynced_mark.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunkBytes = 1024 * 1024;
constexpr std::size_t kRangeBytes = 1024 * 1024 * 1024;
/// "WAL", and in the last bit whether the checksums take words with their high byte first.
constexpr std::uint32_t kLogMagic = 0x377f0682;

std::uint32_t Load(const unsigned char* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

/// https://www.sqlite.org/fileformat2.html#checksum_algorithm; `size` is a multiple of 8.
void AddToSum(const unsigned char* bytes, std::size_t size, bool swapped, std::uint32_t& sum1, std::uint32_t& sum2) {
  std::uint32_t s1 = sum1;
  std::uint32_t s2 = sum2;
  for (std::size_t at = 0; at < size; at += 8) {
    std::uint32_t words[2];
    std::memcpy(words, bytes + at, sizeof words);
    if (swapped) {
      words[0] = __builtin_bswap32(words[0]);
      words[1] = __builtin_bswap32(words[1]);
    }
    s1 += words[0] + s2;
    s2 += words[1] + s1;
  }
  sum1 = s1;
  sum2 = s2;
}

/// Bytes read, less than `size` only at the end.
std::size_t ReadAt(const FileDescriptor& file, char* out, std::size_t size, std::uint64_t offset,
                   const fs::path& name) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = pread(file.get(), out + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno != EINTR) FailOnFile("read", name.string(), errno);
    if (count == 0) break;
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return done;
}

void WriteAt(const FileDescriptor& file, std::string_view bytes, std::uint64_t offset, const fs::path& name) {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno != EINTR) FailOnFile("write", name.string(), errno);
    if (count <= 0) continue;
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

}  // namespace

StateFileCopy::StateFileCopy(fs::path file, fs::path copy)
    : file_(std::move(file)),
      log_(fs::path(file_) += "-wal"),
      copy_(std::move(copy)),
      draft_(fs::path(copy_) += ".new") {}

StateFileCopy::~StateFileCopy() {
  if (to_) unlink(draft_.c_str());
}

std::optional<StateFileCopy::LogHeader> StateFileCopy::ReadLogHeader() const {
  if (!from_log_) return std::nullopt;
  LogHeader header{};
  const std::size_t size = ReadAt(from_log_, reinterpret_cast<char*>(header.data()), header.size(), 0, log_);
  if (size < header.size()) return std::nullopt;
  return header;
}

bool StateFileCopy::OpenLog() {
  FileDescriptor now(open(log_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!now && errno != ENOENT) FailOnFile("open", log_.string(), errno);
  struct stat before {};
  struct stat after {};
  // The old one is still open, so that its number was not given to another.
  const bool same = from_log_ && now && fstat(from_log_.get(), &before) == 0 && fstat(now.get(), &after) == 0 &&
                    before.st_ino == after.st_ino;
  from_log_ = std::move(now);
  return same;
}

void StateFileCopy::CopyFile() {
  if (ftruncate(to_.get(), 0) != 0) FailOnFile("write", draft_.string(), errno);
  struct stat info {};
  if (fstat(from_.get(), &info) == 0 && FreeBytes(to_.get()) < info.st_size) {
    FailOnFile("write", draft_.string(), ENOSPC);
  }
  off_t from = 0;
  off_t to = 0;
  while (true) {
    // File systems that can share blocks do.
    const ssize_t count = copy_file_range(from_.get(), &from, to_.get(), &to, kRangeBytes, 0);
    if (count == 0) return;
    if (count > 0 || errno == EINTR) continue;
    if (errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) {
      FailOnFile("write", draft_.string(), errno);
    }
    break;
  }
  for (auto offset = static_cast<std::uint64_t>(from);;) {
    const std::size_t count = ReadAt(from_, buffer_.data(), kChunkBytes, offset, file_);
    if (count == 0) return;
    WriteAt(to_, std::string_view(buffer_).substr(0, count), offset, draft_);
    offset += count;
  }
}

void StateFileCopy::CopyMost(bool log) {
  from_ = FileDescriptor(open(file_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from_) FailOnFile("open", file_.string(), errno);
  to_ = FileDescriptor(open(draft_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!to_) FailOnFile("create", draft_.string(), errno);
  buffer_.resize(kChunkBytes);
  OpenLog();
  header_ = ReadLogHeader();
  CopyFile();
  if (log) ApplyLog();
}

void StateFileCopy::CopyRest(bool file_is_same, bool log) {
  const bool same_log_file = OpenLog();
  if (const auto header = ReadLogHeader(); header != header_) {
    // The log began anew: what was copied back meanwhile may be torn in the copy and is in the log no more.
    header_ = header;
    applied_ = {};
    pages_ = 0;
    if (!file_is_same || !same_log_file) CopyFile();
  }
  if (log) ApplyLog();
  if (pages_ != 0 && ftruncate(to_.get(), static_cast<off_t>(pages_) * static_cast<off_t>(page_bytes_)) != 0) {
    FailOnFile("write", draft_.string(), errno);
  }
}

void StateFileCopy::Finish(bool durably) {
  if (durably && fdatasync(to_.get()) != 0) FailOnFile("write", draft_.string(), errno);
  if (!durably) MarkUnsynced(copy_);
  if (rename(draft_.c_str(), copy_.c_str()) != 0) FailOnFile("create", copy_.string(), errno);
  to_.Close();
  if (durably) SyncDirectory(copy_.parent_path());
}

void StateFileCopy::ApplyLog() {
  if (!header_) return;
  if (applied_.frame == 0) {
    const unsigned char* bytes = header_->data();
    const std::uint32_t magic = Load(bytes);
    if ((magic & ~1U) != kLogMagic) return;
    swapped_ = ((magic & 1U) != 0) != (std::endian::native == std::endian::big);
    page_bytes_ = Load(bytes + 8);
    LogPosition start;
    AddToSum(bytes, kLogHeaderBytes - 8, swapped_, start.sum1, start.sum2);
    if (start.sum1 != Load(bytes + 24) || start.sum2 != Load(bytes + 28)) return;
    applied_ = start;
  }
  const std::uint64_t first_frame = applied_.frame;
  const auto last_frames = WalkLog();
  if (!last_frames.empty()) WritePages(first_frame, last_frames);
}

std::unordered_map<std::uint32_t, std::uint64_t> StateFileCopy::WalkLog() {
  const std::size_t frame_bytes = kFrameHeaderBytes + page_bytes_;
  const std::size_t frames_at_a_time = kChunkBytes / frame_bytes;
  std::unordered_map<std::uint32_t, std::uint64_t> committed;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> open;
  LogPosition at = applied_;
  while (true) {
    const std::size_t size = ReadAt(from_log_, buffer_.data(), frames_at_a_time * frame_bytes,
                                    kLogHeaderBytes + at.frame * frame_bytes, log_);
    std::size_t offset = 0;
    for (; offset + frame_bytes <= size; offset += frame_bytes) {
      const auto* frame = reinterpret_cast<const unsigned char*>(buffer_.data()) + offset;
      // The salts: frames of a log of before.
      if (std::memcmp(frame + 8, header_->data() + 16, 8) != 0) return committed;
      AddToSum(frame, 8, swapped_, at.sum1, at.sum2);
      AddToSum(frame + kFrameHeaderBytes, page_bytes_, swapped_, at.sum1, at.sum2);
      if (at.sum1 != Load(frame + 16) || at.sum2 != Load(frame + 20)) return committed;
      open.emplace_back(Load(frame), at.frame);
      ++at.frame;
      if (const std::uint32_t pages = Load(frame + 4); pages != 0) {
        for (const auto& [page, number] : open) committed.insert_or_assign(page, number);
        open.clear();
        pages_ = pages;
        applied_ = at;
      }
    }
    if (offset == 0) return committed;
  }
}

void StateFileCopy::WritePages(std::uint64_t first_frame,
                               const std::unordered_map<std::uint32_t, std::uint64_t>& last_frames) {
  const std::size_t frame_bytes = kFrameHeaderBytes + page_bytes_;
  const std::size_t frames_at_a_time = kChunkBytes / frame_bytes;
  for (std::uint64_t number = first_frame; number < applied_.frame;) {
    const std::size_t wanted = std::min<std::uint64_t>(frames_at_a_time, applied_.frame - number) * frame_bytes;
    if (ReadAt(from_log_, buffer_.data(), wanted, kLogHeaderBytes + number * frame_bytes, log_) != wanted) return;
    for (std::size_t offset = 0; offset < wanted; offset += frame_bytes, ++number) {
      const std::uint32_t page = Load(reinterpret_cast<const unsigned char*>(buffer_.data()) + offset);
      const auto last = last_frames.find(page);
      if (last == last_frames.end() || last->second != number) continue;
      WriteAt(to_, std::string_view(buffer_).substr(offset + kFrameHeaderBytes, page_bytes_),
              (page - 1) * std::uint64_t{page_bytes_}, draft_);
    }
  }
}

}  // namespace stratolite::storage
