#include "storage/unsynced_mark.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>

#include "storage/blob_files.hpp"
#include "storage/connection.hpp"
#include "storage/file_descriptor.hpp"
#include "storage/state_file.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBootId = "/proc/sys/kernel/random/boot_id";
constexpr std::string_view kHeaderMagic = "SQLite format 3";

fs::path MarkOf(const fs::path& file) { return fs::path(file) += ".unsynced"; }
fs::path LogBeside(const fs::path& file) { return fs::path(file) += "-wal"; }

/// Up to 64 bytes; empty when it cannot be read.
std::string ReadStart(const fs::path& path) {
  std::array<char, 64> text{};
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t size = file ? read(file.get(), text.data(), text.size()) : 0;
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

bool IsThere(const fs::path& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0;
}

/// Whether SQLite finds nothing wrong anywhere. What cannot be read for another reason than its content throws.
bool IsWhole(const fs::path& file) {
  if (!IsThere(file)) return !IsThere(LogBeside(file));
  if (!ReadStart(file).starts_with(kHeaderMagic)) return false;
  const Connection connection(file, Connection::Mode::kReadWrite);
  const auto take = [](void* out, int, char** values, char**) {
    *static_cast<std::string*>(out) = values[0];
    return 0;
  };
  // The second finds a first page of before the table was made: a sound database, but none of ours.
  for (const char* look :
       {"PRAGMA integrity_check(1)", "SELECT 'ok' FROM sqlite_master WHERE name = 'stratolite_schema'"}) {
    std::string answer;
    const int code = sqlite3_exec(connection.handle(), look, take, &answer, nullptr);
    if ((code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB) return false;
    if (code != SQLITE_OK) connection.Fail(code, "look for what a power cut has torn");
    if (answer != "ok") return false;
  }
  // SQLite takes what is missing of the last page for zeros.
  return fs::file_size(file) % kPageSize == 0;
}

void MoveAside(const fs::path& file) {
  fs::path aside;
  for (int number = 1; aside.empty() || IsThere(aside) || IsThere(LogBeside(aside)); ++number) {
    aside = fs::path(file) += ".torn-" + std::to_string(number);
  }
  for (const auto& [from, to] : {std::pair(file, aside), std::pair(LogBeside(file), LogBeside(aside))}) {
    if (rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) FailOnFile("move aside", from.string(), errno);
  }
  spdlog::error(
      "{} was new when the machine went down and had not reached the disk: it begins empty, what was there of it is "
      "{}. With "
      "--durability power this does not happen",
      file.string(), aside.string());
}

}  // namespace

void SyncDirectory(const fs::path& directory) {
  const FileDescriptor handle(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle || fsync(handle.get()) != 0) FailOnFile("write", directory.string(), errno);
}

void SyncStateFile(const fs::path& file) {
  for (const fs::path& path : {file, LogBeside(file)}) {
    const FileDescriptor handle(open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!handle && errno == ENOENT) continue;
    if (!handle || fdatasync(handle.get()) != 0) FailOnFile("write", path.string(), errno);
  }
  fs::path directory = file.parent_path();
  SyncDirectory(directory);
  // Those above may be as new; somebody else's need not be readable.
  while (directory.has_relative_path()) {
    directory = directory.parent_path();
    const FileDescriptor handle(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (handle) fsync(handle.get());
  }
}

void MarkUnsynced(const fs::path& file) {
  const fs::path mark = MarkOf(file);
  const FileDescriptor out(open(mark.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out) FailOnFile("create", mark.string(), errno);
  BlobFiles::Write(out, ReadStart(kBootId));
}

void RemoveUnsyncedMark(const fs::path& file) { unlink(MarkOf(file).c_str()); }

void SettleUnsynced(const fs::path& file, bool durably) {
  const fs::path mark = MarkOf(file);
  if (!IsThere(mark)) return;
  const bool same_boot = ReadStart(mark) == ReadStart(kBootId);
  if (same_boot && !durably) return;
  if (!same_boot && !IsWhole(file)) MoveAside(file);
  if (IsThere(file)) SyncStateFile(file);
  RemoveUnsyncedMark(file);
}

}  // namespace stratolite::storage
