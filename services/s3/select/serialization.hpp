#pragma once

#include <cstdint>
#include <optional>

#include "s3/select/query_run.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"

/// What a SelectObjectContentRequest says beside its expression. Thread-safe.
namespace stratolite::s3::select {

/// InputSerialization, OutputSerialization, RequestProgress. Errors: MissingRequiredParameter, ObjectSerializationConflict, InvalidFileHeaderInfo,
/// InvalidRequestParameter, … and NotImplemented for Parquet.
Result<Serialization> ReadSerialization(const Json& input);

/// Errors: InvalidScanRange, UnsupportedScanRangeInput.
Result<std::optional<ScanRange>> ReadScanRange(const Json& input, const Serialization& serialization,
                                               std::uint64_t object_size);

}  // namespace stratolite::s3::select
