#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "storage/file_descriptor.hpp"

namespace stratolite::storage {

/// The parts of a snapshot's file: a header with the format's number, then sections, of which each has a kind, a number and its bytes, in pieces with a
/// checksum each. The last section says that there are no more and how many there were.
enum class SectionKind : std::uint32_t { kAbout = 1, kState = 2, kBlob = 3, kEnd = 4 };

struct Section {
  SectionKind kind = SectionKind::kEnd;
  std::int64_t number = 0;
  std::uint64_t size = 0;
};

/// Writes one. Not thread-safe. Blocks. All throw StorageError.
class SnapshotWriter {
 public:
  /// `file` must not exist.
  explicit SnapshotWriter(std::filesystem::path file);

  void Add(SectionKind kind, std::int64_t number, std::string_view bytes);
  /// `size` bytes from the beginning of an open file.
  void AddFile(SectionKind kind, std::int64_t number, const FileDescriptor& from, std::uint64_t size);
  /// Everything is on the disk. Returns the size.
  std::uint64_t Finish();

 private:
  void Begin(SectionKind kind, std::int64_t number, std::uint64_t size);
  void Put(std::string_view bytes);

  const std::filesystem::path file_;
  FileDescriptor out_;
  std::uint64_t written_ = 0;
  std::uint64_t sections_ = 0;
};

/// Reads one from its beginning to its end. Not thread-safe. Blocks. All throw StorageError: no snapshot, a newer format, cut short, damaged.
class SnapshotReader {
 public:
  explicit SnapshotReader(std::filesystem::path file);

  /// The next section; its bytes are read next, by Read. kEnd comes last and is checked.
  Section Next();
  /// Hands out the section's bytes in pieces.
  void Read(const Section& section, const std::function<void(std::string_view)>& take);
  std::uint64_t position() const { return position_; }

 private:
  [[noreturn]] void FailDamaged() const;
  void Get(char* out, std::size_t size);

  const std::filesystem::path file_;
  FileDescriptor in_;
  std::string buffer_;
  std::uint64_t position_ = 0;
  std::uint64_t sections_ = 0;
};

}  // namespace stratolite::storage
