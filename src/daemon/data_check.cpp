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

#include "daemon/data_contents.hpp"
#include "daemon/world_record.hpp"
#include "http/certificate_authority.hpp"
#include "storage/blob_directory.hpp"
#include "storage/data_directory.hpp"
#include "storage/state_file.hpp"
#include "storage/state_inspection.hpp"
#include "storage/state_log.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

using storage::BlobId;
using storage::FileId;

/// Beyond so many of a kind the rest is counted, not listed.
constexpr std::size_t kMostOfAKind = 100;
constexpr mode_t kOthers = 077;

/// The advice is to come here.
std::string WithoutAdvice(const std::string& message) {
  return message.substr(0, message.find(". The file is damaged"));
}

/// Owners of tables and how many steps this binary has for them: those of a world that was just made.
std::map<std::string, std::int64_t> KnownVersions(std::span<const ServiceDescriptor> descriptors) {
  const auto probe = World::Open({}, descriptors);
  for (const ServiceDescriptor& descriptor : descriptors) probe->FindService(descriptor.name);
  probe->deps().blobs.OpenReader();
  std::map<std::string, std::int64_t> versions;
  probe->deps().db.Read([&](storage::Reader& reader) { versions = storage::SchemaVersions(reader); });
  return versions;
}

/// A look at one data directory. Not thread-safe.
class DataCheck {
 public:
  DataCheck(fs::path directory, std::span<const ServiceDescriptor> descriptors, const OnFinding& on_finding)
      : directory_(std::move(directory)),
        descriptors_(descriptors),
        known_versions_(KnownVersions(descriptors)),
        on_finding_(on_finding) {}

  DataSummary Run() {
    files_ = storage::ListBlobDirectory(directory_ / "blobs");
    summary_.files = files_.files.size();
    CheckWorld(std::string(kDefaultWorld), directory_);
    CheckFurtherWorlds();
    CheckFiles();
    CheckAuthority();
    CheckLeftovers();
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
  void CheckVersions(const std::string& name, const std::map<std::string, std::int64_t>& versions,
                     const fs::path& file);
  void CheckBlobs(const std::string& name, storage::StateInspection& state,
                  const std::map<std::string, std::int64_t>& versions);
  void CheckAuthority();
  void CheckLeftovers();
  void CheckFurtherWorlds();
  void CheckFiles();
  void CheckModes();

  const fs::path directory_;
  const std::span<const ServiceDescriptor> descriptors_;
  const std::map<std::string, std::int64_t> known_versions_;
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
    if (const auto damage = storage::FindLogDamage(file)) {
      blind_ = true;
      Tell(FindingLevel::kProblem, "damaged-log", name,
           fmt::format("the log is damaged at its page {}: {} transactions behind it are not read", damage->page,
                       damage->transactions_behind),
           fs::path(file) += "-wal");
    }
    if (!storage::StateFileExists(file)) {
      return Tell(FindingLevel::kOk, "database", name, "nothing was ever stored here", file);
    }
    CheckState(name, file);
  } catch (const storage::StorageError& error) {
    blind_ = true;
    Tell(FindingLevel::kProblem, "damaged-database", name, WithoutAdvice(error.what()), file);
  }
}

void DataCheck::CheckState(const std::string& name, const fs::path& file) {
  storage::StateInspection state(file);
  const auto damages = state.Damages();
  for (const std::string& damage : damages) {
    TellSome(FindingLevel::kProblem, "damaged-database", name, damage, file);
  }
  blind_ = blind_ || !damages.empty();
  const auto versions = state.Versions();
  CheckVersions(name, versions, file);
  CheckBlobs(name, state, versions);
  if (damages.empty()) {
    Tell(FindingLevel::kOk, "database", name,
         fmt::format("the database is sound ({} KiB)", (fs::file_size(file) + 1023) / 1024), file);
  }
}

void DataCheck::CheckVersions(const std::string& name, const std::map<std::string, std::int64_t>& versions,
                              const fs::path& file) {
  for (const auto& [owner, version] : versions) {
    const auto known = known_versions_.find(owner);
    if (known == known_versions_.end() || version <= known->second) continue;
    Tell(FindingLevel::kProblem, "newer", name,
         fmt::format(
             "holds tables of {} in version {}, this version of Stratolite knows {}: use the one that wrote them",
             owner, version, known->second),
         file);
  }
}

