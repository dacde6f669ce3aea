#include "storage/snapshot_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "storage/blob_files.hpp"
#include "stratolite/base/checksums.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {
namespace {

constexpr std::string_view kMagic = "stratolite-world";
constexpr std::uint32_t kSnapshotFormat = 1;
constexpr std::size_t kPieceBytes = 1024 * 1024;
constexpr std::size_t kSumBytes = 4;
constexpr std::size_t kHeaderBytes = 16 + 4 + kSumBytes;
constexpr std::size_t kSectionBytes = 4 + 8 + 8 + kSumBytes;

std::string Sum(std::string_view bytes) { return Checksum(ChecksumAlgorithm::kCrc32c, bytes); }

/// Least significant byte first.
void AppendNumber(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

std::uint64_t ParseNumber(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

}  // namespace

SnapshotWriter::SnapshotWriter(std::filesystem::path file) : file_(std::move(file)) {
  out_ = FileDescriptor(open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out_) FailOnFile("create", file_.string(), errno);
  std::string header(kMagic);
  AppendNumber(header, kSnapshotFormat, 4);
  Put(header + Sum(header));
}

void SnapshotWriter::Put(std::string_view bytes) {
  BlobFiles::Write(out_, bytes);
  written_ += bytes.size();
}

void SnapshotWriter::Begin(SectionKind kind, std::int64_t number, std::uint64_t size) {
  std::string head;
  AppendNumber(head, static_cast<std::uint32_t>(kind), 4);
  AppendNumber(head, static_cast<std::uint64_t>(number), 8);
  AppendNumber(head, size, 8);
  Put(head + Sum(head));
  ++sections_;
}

void SnapshotWriter::Add(SectionKind kind, std::int64_t number, std::string_view bytes) {
  Begin(kind, number, bytes.size());
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPieceBytes, bytes.size()))) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    Put(piece);
    Put(Sum(piece));
  }
}

void SnapshotWriter::AddFile(SectionKind kind, std::int64_t number, const FileDescriptor& from, std::uint64_t size) {
  Begin(kind, number, size);
  std::string buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, kPieceBytes)), '\0');
  for (std::uint64_t at = 0; at < size;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size - at));
    std::size_t filled = 0;
    while (filled < wanted) {
      const ssize_t count = pread(from.get(), buffer.data() + filled, wanted - filled, static_cast<off_t>(at + filled));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) FailOnFile("read", "what " + file_.string() + " is made of", errno);
      if (count == 0) throw StorageError("a file was cut short while " + file_.string() + " was made of it");
      filled += static_cast<std::size_t>(count);
    }
    const std::string_view piece = std::string_view(buffer).substr(0, wanted);
    Put(piece);
    Put(Sum(piece));
    at += wanted;
  }
}

std::uint64_t SnapshotWriter::Finish() {
  const std::uint64_t sections = sections_;
  Begin(SectionKind::kEnd, static_cast<std::int64_t>(sections), 0);
  if (fdatasync(out_.get()) != 0) FailOnFile("write", file_.string(), errno);
  out_.Close();
  return written_;
}

SnapshotReader::SnapshotReader(std::filesystem::path file) : file_(std::move(file)) {
  // A pipe would keep its opener waiting, a device its reader.
  in_ = FileDescriptor(open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!in_) FailOnFile("open", file_.string(), errno);
  struct stat info {};
  if (fstat(in_.get(), &info) != 0 || !S_ISREG(info.st_mode))
    throw StorageError(file_.string() + " is no snapshot of Stratolite");
  posix_fadvise(in_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  std::string header(kHeaderBytes, '\0');
  const ssize_t size = pread(in_.get(), header.data(), header.size(), 0);
  if (size < 0) FailOnFile("read", file_.string(), errno);
  const std::string_view plain = std::string_view(header).substr(0, kHeaderBytes - kSumBytes);
  if (size < static_cast<ssize_t>(kMagic.size()) || !plain.starts_with(kMagic)) {
    throw StorageError(file_.string() + " is no snapshot of Stratolite");
  }
  if (size < static_cast<ssize_t>(kHeaderBytes)) FailDamaged();
  if (Sum(plain) != std::string_view(header).substr(plain.size())) FailDamaged();
  if (const std::uint64_t format = ParseNumber(plain.substr(kMagic.size())); format > kSnapshotFormat) {
    throw StorageError(file_.string() + " is a snapshot of format " + std::to_string(format) + ", this version knows " +
                       std::to_string(kSnapshotFormat) + ": use the newer version of Stratolite that wrote it");
  }
  position_ = kHeaderBytes;
}

void SnapshotReader::FailDamaged() const {
  throw StorageError("the snapshot " + file_.string() + " is damaged or was cut short, near byte " +
                     std::to_string(position_) + ": nothing was loaded");
}

void SnapshotReader::Get(char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t count = pread(in_.get(), out, size, static_cast<off_t>(position_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) FailOnFile("read", file_.string(), errno);
    if (count == 0) FailDamaged();
    out += count;
    size -= static_cast<std::size_t>(count);
    position_ += static_cast<std::uint64_t>(count);
  }
}

Section SnapshotReader::Next() {
  std::string head(kSectionBytes, '\0');
  Get(head.data(), head.size());
  const std::string_view plain = std::string_view(head).substr(0, kSectionBytes - kSumBytes);
  if (Sum(plain) != std::string_view(head).substr(plain.size())) FailDamaged();
  const Section section{static_cast<SectionKind>(ParseNumber(plain.substr(0, 4))),
                        static_cast<std::int64_t>(ParseNumber(plain.substr(4, 8))), ParseNumber(plain.substr(12))};
  if (section.kind < SectionKind::kAbout || section.kind > SectionKind::kEnd) FailDamaged();
  if (section.kind == SectionKind::kEnd && section.number != static_cast<std::int64_t>(sections_)) FailDamaged();
  ++sections_;
  return section;
}

void SnapshotReader::Read(const Section& section, const std::function<void(std::string_view)>& take) {
  for (std::uint64_t left = section.size; left > 0;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, kPieceBytes));
    buffer_.resize(size + kSumBytes);
    Get(buffer_.data(), buffer_.size());
    const std::string_view piece = std::string_view(buffer_).substr(0, size);
    if (Sum(piece) != std::string_view(buffer_).substr(size)) FailDamaged();
    take(piece);
    left -= size;
  }
}

}  // namespace stratolite::storage
