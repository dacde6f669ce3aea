#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::ports {

/// Calls that a service makes on a user's behalf to an address that the user named: a subscription's endpoint, an API destination. The daemon offers it.
/// The cloud's metadata addresses are refused, redirects are not followed, answers are read up to a limit. Thread-safe.
class HttpClient {
 public:
  struct Request {
    std::string method = "POST";
    /// `http://` or `https://`.
    std::string url;
    /// Host, Content-Length and Connection are the client's.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Real time, from the look-up of the name to the answer's last byte.
    Duration timeout = std::chrono::seconds(15);
    std::size_t max_answer_bytes = 1 << 20;
  };
  struct Answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
  };
  /// AwsError codes: `Refused` (an address that must not be called, or a URL that is none), `Unreachable` (name, connection, TLS), `Timeout`,
  /// `BadAnswer` (not HTTP, too long).
  using Done = std::function<void(Result<Answer>)>;

  virtual ~HttpClient() = default;
  /// Returns at once. `done` is called exactly once, on a thread of the client's where it may block for what the store takes; after Stop of the world
  /// it may be called late, so it holds nothing of the world that it does not keep alive.
  virtual void Send(Request request, Done done) = 0;
};

}  // namespace stratolite::ports
