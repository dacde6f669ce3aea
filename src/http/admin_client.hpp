#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

namespace stratolite::http {

/// The daemon cannot be reached, or broke off; the text says what to do.
class ClientError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ClientResponse {
  int status = 0;
  std::string body;
};

/// One request over a connection of its own, for the command line. `endpoint` is `http://host[:port]`; `body` is sent as JSON with POST.
/// Throws ClientError. Blocks.
ClientResponse Request(const std::string& endpoint, const std::string& method, const std::string& target,
                       const std::string& body = {}, std::chrono::seconds timeout = std::chrono::seconds(30));

}  // namespace stratolite::http
