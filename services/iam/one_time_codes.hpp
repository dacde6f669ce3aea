#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/time.hpp"

/// Codes of virtual MFA devices: RFC 6238 with SHA-1, thirty seconds and six digits, as every authenticator app counts. All functions: Thread-safe.
namespace stratolite::iam {

/// Which code a device shows at a time.
std::int64_t CodeStepAt(TimePoint time);
/// `seed`: raw bytes.
std::string CodeOfStep(std::string_view seed, std::int64_t step);

/// RFC 4648, without padding: the length must be a multiple of five bytes.
std::string Base32Encode(std::string_view bytes);

}  // namespace stratolite::iam
