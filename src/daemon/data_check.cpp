#include "daemon/data_check.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "daemon/world_record.hpp"
#include "storage/blob_directory.hpp"
#include "storage/data_directory.hpp"
#include "storage/state_file.hpp"
#include "storage/state_inspection.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

using storage::BlobId;
using storage::FileId;

constexpr std::string_view kDefaultWorld = "default";
/// Beyond so many of a kind the rest is counted, not listed.
constexpr std::size_t kMostOfAKind = 100;
constexpr mode_t kOthers = 077;

/// A look at one data directory. Not thread-safe.
class DataCheck {
 public:
  DataCheck(fs::path directory, const OnFinding& on_finding)
      : directory_(std::move(directory)), on_finding_(on_finding) {}

  DataSummary Run() {
    files_ = storage::ListBlobDirectory(directory_ / "blobs");
    summary_.files = files_.files.size();
    CheckWorld(std::string(kDefaultWorld), directory_);
    CheckFurtherWorlds();
    CheckFiles();
    CheckModes();
    for (const auto& [kind, count] : left_out_) {
      Tell(FindingLevel::kNote, kind, "", fmt::format("{} more like this", count));
    }
    return summary_;
  }

 private:
  void Tell(FindingLevel level, const std::string& kind, const std::string& world, std::string text,
            fs::path path = {}) {
    if (level == FindingLevel::kProblem) ++summary_.problems;
    if (level == FindingLevel::kNote) ++summary_.notes;
    on_finding_({level, kind, world, std::move(text), std::move(path)});
  }
  /// As Tell, but not for ever.
  void TellSome(FindingLevel level, const std::string& kind, const std::string& world, std::string text,
                fs::path path = {}) {
    if (++told_[kind] <= kMostOfAKind) return Tell(level, kind, world, std::move(text), std::move(path));
    if (level == FindingLevel::kProblem) ++summary_.problems;
    if (level == FindingLevel::kNote) ++summary_.notes;
    ++left_out_[kind];
  }

  void CheckWorld(const std::string& name, const fs::path& directory);
  void CheckState(const std::string& name, const fs::path& file);
  void CheckBlobs(const std::string& name, storage::StateInspection& state);
  void CheckFurtherWorlds();
  void CheckFiles();
  void CheckModes();

  const fs::path directory_;
  const OnFinding& on_finding_;
  DataSummary summary_;
  storage::BlobDirectory files_;
  /// Files that some row names.
  std::unordered_set<FileId> named_;
  /// A world cannot be read: what it refers to is not known.
  bool blind_ = false;
  std::map<std::string, std::size_t> told_;
  std::map<std::string, std::size_t> left_out_;
};

void DataCheck::CheckWorld(const std::string& name, const fs::path& directory) {
  ++summary_.worlds;
  const fs::path file = directory / "state.db";
  try {
    if (!storage::StateFileExists(file)) {
      return Tell(FindingLevel::kOk, "database", name, "nothing was ever stored here", file);
    }
    CheckState(name, file);
  } catch (const storage::StorageError& error) {
    blind_ = true;
    Tell(FindingLevel::kProblem, "damaged-database", name, error.what(), file);
  }
}

void DataCheck::CheckState(const std::string& name, const fs::path& file) {
  storage::StateInspection state(file);
  const auto damages = state.Damages();
  for (const std::string& damage : damages) {
    TellSome(FindingLevel::kProblem, "damaged-database", name, damage, file);
  }
  CheckBlobs(name, state);
  if (damages.empty()) {
    Tell(FindingLevel::kOk, "database", name,
         fmt::format("the database is sound ({} KiB)", (fs::file_size(file) + 1023) / 1024), file);
  }
}

