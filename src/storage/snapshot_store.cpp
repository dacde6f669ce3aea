#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/blob_pool.hpp"
#include "storage/blob_rows_store.hpp"
#include "storage/file_draft.hpp"
#include "storage/snapshot_file.hpp"
#include "storage/unsynced_mark.hpp"
#include "stratolite/storage/snapshot.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxAboutBytes = 1024 * 1024;
constexpr std::string_view kPlacePrefix = "snapshot-";
/// In a work place: the path of the draft that is written elsewhere.
constexpr std::string_view kDraftNote = "draft";
constexpr std::string_view kDraftSuffix = ".partial";

/// A new directory, removed with everything in it.
class WorkPlace {
 public:
  explicit WorkPlace(const fs::path& parent) {
    std::string path = parent / (std::string(kPlacePrefix) + "XXXXXX");
    if (mkdtemp(path.data()) == nullptr) FailOnFile("create", path, errno);
    path_ = path;
  }
  WorkPlace(const WorkPlace&) = delete;
  WorkPlace& operator=(const WorkPlace&) = delete;
  ~WorkPlace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// A snapshot beside its target, so that a rename can put it there. The work place knows of it first: who finds the place of a killed process removes both.
class SnapshotDraft {
 public:
  SnapshotDraft(const WorkPlace& place, const fs::path& target)
      : path_(target.parent_path() /
              ("." + target.filename().string() + "." + place.path().filename().string() + std::string(kDraftSuffix))) {
    const fs::path note = place.path() / kDraftNote;
    const FileDescriptor out(open(note.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out) FailOnFile("create", note.string(), errno);
    BlobFiles::Write(out, path_.string());
  }
  SnapshotDraft(const SnapshotDraft&) = delete;
  SnapshotDraft& operator=(const SnapshotDraft&) = delete;
  ~SnapshotDraft() { unlink(path_.c_str()); }
  const fs::path& path() const { return path_; }

 private:
  const fs::path path_;
};

/// Whatever a note says: nothing but a draft is removed.
void RemoveNotedDraft(const fs::path& place) {
  std::ifstream in(place / kDraftNote, std::ios::binary);
  const fs::path draft(std::string{std::istreambuf_iterator<char>(in), {}});
  if (draft.is_absolute() && draft.string().ends_with(place.filename().string() + std::string(kDraftSuffix))) {
    unlink(draft.c_str());
  }
}

fs::path Absolute(const fs::path& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error);
  if (error) throw StorageError("cannot use " + path.string() + ": " + error.message());
  return absolute;
}

/// Moves within a file system; what was there is replaced.
void Rename(const fs::path& from, const fs::path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) FailOnFile("create", to.string(), errno);
  SyncDirectory(to.parent_path());
}

std::uint64_t SizeOf(const FileDescriptor& file, const std::string& name) {
  struct stat info {};
  if (fstat(file.get(), &info) != 0) FailOnFile("look at", name, errno);
  return static_cast<std::uint64_t>(info.st_size);
}

/// The files that a copy of a database names.
std::vector<FileId> FilesOf(const fs::path& directory) {
  const auto copy = Database::Open({directory, Durability::kProcess});
  return copy->Read([](Reader& reader) { return HasBlobTable(reader) ? BlobFileIds(reader) : std::vector<FileId>(); });
}

/// A snapshot's parts while they are loaded. Not thread-safe.
class SnapshotLoad {
 public:
  SnapshotLoad(const fs::path& file, const fs::path& directory, FilePool& pool)
      : reader_(file), name_(file.string()), place_(directory), pool_(pool) {}

  SnapshotSummary Run(const fs::path& directory) {
    SnapshotSummary summary;
    for (Section section = reader_.Next(); section.kind != SectionKind::kEnd; section = reader_.Next()) {
      if (section.kind == SectionKind::kAbout) {
        if (section.size > kMaxAboutBytes) throw StorageError(name_ + " is damaged: nothing was loaded");
        reader_.Read(section, [&](std::string_view piece) { summary.about.append(piece); });
      } else if (section.kind == SectionKind::kState) {
        ReadState(section);
      } else {
        ReadBlobFile(section);
      }
    }
    summary.blobs = drafts_.size();
    summary.bytes = reader_.position();
    if (has_state_) {
      NameFiles();
      // Its log went back into it when it was closed, unless the disk is full.
      if (fs::exists(place_.path() / "state.db-wal")) throw StorageError("cannot write " + directory.string());
      SyncStateFile(place_.path() / "state.db");
      Rename(place_.path() / "state.db", directory / "state.db");
    }
    for (const auto& draft : drafts_) draft->SetKept();
    return summary;
  }

