#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace stratolite::daemon {

/// Writes `{"pid":…,"port":…,"endpoint":…}` so that a reader sees all of it or nothing. Throws std::runtime_error. Blocks.
void WriteReadyFile(const std::filesystem::path& path, std::uint16_t port, const std::string& endpoint);

}  // namespace stratolite::daemon
