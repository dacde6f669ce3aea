#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "stratolite/ports/http_client.hpp"

namespace stratolite::testing {

/// Answers outgoing calls at once, as a test says, and remembers them: offer it to a world's ports in the place of the real one. Thread-safe.
class FakeHttpClient final : public ports::HttpClient {
 public:
  struct Sent : Request {
    explicit Sent(Request request) : Request(std::move(request)) {}
    /// Empty: no such field.
    std::string Header(std::string_view name) const {
      for (const auto& [field, value] : headers) {
        if (AsciiLower(field) == AsciiLower(name)) return value;
      }
      return {};
    }
  };
  using Rule = std::function<Result<Answer>(const Sent&)>;

  void Send(Request request, Done done) override {
    Sent sent(std::move(request));
    Rule rule;
    {
      const std::scoped_lock lock(mutex_);
      sent_.push_back(sent);
      rule = rule_;
    }
    done(rule(sent));
  }

  /// For whatever comes from now on; 200 to begin with.
  void AnswerBy(Rule rule) {
    const std::scoped_lock lock(mutex_);
    rule_ = std::move(rule);
  }
  void Answer(int status, std::string body = {}) {
    AnswerBy([status, body = std::move(body)](const Sent&) { return ports::HttpClient::Answer{status, {}, body}; });
  }
  void Fail(std::string code) {
    AnswerBy([code = std::move(code)](const Sent&) { return AwsError{.code = code, .message = "as the test says"}; });
  }

  /// What was sent since the last time.
  std::vector<Sent> Take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(sent_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Sent> sent_;
  Rule rule_ = [](const Sent&) { return ports::HttpClient::Answer{200, {}, {}}; };
};

}  // namespace stratolite::testing
