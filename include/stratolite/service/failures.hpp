#pragma once

#include <exception>
#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite {

/// What the caller of a service is told about an exception that ended the request: InternalFailure, as S3 spells it for S3; and in words that the disk is full,
/// with 507, which no SDK repeats, where that is why. The log has the rest.
AwsError FailureOf(std::string_view service, const std::exception& error);

}  // namespace stratolite
