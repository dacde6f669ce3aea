#include "storage/state_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "storage/connection.hpp"
#include "storage/unsynced_mark.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

/// "StrL" in SQLite's application_id, and the layout's number in its user_version. Owners' tables have numbers of their own.
constexpr std::uint32_t kApplicationId = 0x5374724C;
constexpr std::uint32_t kFormat = 1;
constexpr std::string_view kAdvice =
    ": put a backup in its place, or run 'stratolite doctor --repair', which keeps it aside and saves what can be read";

/// https://www.sqlite.org/fileformat2.html#the_database_header
constexpr std::size_t kHeaderSize = 100;
using Header = std::array<unsigned char, kHeaderSize>;

std::uint32_t BigEndian32(const Header& header, std::size_t at) {
  return static_cast<std::uint32_t>(header[at]) << 24 | static_cast<std::uint32_t>(header[at + 1]) << 16 |
         static_cast<std::uint32_t>(header[at + 2]) << 8 | header[at + 3];
}

std::uint64_t PageSize(const Header& header) {
  const std::uint32_t size = static_cast<std::uint32_t>(header[16]) << 8 | header[17];
  return size == 1 ? 65536 : size;
}

Header ReadHeader(const fs::path& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw StorageError("cannot open " + file.string() + ": " + std::strerror(errno));
  Header header{};
  const ssize_t size = pread(fd, header.data(), header.size(), 0);
  close(fd);
  if (size == 0)
    throw StorageError(file.string() + " is empty, which Stratolite never leaves behind" + std::string(kAdvice));
  if (size != static_cast<ssize_t>(header.size()) || std::memcmp(header.data(), "SQLite format 3", 16) != 0) {
    throw StorageError(file.string() + " is damaged or not a database" + std::string(kAdvice));
  }
  return header;
}

fs::path LogOf(const fs::path& file) { return fs::path(file) += "-wal"; }

}  // namespace

bool StateFileExists(const fs::path& file) {
  struct stat info {};
  const bool has_log = stat(LogOf(file).c_str(), &info) == 0 && info.st_size > 0;
  if (stat(file.c_str(), &info) != 0) {
    if (errno != ENOENT) throw StorageError("cannot look at " + file.string() + ": " + std::strerror(errno));
    if (has_log) throw StorageError(file.string() + " is gone, but its log is there" + std::string(kAdvice));
    return false;
  }
  const Header header = ReadHeader(file);
  if (BigEndian32(header, 68) != kApplicationId) {
    throw StorageError(file.string() + " is a database of another program: choose another data directory");
  }
  if (const std::uint32_t format = BigEndian32(header, 60); format > kFormat) {
    throw StorageError(file.string() + " has format " + std::to_string(format) + ", this version knows " +
                       std::to_string(kFormat) +
                       ": use the newer version of Stratolite that wrote it, or another data directory");
  }
  // With a log the missing pages may be in there; then SQLite compares when it has read it.
  const std::uint64_t expected = PageSize(header) * BigEndian32(header, 28);
  if (!has_log && static_cast<std::uint64_t>(info.st_size) < expected) {
    throw StorageError(file.string() + " was cut short: it has " + std::to_string(info.st_size) + " of " +
                       std::to_string(expected) + " bytes" + std::string(kAdvice));
  }
  return true;
}

bool IsNewerState(const fs::path& file) noexcept {
  try {
    const Header header = ReadHeader(file);
    return BigEndian32(header, 68) == kApplicationId && BigEndian32(header, 60) > kFormat;
  } catch (const std::exception&) {
    return false;
  }
}

void CreateStateFile(const fs::path& file, bool durably) {
  const fs::path draft = fs::path(file) += ".new";
  std::error_code error;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(fs::path(draft) += suffix, error);
  // Made here for its mode, which SQLite gives to the log and its index as well.
  const int fd = open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) throw StorageError("cannot create " + draft.string() + ": " + std::strerror(errno));
  close(fd);
  {
    Connection connection(draft, Connection::Mode::kReadWrite);
    // Nothing to roll back to and nothing worth an fsync yet.
    connection.ExecuteScript(
        "PRAGMA page_size = " + std::to_string(kPageSize) +
        "; PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA application_id = " +
        std::to_string(kApplicationId) + "; PRAGMA user_version = " + std::to_string(kFormat) +
        ";"
        "CREATE TABLE stratolite_schema (owner TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL);"
        "PRAGMA journal_mode = WAL");
  }
  // First: a process that is killed before it has synced leaves the mark, and the next one does it.
  MarkUnsynced(file);
  if (durably) SyncStateFile(draft);
  if (rename(draft.c_str(), file.c_str()) != 0) {
    throw StorageError("cannot create " + file.string() + ": " + std::strerror(errno));
  }
  if (!durably) return;
  SyncDirectory(file.parent_path());
  RemoveUnsyncedMark(file);
}

}  // namespace stratolite::storage
