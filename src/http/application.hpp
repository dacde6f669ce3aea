#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::http {

/// Takes the answer of one exchange, exactly once, from any thread.
using Responder = std::function<void(wire::HttpResponse)>;

/// How the body of a request reaches its handler and where the handler runs.
struct BodyPlan {
  enum class Lane {
    /// The body is collected, the handler runs on the connection's I/O thread and may block for the milliseconds that SQLite takes.
    kInline,
    /// The body is collected, the handler runs on a thread of its own: for what may block for longer.
    kBlocking,
    /// `request.stream` reads the body from the socket as it arrives; the handler runs on a thread of its own.
    kStreaming,
  };
  Lane lane = Lane::kInline;
  /// Largest body that is collected (after it, `TooLarge` answers).
  std::uint64_t max_bytes = 16 * 1024 * 1024;
};

/// Why a body is not taken although it is not too large.
enum class BodyRefusal {
  /// The client sends too slowly.
  kTooSlow,
  /// There is no memory for it now.
  kNoRoom,
};

/// One request and its treatment. Made when the head is complete, gone once the answer was sent. The connection calls `Run`, `TooLarge`
/// and `Abandon`, never two of them at once but for Abandon while Run waits. Not thread-safe otherwise.
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// The head, and when Run is called the body.
  wire::HttpRequest request;
  BodyPlan plan;

  /// Answers, at once or later, by calling `respond` exactly once. Must not throw.
  virtual void Run(Responder respond) = 0;
  /// The answer to a body that passed `plan.max_bytes`.
  virtual wire::HttpResponse TooLarge() = 0;
  /// The answer to a body that is not taken for another reason; nullopt: the application's `Malformed`.
  virtual std::optional<wire::HttpResponse> Decline(BodyRefusal) { return std::nullopt; }
  /// The client has gone or the daemon stops: `respond` must be called soon. May come after the answer.
  virtual void Abandon() {}
};

/// What a server serves. Thread-safe.
class Application {
 public:
  virtual ~Application() = default;
  /// Called with a complete head (body still on its way).
  virtual std::shared_ptr<Exchange> Begin(wire::HttpRequest head) = 0;
  /// The answer to what is not HTTP enough to have an exchange.
  virtual wire::HttpResponse Malformed(int status, std::string_view reason) = 0;
};

}  // namespace stratolite::http
