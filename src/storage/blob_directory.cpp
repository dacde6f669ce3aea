#include "storage/blob_directory.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

FileId NumberIn(const fs::path& file) {
  const std::string name = file.filename().string();
  FileId id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  return error == std::errc() && end == name.data() + name.size() ? id : 0;
}

}  // namespace

BlobDirectory ListBlobDirectory(const fs::path& root) {
  BlobDirectory out;
  const BlobFiles files(root, Durability::kProcess);
  std::error_code error;
  if (!fs::exists(root, error)) return out;
  out.next = files.ReadNext();
  for (fs::recursive_directory_iterator item(root, error), end; !error && item != end; item.increment(error)) {
    if (item->is_directory(error) && !item->is_symlink(error)) continue;
    const fs::path& path = item->path();
    const FileId id = NumberIn(path);
    if (path == root / "next") continue;
    if (path == root / "next.new" || (id > 0 && path == files.DraftPath(id))) {
      out.drafts.push_back(path);
    } else if (id > 0 && path == files.PathOf(id) && item->is_regular_file(error)) {
      out.files.emplace(id, item->file_size(error));
      out.last = std::max(out.last, id);
    } else {
      out.strangers.push_back(path);
    }
  }
  if (error) throw StorageError("cannot list " + root.string() + ": " + error.message());
  return out;
}

}  // namespace stratolite::storage
