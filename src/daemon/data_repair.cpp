#include "daemon/data_repair.hpp"

#include <fstream>
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
#include "runtime/random_source.hpp"
#include "storage/blob_directory.hpp"
#include "storage/data_directory.hpp"
#include "storage/state_file.hpp"
#include "storage/state_inspection.hpp"
#include "storage/state_log.hpp"
#include "storage/state_salvage.hpp"
#include "storage/unsynced_mark.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/blob_uses.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

using storage::BlobId;
using storage::FileId;
using storage::StorageError;

constexpr fs::perms kForOthers = fs::perms::group_all | fs::perms::others_all;

/// `20261121T215400Z`.
std::string Stamp(TimePoint now) {
  std::string stamp = FormatIso8601(now);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return stamp;
}

/// The directory that things are moved to, made when there is something. Not thread-safe.
class AsidePlace {
 public:
  AsidePlace(fs::path data, TimePoint now, const OnFinding& on_finding)
      : data_(std::move(data)), place_(data_ / ("repaired-" + Stamp(now))), on_finding_(on_finding) {}

  /// Keeps its path below the data directory.
  fs::path PathFor(const fs::path& from) {
    Make();
    fs::path to = place_ / from.lexically_relative(data_);
    fs::create_directories(to.parent_path());
    for (int n = 2; fs::exists(to); ++n) to = fs::path(to) += fmt::format(".{}", n);
    return to;
  }
  void Move(const fs::path& from) { fs::rename(from, PathFor(from)); }
  /// Both names lead to it until the old one is replaced, so that there is no moment without.
  void Keep(const fs::path& from) {
    const fs::path to = PathFor(from);
    std::error_code error;
    fs::create_hard_link(from, to, error);
    if (error) fs::copy_file(from, to);
  }
  void Say(FindingLevel level, const std::string& world, std::string text, const fs::path& path = {}) {
    Make();
    log_ << (world.empty() ? "" : "world " + world + ": ") << text << (path.empty() ? "" : " [" + path.string() + "]")
         << std::endl;
    on_finding_({level, "repaired", world, std::move(text), path});
  }
  void Forgotten(const std::string& world, Json about) {
    Make();
    about["world"] = world;
    std::ofstream(place_ / "forgotten.jsonl", std::ios::app)
        << about.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }
  bool made() const { return made_; }
  const fs::path& path() const { return place_; }

 private:
  void Make() {
    if (made_) return;
    while (!fs::create_directory(place_)) place_ += "x";
    fs::permissions(place_, fs::perms::owner_all);
    log_.open(place_ / "repair.log", std::ios::app);
    made_ = true;
  }

  const fs::path data_;
  fs::path place_;
  const OnFinding& on_finding_;
  std::ofstream log_;
  bool made_ = false;
};

/// One repair. Not thread-safe.
class DataRepair {
 public:
  DataRepair(fs::path directory, std::span<const ServiceDescriptor> descriptors, TimePoint now,
             const OnFinding& on_finding)
      : directory_(std::move(directory)), descriptors_(descriptors), now_(now), aside_(directory_, now, on_finding) {}

  /// While the directory is held: what must be sound before it can be opened.
  void MendFiles() {
    worlds_.emplace_back(kDefaultWorld, directory_);
    MendState(std::string(kDefaultWorld), directory_);
    MendFurtherWorlds();
    MendAuthority();
    MendModes();
  }
  /// Opens every world, and holds the directory by that.
  void MendRows();

  const AsidePlace& aside() const { return aside_; }

 private:
  void MendFurtherWorlds();
  void MendRecord(const std::string& name, const fs::path& world);
  void MendState(const std::string& name, const fs::path& world);
  bool NeedsSalvage(const fs::path& file, std::string& why) const;
  void Salvage(const std::string& name, const fs::path& file);
  void MendAuthority();
  void MendModes();
  std::unordered_set<BlobId> FindLost(storage::Database& db, const storage::BlobDirectory& files,
                                      std::unordered_set<FileId>& broken) const;
  void Forget(const std::string& name, World& world, const std::unordered_set<BlobId>& lost);
  void Recount(const std::string& name, storage::Txn& txn);
  void MoveUnnamedFiles(const storage::BlobDirectory& files);

  const fs::path directory_;
  const std::span<const ServiceDescriptor> descriptors_;
  const TimePoint now_;
  AsidePlace aside_;
  std::vector<std::pair<std::string, fs::path>> worlds_;
  std::unordered_set<FileId> named_;
  /// A database that stays as it is: what it refers to is not known.
  bool blind_ = false;
};

void DataRepair::MendFurtherWorlds() {
  std::error_code absent;
  std::set<fs::path> directories;
  for (const auto& item : fs::directory_iterator(directory_ / "worlds", absent)) directories.insert(item.path());
  for (const fs::path& world : directories) {
    const std::string name = world.filename().string();
    try {
      if (!ReadWorldRecord(world)) {
        // The next start would remove it.
        aside_.Say(FindingLevel::kNote, name, "has no record: moved aside", world);
        aside_.Move(world);
        continue;
      }
    } catch (const StorageError&) {
      MendRecord(name, world);
    }
    worlds_.emplace_back(name, world);
    MendState(name, world);
  }
}

