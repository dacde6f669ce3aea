#pragma once

#include <span>
#include <string>
#include <string_view>

namespace stratolite::daemon {

/// What a Host header says. Plain data.
struct HostMatch {
  /// botocore's name of the service; empty: the host names none.
  std::string_view service;
  /// Empty: the host names none.
  std::string region;
  /// What stands left of the service: an account, a host prefix of the model, of S3 the bucket.
  std::string prefix;
  /// One of S3's website endpoints.
  bool website = false;

  /// The bucket that an S3 host names; empty: the path does.
  std::string_view bucket() const { return service == "s3" ? std::string_view(prefix) : std::string_view{}; }
};

/// Reads AWS's host names (`sqs.us-east-1.amazonaws.com`, `bucket.s3-us-west-2.amazonaws.com`, `us-east-1.queue.amazonaws.com`,
/// `stream-logs.eu-west-1.api.aws`), the same labels before any other domain (`sqs.us-east-1.localhost:4566`), `<bucket>.localhost`, and the
/// domains below which the user wants buckets (`s3_domains`, lower case). IP addresses and names without a dot name nothing.
HostMatch MatchHost(std::string_view host, std::span<const std::string> s3_domains = {});

/// Whether the host lies in one of AWS's own domains.
bool IsAwsHost(std::string_view host);

/// Lower case, without port and without the brackets of an IPv6 literal.
std::string HostName(std::string_view host);

}  // namespace stratolite::daemon
