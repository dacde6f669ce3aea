#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::http {

/// The daemon cannot be reached, or broke off; the text says what to do.
class ClientError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ClientResponse {
  int status = 0;
  std::string body;
  wire::Headers headers;
};

/// One request over a connection of its own, for the command line. `endpoint` is `http://host[:port]`, or of this machine `https://`, whose port
/// answers bare requests too: what must be trusted may be what is asked for. `body` is sent as JSON with POST.
/// Throws ClientError. Blocks.
ClientResponse Request(const std::string& endpoint, const std::string& method, const std::string& target,
                       const std::string& body = {}, std::chrono::seconds timeout = std::chrono::seconds(30));

}  // namespace stratolite::http
