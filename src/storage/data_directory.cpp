#include "storage/data_directory.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/file_descriptor.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEphemeralPrefix = "stratolite-";
/// Within it: it goes with whoever holds it. A name alone may be that of somebody's data.
constexpr std::string_view kEphemeralMark = ".stratolite-ephemeral";
/// Less is not worth being called memory: an upload or two fill it. Docker gives a container 64 MiB of /dev/shm.
constexpr std::uintmax_t kRoomyBytes = 512 * 1024 * 1024;
constexpr std::string_view kDirectoryAdvice =
    ". Name a directory that you may write to with --data-dir, or keep nothing with --ephemeral";

/// An open, locked lock file; -1: another process holds it. Throws StorageError on anything else.
int TryLock(const fs::path& directory, int flags) {
  const fs::path file = directory / "lock";
  // Close-on-exec: a workload that outlives the daemon must not go on holding its directory.
  const int fd = open(file.c_str(), O_RDWR | O_CLOEXEC | flags, 0600);
  if (fd < 0)
    throw StorageError("cannot open " + file.string() + ": " + std::strerror(errno) + kDirectoryAdvice.data());
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  const int error = errno;
  close(fd);
  if (error == EWOULDBLOCK) return -1;
  throw StorageError("cannot lock " + file.string() + ": " + std::strerror(error));
}

void WritePid(int lock) {
  const std::string pid = std::to_string(getpid()) + "\n";
  // In this order: on a full disk the room of the last pid is all there is.
  if (pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()) ||
      ftruncate(lock, static_cast<off_t>(pid.size())) != 0) {
    FailOnFile("write", "the lock file in the data directory", errno);
  }
}

std::string HolderOf(const fs::path& directory) {
  std::array<char, 32> text{};
  const int fd = open((directory / "lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "unknown";
  const ssize_t size = read(fd, text.data(), text.size() - 1);
  close(fd);
  const std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return pid.empty() ? "unknown" : pid.substr(0, pid.find('\n'));
}

bool IsMarkedEphemeral(const fs::path& path) {
  std::error_code ignored;
  return path.filename().string().starts_with(kEphemeralPrefix) && fs::exists(path / kEphemeralMark, ignored);
}

/// Removes what killed processes of this user left behind: directories of ours whose lock nobody holds.
void SweepEphemeral(const fs::path& parent) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    if (!IsMarkedEphemeral(entry.path())) continue;
    struct stat info {};
    if (lstat(entry.path().c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid()) continue;
    try {
      // Without O_CREAT: one that has no lock file yet is being made this moment.
      const int lock = TryLock(entry.path(), 0);
      if (lock < 0) continue;
      fs::remove_all(entry.path(), ignored);
      close(lock);
    } catch (const StorageError&) {
      continue;
    }
  }
}

std::vector<fs::path> EphemeralParents() {
  std::vector<fs::path> parents = {"/dev/shm"};
  for (const char* variable : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') parents.emplace_back(value);
  }
  parents.emplace_back("/tmp");
  parents.emplace_back("/var/tmp");
  return parents;
}

bool IsMemory(const fs::path& directory) {
  struct statfs info {};
  return statfs(directory.c_str(), &info) == 0 && (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC);
}

bool IsRoomy(const fs::path& directory) {
  std::error_code error;
  const fs::space_info space = fs::space(directory, error);
  return !error && space.available >= kRoomyBytes;
}

/// Those with room first.
std::vector<fs::path> ByRoom(std::vector<fs::path> parents) {
  std::stable_partition(parents.begin(), parents.end(), IsRoomy);
  return parents;
}

/// nullopt: not there.
std::optional<fs::path> MakePrivate(const fs::path& parent) {
  SweepEphemeral(parent);
  std::string path = parent / (std::string(kEphemeralPrefix) + "XXXXXX");
  if (mkdtemp(path.data()) == nullptr) return std::nullopt;
  const int mark = open((fs::path(path) / kEphemeralMark).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (mark >= 0) close(mark);
  return path;
}

}  // namespace

DataDirectory DataDirectory::Hold(const fs::path& wanted) {
  std::error_code error;
  fs::path path = fs::absolute(wanted, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // `data/`
  if (!error) fs::create_directories(path.parent_path(), error);
  if (error) throw StorageError("cannot create " + wanted.string() + ": " + error.message() + kDirectoryAdvice.data());
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw StorageError("cannot create " + path.string() + ": " + std::strerror(errno) + kDirectoryAdvice.data());
  }
  const int lock = TryLock(path, O_CREAT);
  if (lock < 0) {
    throw StorageError("the data directory " + path.string() + " is in use by process " + HolderOf(path) +
                       ". Stop that one, or choose another directory");
  }
  DataDirectory held(path, lock, IsMarkedEphemeral(path));
  WritePid(lock);
  return held;
}

DataDirectory DataDirectory::HoldEphemeral() {
  for (const fs::path& parent : ByRoom(EphemeralParents())) {
    const auto path = MakePrivate(parent);
    if (!path) continue;
    const int lock = TryLock(*path, O_CREAT);
    if (lock < 0) continue;  // somebody's sweep was quicker
    DataDirectory held(*path, lock, true);
    WritePid(lock);
    return held;
  }
  throw StorageError("no place for an ephemeral data directory: set TMPDIR to a directory that can be written");
}

fs::path MakeEphemeralOnDisk() {
  for (const fs::path& parent : ByRoom(EphemeralParents())) {
    if (IsMemory(parent)) continue;
    if (const auto path = MakePrivate(parent)) return *path;
  }
  throw StorageError(
      "no place on a disk for ephemeral state, and in memory it would go past --max-memory: set TMPDIR to a directory "
      "on a disk");
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)), ephemeral_(other.ephemeral_) {}

DataDirectory::~DataDirectory() {
  if (lock_ < 0) return;
  std::error_code ignored;
  if (ephemeral_) fs::remove_all(path_, ignored);
  close(lock_);
}

}  // namespace stratolite::storage
