#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite {

/// Errors that every AWS service shares.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html

/// 501; `The <service> operation <operation> is not implemented by Stratolite.`
AwsError NotImplemented(std::string_view service, std::string_view operation);
/// 400 MissingParameter; `The request must contain the parameter <name>.`
AwsError MissingParameter(std::string_view name);
/// 500 InternalFailure, without a detail that would leak internals.
AwsError InternalFailure();

}  // namespace stratolite
