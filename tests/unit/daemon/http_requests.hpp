#pragma once

#include <string>
#include <utility>
#include <vector>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::daemon {

/// A request as it arrives at localhost; `fields` replace what is there by default.
inline wire::HttpRequest Incoming(std::string method, std::string target, std::vector<wire::Headers::Field> fields = {},
                                  std::string body = {}) {
  wire::HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers.Add("Host", "localhost:4566");
  for (auto& [name, value] : fields) request.headers.Set(name, value);
  request.body = std::move(body);
  return request;
}

inline const wire::Headers::Field kForm{"Content-Type", "application/x-www-form-urlencoded"};

}  // namespace stratolite::daemon