void DataRepair::MendRecord(const std::string& name, const fs::path& world) {
  runtime::SystemRandom random;
  WorldRecord record;
  record.name = name;
  record.account = AccountId("000000000000");
  GiveNewKey(record, random);
  record.created = now_;
  aside_.Keep(world / "world.json");
  WriteWorldRecord(world, record, true);
  aside_.Say(FindingLevel::kNote, name,
             fmt::format("its record was damaged: it has the new access key {} ('stratolite worlds show {}')",
                         record.access_key_id, name),
             world / "world.json");
}

bool DataRepair::NeedsSalvage(const fs::path& file, std::string& why) const {
  try {
    if (storage::FindLogDamage(file)) {
      why = "its log is damaged";
      return true;
    }
    if (!storage::StateFileExists(file)) return false;
    const auto damages = storage::StateInspection(file).Damages();
    if (!damages.empty()) why = damages.front();
    return !damages.empty();
  } catch (const StorageError& error) {
    why = error.what();
    return true;
  }
}

void DataRepair::MendState(const std::string& name, const fs::path& world) {
  const fs::path file = world / "state.db";
  if (storage::IsNewerState(file)) {
    blind_ = true;
    return aside_.Say(FindingLevel::kProblem, name, "was written by a newer version: it stays as it is", file);
  }
  std::string why;
  if (!NeedsSalvage(file, why)) return;
  aside_.Say(FindingLevel::kNote, name, "the database is damaged: " + why, file);
  Salvage(name, file);
}

void DataRepair::Salvage(const std::string& name, const fs::path& file) {
  const fs::path log = fs::path(file) += "-wal";
  const fs::path work = file.parent_path() / "salvage";
  fs::remove_all(work);
  fs::create_directory(work);
  bool saved = false;
  if (fs::exists(file)) {
    aside_.Keep(file);
    saved = storage::SalvageState(file, work, [&](const storage::SalvagedTable& table) {
      aside_.Say(FindingLevel::kNote, name,
                 fmt::format("table {}: {} rows saved{}", table.name, table.rows,
                             table.gaps == 0 ? "" : fmt::format(", rows at {} places are lost", table.gaps)));
    });
  }
  if (saved) storage::SyncStateFile(work / "state.db");
  // The log must not meet the new database.
  if (fs::exists(log)) aside_.Move(log);
  if (saved) {
    fs::rename(work / "state.db", file);
  } else {
    aside_.Say(FindingLevel::kNote, name, "nothing can be read of the database: it begins empty", file);
    std::error_code absent;
    fs::remove(file, absent);
  }
  storage::SyncDirectory(file.parent_path());
  fs::remove_all(work);
}

void DataRepair::MendAuthority() {
  const fs::path authority = directory_ / "ca";
  if (!fs::exists(authority)) return;
  try {
    http::CertificateAuthority(authority).Pem();
  } catch (const std::exception& error) {
    aside_.Say(FindingLevel::kNote, "", std::string(error.what()) + ": moved aside, clients must trust the new one",
               authority);
    aside_.Move(authority);
  }
}

void DataRepair::MendModes() {
  for (const fs::path& path : PrivatePaths(directory_)) {
    std::error_code absent;
    const auto status = fs::status(path, absent);
    if (absent || (status.permissions() & kForOthers) == fs::perms::none) continue;
    fs::permissions(path, kForOthers, fs::perm_options::remove);
    aside_.Say(FindingLevel::kNote, "", "others could get at it: not any more", path);
  }
}

std::unordered_set<BlobId> DataRepair::FindLost(storage::Database& db, const storage::BlobDirectory& files,
                                                std::unordered_set<FileId>& broken) const {
  std::vector<const ServiceDescriptor*> services;
  for (const ServiceDescriptor& descriptor : descriptors_) {
    if (descriptor.blob_uses != nullptr && descriptor.make != nullptr) services.push_back(&descriptor);
  }
  std::unordered_set<BlobId> lost;
  db.Read([&](storage::Reader& reader) {
    for (const auto& [id, defect] : InspectBlobContents(directory_ / "blobs", reader, files, services).defects) {
      lost.insert(id);
      if (defect.file != 0) broken.insert(defect.file);
    }
  });
  return lost;
}

void DataRepair::Forget(const std::string& name, World& world, const std::unordered_set<BlobId>& lost) {
  std::uint64_t count = 0;
  const auto on_forgotten = [&](const Json& about) {
    ++count;
    aside_.Forgotten(name, about);
  };
  world.deps().db.Transact([&](storage::Txn& txn) {
    for (const ServiceDescriptor& descriptor : descriptors_) {
      if (descriptor.blob_uses != nullptr && descriptor.make != nullptr) {
        descriptor.blob_uses->forget(txn, lost, on_forgotten);
      }
    }
  });
  if (count == 0 && lost.empty()) return;
  aside_.Say(FindingLevel::kNote, name,
             fmt::format("the bytes of {} blobs are lost: {} things that cannot be read without are listed in {}",
                         lost.size(), count, (aside_.path() / "forgotten.jsonl").string()));
}