 private:
  void ReadState(const Section& section) {
    const fs::path path = place_.path() / "state.db";
    const FileDescriptor out(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out) FailOnFile("create", path.string(), errno);
    reader_.Read(section, [&](std::string_view piece) { BlobFiles::Write(out, piece); });
    has_state_ = true;
  }

  void ReadBlobFile(const Section& section) {
    auto draft = std::make_unique<FileDraft>(pool_.shared_from_this());
    reader_.Read(section, [&](std::string_view piece) { draft->Write(piece); });
    draft->Publish();
    renamed_.emplace_back(section.number, draft->id());
    drafts_.push_back(std::move(draft));
  }

  /// The rows name the files as they are called here.
  void NameFiles() {
    // Power: when it is closed the disk has it.
    const auto db = Database::Open({place_.path(), Durability::kPower});
    if (!db->Read([](Reader& reader) { return HasBlobTable(reader); })) return;
    const bool complete = db->Transact([&](Txn& txn) { return RenameBlobFiles(txn, renamed_); });
    if (!complete) throw StorageError("the snapshot " + name_ + " lacks bodies that it names: nothing was loaded");
  }

  SnapshotReader reader_;
  const std::string name_;
  const WorkPlace place_;
  FilePool& pool_;
  std::vector<std::unique_ptr<FileDraft>> drafts_;
  std::vector<std::pair<FileId, FileId>> renamed_;
  bool has_state_ = false;
};

}  // namespace

SnapshotSummary SaveSnapshot(Database& db, BlobPool& pool, const fs::path& file, std::string_view about) {
  if (about.size() > kMaxAboutBytes) throw StorageError("what a snapshot says about itself is longer than 1 MiB");
  const fs::path target = Absolute(file);
  auto& files = static_cast<FilePool&>(pool);
  const WorkPlace place(files.directory());
  const SnapshotDraft draft(place, target);
  // Whatever the copy names stays until it is in the snapshot.
  const auto hold = pool.HoldFiles();
  db.CopyTo(place.path());
  SnapshotSummary summary;
  summary.about = about;
  SnapshotWriter writer(draft.path());
  writer.Add(SectionKind::kAbout, 0, about);
  const fs::path state = place.path() / "state.db";
  if (const FileDescriptor in(open(state.c_str(), O_RDONLY | O_CLOEXEC)); in) {
    const std::vector<FileId> named = FilesOf(place.path());
    writer.AddFile(SectionKind::kState, 0, in, SizeOf(in, state.string()));
    for (const FileId id : named) {
      const FileDescriptor body = files.files().Open(id);
      writer.AddFile(SectionKind::kBlob, id, body, SizeOf(body, "a blob's file"));
    }
    summary.blobs = named.size();
  } else if (errno != ENOENT) {
    FailOnFile("open", state.string(), errno);
  }
  summary.bytes = writer.Finish();
  Rename(draft.path(), target);
  return summary;
}

SnapshotSummary LoadSnapshot(const fs::path& file, const fs::path& directory, BlobPool& pool) {
  const fs::path target = Absolute(directory);
  if (fs::exists(target / "state.db")) throw StorageError(target.string() + " holds a world already");
  return SnapshotLoad(file, target, static_cast<FilePool&>(pool)).Run(target);
}

void RemoveUnfinishedSnapshots(const fs::path& directory) {
  std::error_code ignored;
  std::vector<fs::path> places;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    if (entry.path().filename().string().starts_with(kPlacePrefix)) places.push_back(entry.path());
  }
  for (const fs::path& place : places) {
    RemoveNotedDraft(place);
    fs::remove_all(place, ignored);
  }
}

std::string ReadSnapshotAbout(const fs::path& file) {
  SnapshotReader reader(file);
  const Section section = reader.Next();
  std::string about;
  if (section.kind == SectionKind::kAbout && section.size <= kMaxAboutBytes) {
    reader.Read(section, [&](std::string_view piece) { about.append(piece); });
  }
  return about;
}

}  // namespace stratolite::storage
