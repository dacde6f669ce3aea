#include "storage/state_file_copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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
  const std::size_t size = ReadAt(from_log_, reinterpret_cast<char*>(header.data()), header.size(), 0, log_.string());
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
    const std::size_t count = ReadAt(from_, buffer_.data(), kChunkBytes, offset, file_.string());
    if (count == 0) return;
    WriteAt(to_, std::string_view(buffer_).substr(0, count), offset, draft_.string());
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
    if ((LoadBigEndian(bytes) & ~kLogMagicOrderBit) != kLogMagic) return;
    page_bytes_ = LoadBigEndian(bytes + 8);
    const LogPosition start{0, LogSum::OfHeader(bytes)};
    if (!start.sum.Is(bytes + 24)) return;
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
                                    kLogHeaderBytes + at.frame * frame_bytes, log_.string());
    std::size_t offset = 0;
    for (; offset + frame_bytes <= size; offset += frame_bytes) {
      const auto* frame = reinterpret_cast<const unsigned char*>(buffer_.data()) + offset;
      // The salts: frames of a log of before.
      if (std::memcmp(frame + 8, header_->data() + 16, 8) != 0) return committed;
      at.sum.AddFrame(frame, page_bytes_);
      if (!at.sum.Is(frame + 16)) return committed;
      open.emplace_back(LoadBigEndian(frame), at.frame);
      ++at.frame;
      if (const std::uint32_t pages = LoadBigEndian(frame + 4); pages != 0) {
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
    if (ReadAt(from_log_, buffer_.data(), wanted, kLogHeaderBytes + number * frame_bytes, log_.string()) != wanted)
      return;
    for (std::size_t offset = 0; offset < wanted; offset += frame_bytes, ++number) {
      const std::uint32_t page = LoadBigEndian(reinterpret_cast<const unsigned char*>(buffer_.data()) + offset);
      const auto last = last_frames.find(page);
      if (last == last_frames.end() || last->second != number) continue;
      WriteAt(to_, std::string_view(buffer_).substr(offset + kFrameHeaderBytes, page_bytes_),
              (page - 1) * std::uint64_t{page_bytes_}, draft_.string());
    }
  }
}

}  // namespace stratolite::storage
