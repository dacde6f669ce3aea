#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stratolite::daemon {

/// What a Host header says. Plain data.
struct HostMatch {
  /// botocore's name of the service; empty: the host names none.
  std::string_view service;
  /// Empty: the host names none.
  std::string region;
  /// What stands left of the service: a bucket, an account, a host prefix of the model.
  std::string prefix;
};

/// Reads AWS's host names (`sqs.us-east-1.amazonaws.com`, `bucket.s3-us-west-2.amazonaws.com`, `us-east-1.queue.amazonaws.com`,
/// `stream-logs.eu-west-1.api.aws`) and the same labels before any other domain (`sqs.us-east-1.localhost:4566`).
HostMatch MatchHost(std::string_view host);

/// Whether the host lies in one of AWS's own domains.
bool IsAwsHost(std::string_view host);

/// Lower case, without port and without the brackets of an IPv6 literal.
std::string HostName(std::string_view host);

}  // namespace stratolite::daemon
