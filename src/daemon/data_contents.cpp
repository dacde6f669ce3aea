#include "daemon/data_contents.hpp"

#include <algorithm>
#include <memory>
#include <system_error>
#include <unordered_set>

#include <fmt/format.h>

#include "stratolite/base/checksums.hpp"
#include "stratolite/service/blob_uses.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

using storage::BlobId;

constexpr std::size_t kReadBytes = 1024 * 1024;

/// A look at the blobs of one world. Not thread-safe.
class ContentsLook {
 public:
  ContentsLook(const fs::path& blobs, storage::Reader& reader, const storage::BlobDirectory& files)
      : reader_(reader), files_(files), pool_(blobs, storage::Durability::kProcess) {}

  BlobContents Run(std::span<const ServiceDescriptor* const> services) {
    contents_.rows = storage::AllBlobs(reader_);
    contents_.references = storage::CountBlobReferences(reader_);
    for (const auto& [id, row] : contents_.rows) CheckFile(id, row);
    for (const auto& [id, count] : contents_.references) {
      if (contents_.rows.contains(id)) continue;
      contents_.defects[id] = {
          "missing-blob", fmt::format("{} rows refer to blob {}, which is not there", count, id), {}, 0, {}};
    }
    for (const BlobId id : storage::WrongInlineSizes(reader_)) {
      contents_.defects[id] = {
          "wrong-size", fmt::format("blob {} has not as many bytes as its row says", id), {}, 0, {}};
    }
    for (const ServiceDescriptor* service : services) {
      service->blob_uses->list(reader_, [&](const BlobUse& use) { CheckUse(use); });
    }
    return std::move(contents_);
  }

 private:
  void CheckFile(BlobId id, const storage::BlobRow& row) {
    if (row.file == 0) return;
    const auto file = files_.files.find(row.file);
    if (file == files_.files.end()) {
      contents_.defects[id] = {"missing-file",
                               fmt::format("the file of blob {} ({} bytes) is missing", id, row.size),
                               {},
                               0,
                               pool_.PathOf(row.file)};
    } else if (file->second != row.size) {
      contents_.defects[id] = {
          "wrong-size",
          fmt::format("the file of blob {} has {} bytes instead of {}", id, file->second, row.size),
          {},
          row.file,
          pool_.PathOf(row.file)};
    }
  }

  void CheckUse(const BlobUse& use) {
    if (!use.damage.empty()) contents_.damaged_uses.push_back(use.name + ": " + use.damage);
    bool known = false;
    for (const BlobId id : use.blobs) {
      const auto defect = contents_.defects.find(id);
      if (defect == contents_.defects.end()) continue;
      defect->second.names.push_back(use.name);
      known = true;
    }
    const bool looked_at = std::ranges::all_of(use.blobs, [&](BlobId id) { return verified_.contains(id); });
    if (known || !use.damage.empty() || !use.algorithm || looked_at) return;
    verified_.insert(use.blobs.begin(), use.blobs.end());
    contents_.verified += use.blobs.size();
    if (ChecksumOf(use) == use.checksum) return;
    for (const BlobId id : use.blobs) {
      const storage::FileId file = contents_.rows.at(id).file;
      contents_.defects[id] = {"damaged-bytes",
                               fmt::format("the bytes of blob {} are not those that were stored", id),
                               {use.name},
                               file,
                               file != 0 ? pool_.PathOf(file) : fs::path()};
    }
  }

  std::string ChecksumOf(const BlobUse& use) {
    const auto sum = MakeChecksum(*use.algorithm);
    for (const BlobId id : use.blobs) AddBytes(id, contents_.rows.at(id), *sum);
    return sum->Finish();
  }

  void AddBytes(BlobId id, const storage::BlobRow& row, RunningDigest& sum) {
    if (row.file == 0) {
      storage::ReadBlob(reader_, id, [&](const storage::BlobRow&, std::string_view body) { sum.Update(body); });
      return;
    }
    const storage::FileDescriptor file = pool_.Open(row.file);
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(kReadBytes);
    for (ssize_t count = read(file.get(), buffer_.get(), kReadBytes); count > 0;
         count = read(file.get(), buffer_.get(), kReadBytes)) {
      sum.Update({buffer_.get(), static_cast<std::size_t>(count)});
    }
  }

  storage::Reader& reader_;
  const storage::BlobDirectory& files_;
  const storage::BlobFiles pool_;
  BlobContents contents_;
  std::unordered_set<BlobId> verified_;
  std::unique_ptr<char[]> buffer_;
};

}  // namespace

BlobContents InspectBlobContents(const fs::path& blobs, storage::Reader& reader, const storage::BlobDirectory& files,
                                 std::span<const ServiceDescriptor* const> services) {
  return ContentsLook(blobs, reader, files).Run(services);
}

std::vector<fs::path> PrivatePaths(const fs::path& directory) {
  std::vector<fs::path> paths{directory,           directory / "state.db", directory / "state.db-wal",
                              directory / "blobs", directory / "worlds",   directory / "ca/ca.key"};
  std::error_code absent;
  for (const auto& item : fs::directory_iterator(directory / "worlds", absent)) {
    for (const char* name : {"", "state.db", "state.db-wal", "world.json"}) paths.push_back(item.path() / name);
  }
  return paths;
}

}  // namespace stratolite::daemon
