#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace stratolite::storage {

/// What came out of one table of a damaged database.
struct SalvagedTable {
  std::string name;
  std::uint64_t rows = 0;
  /// Places where pages could not be read: what stood there is lost.
  std::uint64_t gaps = 0;
};

/// Writes what can be read of a damaged `state.db` and its log, which stay as they are, to `<into>/state.db`: tables by their rows, past pages that cannot be
/// read; indices anew. A header that is damaged is made up. False: not even its list of tables can be read, nothing was written. Throws StorageError when
/// the copy cannot be written. `into` is empty, and what else is left there is the caller's to remove. Blocks.
bool SalvageState(const std::filesystem::path& damaged, const std::filesystem::path& into,
                  const std::function<void(const SalvagedTable&)>& on_table);

}  // namespace stratolite::storage