void DataCheck::CheckBlobs(const std::string& name, storage::StateInspection& state) {
  const auto blobs = state.Blobs();
  const auto references = state.References();
  summary_.blobs += blobs.size();
  const auto refers = [&](BlobId id) {
    const auto found = references.find(id);
    return found == references.end() ? 0 : found->second;
  };
  for (const auto& [id, row] : blobs) {
    if (row.references != refers(id)) {
      TellSome(FindingLevel::kProblem, "wrong-count", name,
               fmt::format("blob {} counts {} references, {} rows refer to it", id, row.references, refers(id)));
    }
    summary_.bytes += row.size;
    if (row.file == 0) continue;
    named_.insert(row.file);
    const fs::path path = storage::BlobFiles(directory_ / "blobs", storage::Durability::kProcess).PathOf(row.file);
    const auto file = files_.files.find(row.file);
    if (file == files_.files.end()) {
      TellSome(FindingLevel::kProblem, "missing-file", name,
               fmt::format("the file of blob {} ({} bytes) is missing", id, row.size), path);
    } else if (file->second != row.size) {
      TellSome(FindingLevel::kProblem, "wrong-size", name,
               fmt::format("the file of blob {} has {} bytes instead of {}", id, file->second, row.size), path);
    }
  }
  for (const auto& [id, count] : references) {
    if (blobs.contains(id)) continue;
    TellSome(FindingLevel::kProblem, "missing-blob", name,
             fmt::format("{} rows refer to blob {}, which is not there", count, id));
  }
  for (const BlobId id : state.WrongInlineSizes()) {
    TellSome(FindingLevel::kProblem, "wrong-size", name,
             fmt::format("the bytes of blob {} are not as many as its row says", id));
  }
}

void DataCheck::CheckFurtherWorlds() {
  std::error_code error;
  std::set<fs::path> directories;
  for (const auto& item : fs::directory_iterator(directory_ / "worlds", error)) directories.insert(item.path());
  for (const fs::path& directory : directories) {
    const std::string name = directory.filename().string();
    try {
      if (!ReadWorldRecord(directory)) {
        Tell(FindingLevel::kNote, "leftover", name, "a world that was being made or deleted: the next start removes it",
             directory);
        continue;
      }
    } catch (const storage::StorageError& damage) {
      Tell(FindingLevel::kProblem, "world-record", name, damage.what(), directory / "world.json");
    }
    CheckWorld(name, directory);
  }
}

void DataCheck::CheckFiles() {
  for (const auto& [id, size] : files_.files) {
    if (named_.contains(id)) continue;
    const fs::path path = storage::BlobFiles(directory_ / "blobs", storage::Durability::kProcess).PathOf(id);
    TellSome(FindingLevel::kNote, "orphan-file", "",
             blind_ ? fmt::format("no world that can be read names this file of {} bytes", size)
                    : fmt::format("no world names this file of {} bytes: the next start removes it", size),
             path);
  }
  for (const fs::path& path : files_.drafts) {
    TellSome(FindingLevel::kNote, "draft", "", "was being written: the next start removes it", path);
  }
  for (const fs::path& path : files_.strangers) {
    TellSome(FindingLevel::kNote, "stranger", "", "Stratolite did not put this here", path);
  }
  if (files_.last > 0 && files_.next && *files_.next <= files_.last) {
    Tell(FindingLevel::kProblem, "next", "",
         fmt::format("says that {} is free, but there are files up to {}", *files_.next, files_.last),
         directory_ / "blobs/next");
  }
}

void DataCheck::CheckModes() {
  for (const fs::path& path :
       {directory_, directory_ / "state.db", directory_ / "blobs", directory_ / "worlds", directory_ / "ca/ca.key"}) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0 || (info.st_mode & kOthers) == 0) continue;
    Tell(FindingLevel::kProblem, "permissions", "",
         fmt::format("others may get at it (mode {:04o})", info.st_mode & 07777), path);
  }
}

}  // namespace

DataSummary CheckData(const fs::path& directory, std::span<const ServiceDescriptor> /*descriptors*/,
                      const OnFinding& on_finding) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) throw storage::StorageError("there is no directory " + directory.string());
  const auto held = storage::DataDirectory::Hold(directory);
  return DataCheck(held.path(), on_finding).Run();
}

}  // namespace stratolite::daemon
