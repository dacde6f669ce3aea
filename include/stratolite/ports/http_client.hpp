#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/runtime/cancellation.hpp"

namespace stratolite::ports {

/// Calls that a service makes on a user's behalf to an address that the user named: a subscription's endpoint, an API destination. The daemon offers it.
/// The cloud's metadata addresses are refused, redirects are not followed, answers are read up to a limit, and how many calls are made at once, in all and
/// to one host, is limited: the others wait for their turn. Settling and advancing the world's clock waits for the calls in flight. Thread-safe.
class HttpClient {
 public:
  struct Request {
    std::string method = "POST";
    /// `http://` or `https://`. A user and password in it are sent as Basic authorization.
    std::string url;
    /// Host, Content-Length and Connection are the client's.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Real time, from the look-up of the name to the answer's last byte. The daemon's own limit may be shorter.
    Duration timeout = std::chrono::seconds(15);
    std::size_t max_answer_bytes = 1 << 20;
    /// An answer that is longer is cut, where only its beginning matters, instead of being a bad one.
    bool cut_answer = false;
    /// Ends the call with `Stopped`.
    runtime::CancellationToken cancellation = {};
  };
  struct Answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
  };
  /// AwsError codes: `Refused` (an address that must not be called, or a request that is none), `Unreachable` (name, connection, TLS), `Timeout`,
  /// `BadAnswer` (not HTTP, too long), `Stopped` (the world ends, or the call was cancelled: this says nothing about the address, and what was to be
  /// done is still to be done).
  using Done = std::function<void(Result<Answer>)>;

  virtual ~HttpClient() = default;
  /// Returns at once. `done` is called exactly once, on a thread of the client's where it may block for what the store takes, and before the world goes;
  /// when the world has stopped already, before Send returns. Hold no lock that `done` takes.
  virtual void Send(Request request, Done done) = 0;
};

}  // namespace stratolite::ports