void DataCheck::CheckBlobs(const std::string& name, storage::StateInspection& state,
                           const std::map<std::string, std::int64_t>& versions) {
  std::vector<const ServiceDescriptor*> services;
  for (const ServiceDescriptor& descriptor : descriptors_) {
    const std::string owner(descriptor.name);
    const auto version = versions.find(owner);
    const auto known = known_versions_.find(owner);
    const bool same = version != versions.end() && known != known_versions_.end() && version->second == known->second;
    if (descriptor.blob_uses != nullptr && same) services.push_back(&descriptor);
  }
  const BlobContents contents = InspectBlobContents(directory_ / "blobs", state.reader(), files_, services);
  summary_.blobs += contents.rows.size();
  summary_.verified += contents.verified;
  for (const auto& [id, row] : contents.rows) {
    summary_.bytes += row.size;
    if (row.file != 0) named_.insert(row.file);
    const auto found = contents.references.find(id);
    const std::int64_t count = found == contents.references.end() ? 0 : found->second;
    if (row.references == count) continue;
    TellSome(FindingLevel::kProblem, "wrong-count", name,
             fmt::format("blob {} counts {} references, {} rows refer to it", id, row.references, count));
  }
  for (const std::string& damage : contents.damaged_uses) {
    TellSome(FindingLevel::kProblem, "damaged-rows", name, damage);
  }
  for (const auto& [id, defect] : contents.defects) {
    TellSome(FindingLevel::kProblem, defect.kind, name,
             defect.names.empty() ? defect.text : fmt::format("{}: {}", fmt::join(defect.names, ", "), defect.text),
             defect.path);
  }
}

void DataCheck::CheckFurtherWorlds() {
  std::error_code error;
  std::set<fs::path> directories;
  for (const auto& item : fs::directory_iterator(directory_ / "worlds", error)) directories.insert(item.path());
  for (const fs::path& directory : directories) {
    const std::string name = directory.filename().string();
    if (!IsWorldName(name)) {
      Tell(FindingLevel::kNote, "aside", "", "what a start moved aside; yours to remove", directory);
      continue;
    }
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

void DataCheck::CheckAuthority() {
  const fs::path authority = directory_ / "ca";
  std::error_code absent;
  if (!fs::exists(authority, absent)) return;
  try {
    http::CertificateAuthority(authority).Pem();
    Tell(FindingLevel::kOk, "authority", "", "the certificate authority can be used", authority);
  } catch (const std::exception& error) {
    Tell(FindingLevel::kProblem, "authority", "", error.what(), authority);
  }
}

void DataCheck::CheckLeftovers() {
  std::error_code absent;
  for (const auto& item : fs::directory_iterator(directory_, absent)) {
    const std::string name = item.path().filename().string();
    const bool work = name.starts_with("snapshot-") || name.starts_with(".ca-") || name == "loading" ||
                      name == "salvage" || name == "state.db.new";
    if (work) Tell(FindingLevel::kNote, "leftover", "", "a process was killed while it used this", item.path());
    if (name.starts_with("repaired-")) {
      Tell(FindingLevel::kNote, "repaired", "", "what 'doctor --repair' moved aside; yours to remove", item.path());
    }
  }
}

void DataCheck::CheckModes() {
  for (const fs::path& path : PrivatePaths(directory_)) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0 || (info.st_mode & kOthers) == 0) continue;
    Tell(FindingLevel::kProblem, "permissions", "",
         fmt::format("others may get at it (mode {:04o})", info.st_mode & 07777), path);
  }
}

}  // namespace

DataSummary CheckData(const fs::path& directory, std::span<const ServiceDescriptor> descriptors,
                      const OnFinding& on_finding) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) throw storage::StorageError("there is no directory " + directory.string());
  auto held = storage::DataDirectory::Hold(directory);
  held.Keep();
  return DataCheck(held.path(), descriptors, on_finding).Run();
}

}  // namespace stratolite::daemon
