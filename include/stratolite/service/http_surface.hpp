#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/auth/authenticator.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/wire/http_message.hpp"

/// What a service does in HTTP beside the operations of its model: S3's preflights, websites and forms, and the fields of CORS in its answers.
namespace stratolite {

/// The head of a request, as the front door sees it once it knows the service. Plain data.
struct HttpHead {
  /// S3's buckets are in the path, wherever the client named them.
  const wire::HttpRequest& request;
  /// One of the service's website endpoints is addressed.
  bool website = false;
};

/// One request that is no operation of the model, from its head to its answer. Made by ServiceDescriptor::visit. Confined to one thread at a time.
class HttpVisit {
 public:
  virtual ~HttpVisit() = default;
  /// What journal and log call it in an operation's place. Static storage.
  virtual std::string_view name() const = 0;
  /// Whether it reads a body, which may be long: as it arrives.
  virtual bool reads_body() const { return false; }
  /// Reads as much of the body as tells whose key signed it, before the world is known; nullopt: nobody's. What is wrong is for HttpSurface::Answer to say.
  /// Throws what the body throws. Blocks.
  virtual std::optional<std::string> ReadSigner(wire::BodyReader& body) {
    static_cast<void>(body);
    return std::nullopt;
  }
};

/// Who came, and what the front door does for him. Confined to the visit's thread. Blocks.
class HttpVisitor {
 public:
  virtual ~HttpVisitor() = default;
  virtual const HttpHead& head() const = 0;
  /// Null: the visit reads none.
  virtual wire::BodyReader* body() = 0;
  virtual std::string_view request_id() const = 0;
  /// `http://localhost:4566`: see Call::endpoint.
  virtual std::string endpoint() const = 0;
  /// Until then the visitor is nobody. `text.access_key_id` empty: he stays that. Errors: what is wrong with the signature, or that there is none.
  virtual Result<void> Authenticate(const auth::SignedText& text) = 0;
  /// By the client's clock, which is the machine's, as by the world's: what a client signs has the time of its own.
  virtual bool HasPassed(TimePoint time) const = 0;
  /// A call of his, complete but for a body; the surface may change it before Run.
  virtual std::shared_ptr<Call> MakeCall(std::string_view operation, Json input) = 0;
  /// Asks policies, as for every call, and runs a plain operation. One after the other.
  virtual Result<Json> Run(std::shared_ptr<const Call> call) = 0;
  /// The last call's answer, and an error, as the operation would send them.
  virtual wire::HttpResponse Encode(const Call& call, const Json& output) = 0;
  virtual wire::HttpResponse Encode(const AwsError& error) = 0;
};

/// What an instance of a service does beside its operations; belongs to it. Thread-safe.
class HttpSurface {
 public:
  virtual ~HttpSurface() = default;
  /// Whether this world has what an unsigned visit is about. Blocks.
  virtual bool Knows(const HttpHead& head) = 0;
  /// `visit`: one that the service's own descriptor made. Errors are sent as those of operations. Blocks.
  virtual Result<wire::HttpResponse> Answer(HttpVisit& visit, HttpVisitor& visitor) = 0;
  /// Whether rules of the user's say what pages of that origin may do with it, and they let this request come here (though perhaps not its answer go to the
  /// page): BrowserRules does not ask for its origin then. Called for requests with Origin. Blocks.
  virtual bool AdmitsOrigin(const HttpHead& head) = 0;
  /// Adds the fields that such rules give an answer; false: there are none for it. Called for requests with Origin. Blocks.
  virtual bool DecorateForOrigin(const HttpHead& head, wire::HttpResponse& response) = 0;
};

}  // namespace stratolite
