#pragma once

#include <string_view>

#include "stratolite/base/result.hpp"

/// Every error of S3 Control, each text once. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
namespace stratolite::s3control {

AwsError AccessDenied();
AwsError InvalidUri(std::string_view uri);
AwsError InvalidRequest(std::string_view message);
AwsError MalformedXml();
AwsError AccessPointAlreadyOwnedByYou();
AwsError NoSuchAccessPoint(std::string_view name);
AwsError NoSuchAccessPointPolicy(std::string_view name);
AwsError NoSuchPublicAccessBlock(std::string_view account);
/// Of TagResource and its kin.
AwsError NoSuchResource();
AwsError InvalidToken();
/// 501: `what` is a part of an operation that is built else.
AwsError PartNotImplemented(std::string_view what);
AwsError WithoutS3();

}  // namespace stratolite::s3control
