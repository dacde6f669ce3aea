#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite {

/// What a service answers to who may not. `message`: auth::DescribeDenial's.
AwsError AccessDenied(std::string_view service, wire::Protocol protocol, std::string message);

/// S3 tells strangers nothing: who comes from another account, or without a name.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
AwsError PlainAccessDenied(std::string_view service, wire::Protocol protocol);

}  // namespace stratolite
