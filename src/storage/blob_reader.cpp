#include "storage/blob_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "storage/blob_rows_store.hpp"

namespace stratolite::storage {
namespace {

[[noreturn]] void FailOnBlob(std::string_view kind, std::int64_t number, const std::string& what) {
  throw StorageError(std::string(kind) + " " + std::to_string(number) + " " + what);
}

}  // namespace

PoolReader::PoolReader(std::shared_ptr<FilePool> pool) : pool_(std::move(pool)), ticket_(pool_->BeginReader()) {}

PoolReader::~PoolReader() {
  std::vector<FileId> pinned;
  for (const Piece& piece : pieces_) {
    if (piece.file != 0) pinned.push_back(piece.file);
  }
  open_.Close();
  if (!pinned.empty()) pool_->Unpin(pinned);
  Ready();
}

void PoolReader::Add(Reader& reader, BlobId id, std::uint64_t offset, std::uint64_t length) {
  Piece piece;
  const bool found = ReadBlob(reader, id, [&](const BlobRow& row, std::string_view body) {
    if (offset > row.size || length > row.size - offset)
      FailOnBlob("blob", id, "is shorter than what is to be read of it");
    piece.length = length;
    if (row.file != 0) {
      piece.file = row.file;
      piece.offset = offset;
    } else {
      piece.bytes = body.substr(offset, length);
    }
  });
  if (!found) FailOnBlob("blob", id, "does not exist");
  if (length == 0) return;
  pieces_.push_back(std::move(piece));
  size_ += length;
  if (pieces_.back().file != 0) pool_->Pin(pieces_.back().file);
}

void PoolReader::FailOnFile(FileId id, const std::string& what) const {
  throw StorageError(pool_->files().PathOf(id).string() + " " + what +
                     ": stop the daemon and run 'stratolite doctor --check'");
}

void PoolReader::Ready() {
  if (ticket_ != 0) pool_->EndReader(std::exchange(ticket_, 0));
}

int PoolReader::Descriptor() const {
  if (!open_) {
    const Piece& piece = pieces_[current_];
    FileDescriptor file = pool_->files().Open(piece.file);
    struct stat info {};
    if (fstat(file.get(), &info) != 0 || static_cast<std::uint64_t>(info.st_size) < piece.offset + piece.length) {
      FailOnFile(piece.file, "is shorter than it was");
    }
    open_ = std::move(file);
    posix_fadvise(open_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  return open_.get();
}

std::size_t PoolReader::ReadPiece(const Piece& piece, char* buffer, std::size_t capacity) const {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, piece.length - position_));
  if (piece.file == 0) {
    std::memcpy(buffer, piece.bytes.data() + position_, count);
    return count;
  }
  while (true) {
    const ssize_t got = pread(Descriptor(), buffer, count, static_cast<off_t>(piece.offset + position_));
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) FailOnFile(piece.file, "was cut short");
    if (errno != EINTR) FailOnFile(piece.file, std::string("cannot be read: ") + std::strerror(errno));
  }
}

std::size_t PoolReader::Read(char* buffer, std::size_t capacity) {
  std::size_t filled = 0;
  while (filled < capacity && current_ < pieces_.size()) {
    const std::size_t count = ReadPiece(pieces_[current_], buffer + filled, capacity - filled);
    filled += count;
    position_ += count;
    if (position_ < pieces_[current_].length) continue;
    ++current_;
    position_ = 0;
    open_.Close();
  }
  return filled;
}

std::optional<BlobReader::FileRange> PoolReader::File() const {
  if (pieces_.empty() || current_ + 1 != pieces_.size() || pieces_[current_].file == 0) return std::nullopt;
  const Piece& piece = pieces_[current_];
  return FileRange{Descriptor(), piece.offset + position_, piece.length - position_};
}

}  // namespace stratolite::storage
