#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "daemon/front_door.hpp"
#include "daemon/service_router.hpp"
#include "http/application.hpp"
#include "stratolite/runtime/cancellation.hpp"
#include "stratolite/service/http_surface.hpp"
#include "stratolite/wire/codec.hpp"

namespace stratolite::daemon {

/// One AWS API call from its request to its answer. `parts` outlives it. Confined to its connection, but for Abandon and the completion.
class ApiExchange final : public http::Exchange, public std::enable_shared_from_this<ApiExchange> {
 public:
  ApiExchange(const FrontDoorParts& parts, wire::HttpRequest head);

  void Run(http::Responder respond) override;
  wire::HttpResponse TooLarge() override;
  std::optional<wire::HttpResponse> Decline(http::BodyRefusal why) override;
  void Abandon() override;

  /// For requests with Origin: whether rules of the user's within the service admit it (HttpSurface::AdmitsOrigin).
  bool AdmitsOrigin();
  /// Whether the service answers preflights here, in its own words.
  bool AnswersPreflight() const { return visit_ != nullptr && request.method == "OPTIONS"; }

 private:
  class Visitor;

  void Handle();
  /// A request that is no operation: `visit_`.
  void AnswerVisit();
  void FindVisit();
  HttpHead Head() const { return {request, route_.host.website}; }
  /// nullptr: the service has none in this world.
  HttpSurface* Surface();
  void Enter(std::shared_ptr<Universe> universe);
  World& world() const { return *universe_->world; }
  std::string_view OperationName() const;
  /// Model and protocol of the route; false: answered already.
  bool Identify();
  /// S3 knows bucket and key by the path alone: what a bucket's host name says moves there. Signatures are over what was sent: `sent_target_`.
  void UsePathStyle();
  Result<auth::AuthOutcome> Authenticate();
  bool MayBePublic() const;
  /// Chooses how the body comes: larger and unknown lengths of streaming inputs are read by the handler.
  void PlanBody();
  /// The body as the handler of a streaming input reads it: `body_`.
  Result<void> OpenBody(const auth::AuthOutcome& outcome);
  Result<void> UnframeDocument(const auth::AuthOutcome& outcome);
  Result<std::shared_ptr<Call>> MakeCall(const wire::Operation& operation, auth::AuthOutcome outcome);
  /// A call without input and body.
  std::shared_ptr<Call> NewCall(const wire::Operation& operation, auth::AuthOutcome outcome);
  void Dispatch(std::shared_ptr<Call> call, bool waits);
  /// The answer to a request whose body nobody reads.
  wire::HttpResponse AnswerUnread(const AwsError& error);
  void Succeed(const Json& output);
  wire::HttpResponse Encode(const wire::Operation& operation, const Json& output);
  wire::HttpResponse Encode(const AwsError& error);
  void AddOriginFields(wire::HttpResponse& response);
  void Fail(const AwsError& error);
  void Send(wire::HttpResponse response);
  wire::EncodeContext MakeContext();
  std::string Endpoint() const;
  void Record(const wire::HttpResponse& response) const;
  void TellRequestLog(const wire::HttpResponse& response) const;
  /// nullptr: it was allowed, and would have been.
  std::shared_ptr<const AccessReport> FindDenial() const;

  const FrontDoorParts& parts_;
  http::Responder respond_;
  std::optional<auth::ClaimedIdentity> claim_;
  /// Where the signer's key belongs.
  std::shared_ptr<Universe> universe_;
  Route route_;
  /// Null: the request is an operation.
  std::unique_ptr<HttpVisit> visit_;
  /// The target as it was sent, when UsePathStyle has changed it.
  std::string sent_target_;
  std::string request_id_;
  std::optional<wire::ServiceModel> model_;
  wire::Protocol protocol_ = wire::Protocol::kRestJson;
  std::optional<wire::Operation> operation_;
  /// Once it is known who calls.
  std::shared_ptr<const Call> call_;
  std::string error_code_;
  std::uint64_t bytes_in_ = 0;
  Reply reply_;
  /// A streaming input's body: what was collected of it, if it was, and what the handler reads.
  std::unique_ptr<wire::BodyReader> collected_;
  std::unique_ptr<wire::BodyReader> body_;
  std::chrono::steady_clock::time_point begun_;
  /// Guards the two below: the client may leave while another thread runs the call.
  std::mutex abandon_mutex_;
  bool abandoned_ = false;
  std::optional<runtime::CancellationSource> cancellation_;
};

}  // namespace stratolite::daemon
