#include <filesystem>

#include "storage/state_file.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

void CopyStateFile(const std::filesystem::path& file, const std::filesystem::path& copy) {
  std::error_code error;
  for (const char* suffix : {"-wal", ""}) {
    const std::filesystem::path from = std::filesystem::path(file) += suffix;
    if (!std::filesystem::exists(from)) continue;
    std::filesystem::copy_file(from, std::filesystem::path(copy) += suffix, error);
    if (error) throw StorageError("cannot copy " + from.string() + ": " + error.message());
  }
}

}  // namespace stratolite::storage
