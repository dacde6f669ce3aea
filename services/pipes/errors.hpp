#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// Every error that Pipes answers, each text once. AWS documents the codes, not the texts.
/// https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/CommonErrors.html
namespace stratolite::pipes {

AwsError PipeDoesNotExist(std::string_view name);
AwsError PipeExists(std::string_view name);
/// Another change came between reading and writing.
AwsError PipeIsChanging(std::string_view name);
AwsError ResourceDoesNotExist(std::string_view arn);
/// ValidationException.
AwsError Invalid(std::string message);
/// What AWS has and Stratolite has not yet: `what` names the part of the pipe (`source`), `arn` what it was to be.
AwsError PartNotImplemented(std::string_view what, std::string_view arn);

}  // namespace stratolite::pipes
