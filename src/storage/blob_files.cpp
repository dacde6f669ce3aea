#include "storage/blob_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <string>

#include "storage/disk_room.hpp"
#include "storage/unsynced_mark.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

/// Neighbours share a folder: the first file of a folder costs a disk many times what the next ones do.
constexpr FileId kFilesInARow = 1024;

std::string FolderName(int number) {
  constexpr std::string_view kHex = "0123456789abcdef";
  return {kHex[static_cast<std::size_t>(number) / 16], kHex[static_cast<std::size_t>(number) % 16]};
}

std::optional<FileId> ParseId(std::string_view name) {
  FileId id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (error != std::errc() || end != name.data() + name.size() || id <= 0) return std::nullopt;
  return id;
}

void ListFolder(const fs::path& folder, std::vector<FileId>& out) {
  const std::unique_ptr<DIR, int (*)(DIR*)> handle(opendir(folder.c_str()), &closedir);
  if (!handle) {
    if (errno == ENOENT) return;
    FailOnFile("list", folder.string(), errno);
  }
  while (const dirent* entry = readdir(handle.get())) {
    if (const auto id = ParseId(entry->d_name)) out.push_back(*id);
  }
}

}  // namespace

BlobFiles::BlobFiles(fs::path root, Durability durability) : root_(std::move(root)), durability_(durability) {}

fs::path BlobFiles::DraftPath(FileId id) const { return root_ / "tmp" / std::to_string(id); }
fs::path BlobFiles::FolderOf(FileId id) const {
  return root_ / FolderName(static_cast<int>(id / kFilesInARow % kFolders));
}
fs::path BlobFiles::PathOf(FileId id) const { return FolderOf(id) / std::to_string(id); }

void BlobFiles::MakeFolder(const fs::path& folder) const {
  for (const fs::path& path : {root_, folder}) {
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) FailOnFile("create", path.string(), errno);
  }
}

void BlobFiles::SyncFolderOf(FileId id) const {
  SyncDirectory(FolderOf(id));
  std::atomic<bool>& known = known_durable_[static_cast<std::size_t>(id / kFilesInARow % kFolders)];
  if (known.load(std::memory_order_acquire)) return;
  SyncDirectory(root_);
  known.store(true, std::memory_order_release);
}

std::optional<FileId> BlobFiles::ReadNext() const {
  const fs::path path = root_ / "next";
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    if (errno == ENOENT) return std::nullopt;
    FailOnFile("open", path.string(), errno);
  }
  std::array<char, 32> text{};
  const ssize_t size = read(file.get(), text.data(), text.size());
  if (size < 0) FailOnFile("read", path.string(), errno);
  // Empty or torn by a power cut: as if it were not there.
  std::string_view line(text.data(), static_cast<std::size_t>(size));
  if (!line.ends_with('\n')) return std::nullopt;
  line.remove_suffix(1);
  return ParseId(line);
}

FileId BlobFiles::Reserve(FileId at_least, FileId count) const {
  std::optional<FileId> next = ReadNext();
  if (!next) {
    const Listing there = List();
    next = 1;
    for (const auto* ids : {&there.files, &there.drafts}) {
      for (const FileId id : *ids) next = std::max(*next, id + 1);
    }
  }
  const FileId first = std::max(*next, at_least);
  MakeFolder(root_ / "tmp");
  const fs::path draft = root_ / "next.new";
  const fs::path path = root_ / "next";
  FileDescriptor file(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) FailOnFile("create", draft.string(), errno);
  Write(file, std::to_string(first + count) + "\n");
  // With either durability: numbers that are given out twice would mix up bodies, and this is once in so many.
  if (fdatasync(file.get()) != 0) FailOnFile("write", draft.string(), errno);
  if (rename(draft.c_str(), path.c_str()) != 0) FailOnFile("create", path.string(), errno);
  SyncDirectory(root_);
  SyncDirectory(root_.parent_path());
  return first;
}

FileDescriptor BlobFiles::Create(FileId id) const {
  const fs::path path = DraftPath(id);
  for (bool again = false;; again = true) {
    FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file) return file;
    if (errno != ENOENT || again) FailOnFile("create", path.string(), errno);
    MakeFolder(path.parent_path());
  }
}

void BlobFiles::Write(const FileDescriptor& file, std::string_view bytes) {
  // A body must not take the room that deleting one needs.
  if (FreeBytes(file.get()) < static_cast<std::int64_t>(bytes.size())) FailOnFile("write", "a file", ENOSPC);
  while (!bytes.empty()) {
    const ssize_t count = write(file.get(), bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      FailOnFile("write", "a blob's file", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void BlobFiles::Publish(FileId id, FileDescriptor file) const {
  const fs::path draft = DraftPath(id);
  const fs::path path = PathOf(id);
  if (durability_ == Durability::kPower && fdatasync(file.get()) != 0) FailOnFile("write", draft.string(), errno);
  file.Close();
  if (rename(draft.c_str(), path.c_str()) != 0) {
    if (errno != ENOENT) FailOnFile("create", path.string(), errno);
    MakeFolder(path.parent_path());
    if (rename(draft.c_str(), path.c_str()) != 0) FailOnFile("create", path.string(), errno);
  }
  if (durability_ == Durability::kPower) SyncFolderOf(id);
}

void BlobFiles::RemoveDraft(FileId id) const noexcept { unlink(DraftPath(id).c_str()); }

FileDescriptor BlobFiles::Open(FileId id) const {
  const fs::path path = PathOf(id);
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file) return file;
  if (errno != ENOENT) FailOnFile("open", path.string(), errno);
  throw StorageError(path.string() + " is missing: stop the daemon and run 'stratolite doctor --check'");
}

bool BlobFiles::Remove(FileId id) const noexcept { return unlink(PathOf(id).c_str()) == 0; }

BlobFiles::Listing BlobFiles::List() const {
  Listing out;
  std::error_code ignored;
  if (!fs::exists(root_, ignored)) return out;
  for (int folder = 0; folder < kFolders; ++folder) ListFolder(root_ / FolderName(folder), out.files);
  ListFolder(root_ / "tmp", out.drafts);
  return out;
}

}  // namespace stratolite::storage
