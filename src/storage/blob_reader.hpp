#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/blob_files.hpp"
#include "storage/blob_pool.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::storage {

/// Holds the bytes of rows, and pins files, of which one is open at a time. Not thread-safe. Blocks.
class PoolReader final : public BlobReader {
 public:
  explicit PoolReader(std::shared_ptr<FilePool> pool);
  ~PoolReader() override;

  void Add(Reader& reader, BlobId id, std::uint64_t offset, std::uint64_t length) override;
  void Ready() override;
  std::uint64_t size() const override { return size_; }
  std::size_t Read(char* buffer, std::size_t capacity) override;
  std::optional<FileRange> File() const override;

 private:
  struct Piece {
    /// 0: the bytes are here.
    FileId file = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::string bytes;
  };

  [[noreturn]] void FailOnFile(FileId id, const std::string& what) const;
  /// The current piece's file, opened when first asked for.
  int Descriptor() const;
  std::size_t ReadPiece(const Piece& piece, char* buffer, std::size_t capacity) const;

  const std::shared_ptr<FilePool> pool_;
  FilePool::Ticket ticket_;
  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
  /// The piece that is read, and how much of it was.
  std::size_t current_ = 0;
  std::uint64_t position_ = 0;
  mutable FileDescriptor open_;
};

}  // namespace stratolite::storage
