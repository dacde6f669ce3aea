#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "stratolite/base/time.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::ports {

/// Hears of every request to S3 once its answer is known: what server access logs are made of. S3's to offer, the front door's to tell. Thread-safe. Blocks.
class RequestLog {
 public:
  /// The members live as long as the call of Answered.
  struct Answer {
    /// Its path begins with the bucket, wherever the client named it.
    const wire::HttpRequest& request;
    /// As the client sent it, without what a presigned one says about its signature.
    std::string_view target;
    /// Of the model, or what the journal calls a visit in its place; empty: the request names none.
    std::string_view operation;
    /// Null: it was refused before anybody knew who called.
    const Call* call = nullptr;
    std::string_view request_id;
    const wire::HttpResponse& response;
    /// AWS's code; empty: success.
    std::string_view error_code = {};
    std::uint64_t bytes_sent = 0;
    std::chrono::milliseconds took{};
  };

  virtual ~RequestLog() = default;
  /// Before the answer goes out. Never throws.
  virtual void Answered(const Answer& answer) noexcept = 0;
};

}  // namespace stratolite::ports
