#pragma once

#include <cstdint>
#include <filesystem>

namespace stratolite::storage {

/// A file system's free room beyond the reserve: the last 2 MiB (a sixteenth where that is less) are left for what makes room, for
/// deleting takes some too. Negative: the reserve is being used. A great deal when it cannot be told. Thread-safe.
std::int64_t FreeBytes(const std::filesystem::path& at);
/// The same, of the file system that an open file is on.
std::int64_t FreeBytes(int descriptor);
/// Whether half of the reserve is left: enough for what has to grow a little before it can shrink.
bool HasRoomToShrink(const std::filesystem::path& at);

}  // namespace stratolite::storage
