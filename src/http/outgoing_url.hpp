#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite::http {

/// Where an outgoing call goes. Plain data.
struct OutgoingUrl {
  bool tls = false;
  /// A name or an IP address, without brackets.
  std::string host;
  std::uint16_t port = 0;
  /// The `Host` field: with the port unless it is the scheme's own.
  std::string authority;
  /// Path and query; never empty.
  std::string target;
  /// `Basic …` for a user and password in the URL; empty: none.
  std::string authorization;
};

/// Errors: `Refused`, with what is wrong. A fragment is dropped; bytes that no URL holds are encoded.
Result<OutgoingUrl> ParseOutgoingUrl(std::string_view url);

/// Whether a field can be sent as it is: a name that is a token, a value without line breaks.
bool IsSendableField(std::string_view name, std::string_view value);

}  // namespace stratolite::http
