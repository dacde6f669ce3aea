#pragma once

#include <filesystem>
#include <span>

#include "daemon/data_findings.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::daemon {

/// Walks a data directory that no daemon holds, every world of it and the files that they share, and tells what it sees, a finding each; changes nothing.
/// What a killed process leaves and the next start clears up is a note; what would cost somebody data, or a request its answer, is a problem. Throws
/// storage::StorageError when there is nothing to look at: no such directory, held by a daemon. Blocks.
DataSummary CheckData(const std::filesystem::path& directory, std::span<const ServiceDescriptor> descriptors,
                      const OnFinding& on_finding);

}  // namespace stratolite::daemon
