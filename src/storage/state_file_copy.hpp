#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>

#include "storage/file_descriptor.hpp"
#include "storage/log_format.hpp"

namespace stratolite::storage {

/// A copy of a database and of what its log holds, made while it is used; the copy has no log. Most of it is copied beside the writers, then the
/// last stretch without them. Gone without a trace unless Finish returned. Not thread-safe. Blocks. All throw StorageError.
class StateFileCopy {
 public:
  StateFileCopy(std::filesystem::path file, std::filesystem::path copy);
  StateFileCopy(const StateFileCopy&) = delete;
  StateFileCopy& operator=(const StateFileCopy&) = delete;
  ~StateFileCopy();

  /// What is there now, torn pages and all: CopyRest mends what changed since. Others may write, read and copy the log back. Without `log` only the file.
  void CopyMost(bool log);
  /// Nobody may write meanwhile. `file_is_same`: the log was not copied back since before CopyMost, as long as it is the same log file. Without `log`:
  /// everything was in the file before CopyMost and nothing was committed since.
  void CopyRest(bool file_is_same, bool log);
  /// Gives the copy its name. `durably`: after the disk has it.
  void Finish(bool durably);

 private:
  using LogHeader = std::array<unsigned char, kLogHeaderBytes>;
  /// A place in the log, and the checksum of everything before it.
  struct LogPosition {
    std::uint64_t frame = 0;
    LogSum sum;
  };

  /// False: it is another file than before.
  bool OpenLog();
  std::optional<LogHeader> ReadLogHeader() const;
  void CopyFile();
  /// Puts into the copy what the log holds beyond `applied_`.
  void ApplyLog();
  /// Walks the frames that belong together and to committed transactions: which frame of a page is its last. Moves `applied_`.
  std::unordered_map<std::uint32_t, std::uint64_t> WalkLog();
  void WritePages(std::uint64_t first_frame, const std::unordered_map<std::uint32_t, std::uint64_t>& last_frames);

  const std::filesystem::path file_;
  const std::filesystem::path log_;
  const std::filesystem::path copy_;
  const std::filesystem::path draft_;
  FileDescriptor from_;
  FileDescriptor from_log_;
  FileDescriptor to_;
  /// The log's header when its copying began; a log that begins anew gets another one.
  std::optional<LogHeader> header_;
  std::size_t page_bytes_ = 0;
  LogPosition applied_;
  /// Of the copy, in pages, after the last transaction that was applied; 0: none was.
  std::uint32_t pages_ = 0;
  std::string buffer_;
};

}  // namespace stratolite::storage
