#pragma once

#include <filesystem>
#include <span>

#include "daemon/data_findings.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::daemon {

/// Mends what CheckData finds in a data directory that no daemon holds, so that a daemon starts from it and answers for what is left. Nothing is deleted: what is
/// damaged, or belongs to nothing, lies in `repaired-<now>` afterwards, with `repair.log`, and `forgotten.jsonl` about what can no longer be read. Tells what it
/// does, a finding each (`repaired`); what it cannot mend is a problem. Throws storage::StorageError as CheckData does, and when it cannot write. Blocks.
DataSummary RepairData(const std::filesystem::path& directory, std::span<const ServiceDescriptor> descriptors,
                       TimePoint now, const OnFinding& on_finding);

}  // namespace stratolite::daemon
