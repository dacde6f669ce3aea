#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/host_pattern.hpp"
#include "stratolite/auth/authenticator.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::daemon {

/// Where a request goes.
struct Route {
  enum class Kind {
    /// `service` is a linked model's name.
    kService,
    /// Named, but no model of that name is in this binary: `service` holds the name as the client spelled it.
    kUnknownService,
    /// The head does not tell; ask again with the body.
    kNeedsBody,
    /// Nothing at all: an unsigned `GET /`.
    kNone,
  };
  Kind kind = Kind::kNone;
  std::string service;
  /// What the host said.
  HostMatch host;
};

/// Which service a request is for, in this order: a website's host, `X-Amz-Target`, path of the CBOR protocol, credential scope of header or presigned query, Host,
/// `Action` and `Version` (with the path of a queue URL before them), path of a REST service, S3 last.
/// `claim` is what the request says about its signature; `s3_domains`: see MatchHost. Thread-safe.
Route FindRoute(const wire::HttpRequest& request, const std::optional<auth::ClaimedIdentity>& claim, bool body_complete,
                std::span<const std::string> s3_domains = {});

/// What a client of `service` (a linked model's name) must name in its credential's scope; `claimed`: what this one names, taken if it is another name
/// for the same.
std::string_view SigningNameFor(std::string_view service, std::string_view claimed);

/// Account, region and name of a queue URL's path: `/123456789012/name`, `/queue/us-east-1/123456789012/name`.
struct QueuePath {
  std::string_view account;
  std::string_view region;
  std::string_view name;
};
std::optional<QueuePath> ParseQueuePath(std::string_view path);

}  // namespace stratolite::daemon