void DataRepair::Recount(const std::string& name, storage::Txn& txn) {
  if (!storage::HasBlobTable(txn)) return;
  const auto references = storage::CountBlobReferences(txn);
  std::uint64_t corrected = 0;
  std::uint64_t unused = 0;
  for (const auto& [id, row] : storage::AllBlobs(txn)) {
    const auto found = references.find(id);
    const std::int64_t count = found == references.end() ? 0 : found->second;
    if (count == 0) {
      if (row.file == 0) {
        storage::ReadBlob(txn, id, [&](const storage::BlobRow&, std::string_view body) {
          const fs::path to = aside_.PathFor(directory_ / "inline" / name / std::to_string(id));
          std::ofstream(to, std::ios::binary).write(body.data(), static_cast<std::streamsize>(body.size()));
        });
      }
      storage::DeleteBlob(txn, id);
      ++unused;
    } else {
      if (count != row.references) {
        storage::SetBlobReferences(txn, id, count);
        ++corrected;
      }
      if (row.file != 0) named_.insert(row.file);
    }
  }
  if (corrected > 0) {
    aside_.Say(FindingLevel::kNote, name, fmt::format("the counts of {} blobs were corrected", corrected));
  }
  if (unused > 0) {
    aside_.Say(FindingLevel::kNote, name, fmt::format("{} blobs that nothing refers to were moved aside", unused));
  }
}

void DataRepair::MendRows() {
  const storage::BlobDirectory files = storage::ListBlobDirectory(directory_ / "blobs");
  std::unique_ptr<World> holder;
  std::unordered_set<FileId> broken;
  for (const auto& [name, directory] : worlds_) {
    try {
      WorldOptions options;
      options.storage.directory = directory;
      options.storage.durability = storage::Durability::kPower;
      auto world = World::Open(options, descriptors_);
      storage::Database& db = world->deps().db;
      if (db.Exists()) {
        // Their tables come in this version.
        for (const ServiceDescriptor& descriptor : descriptors_) world->FindService(descriptor.name);
        const auto lost = FindLost(db, files, broken);
        Forget(name, *world, lost);
        db.Transact([&](storage::Txn& txn) { Recount(name, txn); });
      }
      if (name == kDefaultWorld) holder = std::move(world);
    } catch (const StorageError& error) {
      blind_ = true;
      aside_.Say(FindingLevel::kProblem, name, error.what(), directory / "state.db");
    }
  }
  // The files of bodies that are wrong go aside even where something unknown still names them.
  for (const FileId id : broken) named_.erase(id);
  MoveUnnamedFiles(files);
}

void DataRepair::MoveUnnamedFiles(const storage::BlobDirectory& files) {
  const storage::BlobFiles pool(directory_ / "blobs", storage::Durability::kPower);
  if (files.last > 0 && files.next && *files.next <= files.last) {
    pool.Reserve(files.last + 1, 1);
    aside_.Say(FindingLevel::kNote, "", fmt::format("numbers up to {} count as taken", files.last),
               directory_ / "blobs/next");
  }
  // As long as one cannot be read, files may be its.
  if (blind_) return;
  std::uint64_t moved = 0;
  for (const auto& [id, size] : files.files) {
    if (named_.contains(id)) continue;
    aside_.Move(pool.PathOf(id));
    ++moved;
  }
  for (const fs::path& draft : files.drafts) {
    aside_.Move(draft);
    ++moved;
  }
  if (moved > 0)
    aside_.Say(FindingLevel::kNote, "", fmt::format("{} files that nothing names were moved aside", moved));
}

}  // namespace

DataSummary RepairData(const fs::path& directory, std::span<const ServiceDescriptor> descriptors, TimePoint now,
                       const OnFinding& on_finding) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) throw StorageError("there is no directory " + directory.string());
  DataSummary summary;
  const OnFinding counting = [&](const Finding& finding) {
    if (finding.level == FindingLevel::kProblem) ++summary.problems;
    if (finding.level == FindingLevel::kNote) ++summary.notes;
    on_finding(finding);
  };
  try {
    auto held = std::make_unique<storage::DataDirectory>(storage::DataDirectory::Hold(directory));
    const fs::path path = held->path();
    if (held->ephemeral()) {
      held->Keep();
      throw StorageError(path.string() + " was left by a daemon with --ephemeral: the next one removes it");
    }
    DataRepair repair(path, descriptors, now, counting);
    repair.MendFiles();
    held.reset();
    repair.MendRows();
    if (repair.aside().made()) {
      counting({FindingLevel::kOk, "repaired", "", "what was moved aside, and a log", repair.aside().path()});
    } else {
      counting({FindingLevel::kOk, "repaired", "", "there was nothing to repair", path});
    }
  } catch (const fs::filesystem_error& failure) {
    throw StorageError(failure.what());
  }
  return summary;
}

}  // namespace stratolite::daemon
