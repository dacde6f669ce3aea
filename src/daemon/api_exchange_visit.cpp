#include "daemon/api_exchange.hpp"

#include <spdlog/spdlog.h>

#include "stratolite/service/errors.hpp"
#include "stratolite/wire/memory_body.hpp"
#include "wire/error_codec.hpp"

namespace stratolite::daemon {

/// The exchange as its surface sees it.
class ApiExchange::Visitor final : public HttpVisitor {
 public:
  Visitor(ApiExchange& exchange, wire::BodyReader* body) : exchange_(exchange), body_(body), head_(exchange.Head()) {
    outcome_.account = exchange.universe_->authenticator.options().default_account;
    outcome_.principal.account = outcome_.account;
  }

  const HttpHead& head() const override { return head_; }
  wire::BodyReader* body() override { return body_; }
  std::string_view request_id() const override { return exchange_.request_id_; }
  std::string endpoint() const override { return exchange_.Endpoint(); }

  Result<void> Authenticate(const auth::SignedText& text) override {
    ASSIGN_OR_RETURN(outcome_, exchange_.universe_->authenticator.AuthenticateText(text, exchange_.MayBePublic()));
    return {};
  }

  bool HasPassed(TimePoint time) const override {
    // Real time, as the authenticator has it.
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return time < now && time < exchange_.world().clock().Now();
  }

  std::shared_ptr<Call> MakeCall(std::string_view operation, Json input) override {
    auto call = exchange_.NewCall(exchange_.model_->FindOperation(operation).value(), outcome_);
    // Browsers follow no redirection between regions: a site has one name in every region here.
    call->names_region = false;
    call->input = std::move(input);
    exchange_.reply_ = {};
    exchange_.call_ = call;
    return call;
  }

  Result<Json> Run(std::shared_ptr<const Call> call) override {
    const std::string& service = exchange_.route_.service;
    const OperationTable* const table = exchange_.world().FindOperations(service);
    const OperationTable::Entry* const entry = table == nullptr ? nullptr : table->Find(call->operation);
    if (entry == nullptr || entry->async_handler) return NotImplemented(service, call->operation);
    Result<Json> outcome = Json();
    exchange_.world().Dispatch(service, std::move(call),
                               [&outcome](Result<Json> result) { outcome = std::move(result); });
    return outcome;
  }

  wire::HttpResponse Encode(const Call& call, const Json& output) override {
    return exchange_.Encode(*call.model, output);
  }
  wire::HttpResponse Encode(const AwsError& error) override { return exchange_.Encode(error); }

 private:
  ApiExchange& exchange_;
  wire::BodyReader* const body_;
  const HttpHead head_;
  auth::AuthOutcome outcome_;
};

HttpSurface* ApiExchange::Surface() {
  if (route_.kind != Route::Kind::kService) return nullptr;
  Service* const service = world().FindService(route_.service);
  return service == nullptr ? nullptr : service->http_surface();
}

void ApiExchange::Enter(std::shared_ptr<Universe> universe) {
  if (universe != nullptr) universe_ = std::move(universe);
}

void ApiExchange::FindVisit() {
  if (route_.kind != Route::Kind::kService) return;
  const ServiceDescriptor* const descriptor = world().FindDescriptor(route_.service);
  if (descriptor == nullptr || descriptor->visit == nullptr) return;
  visit_ = descriptor->visit(Head());
  // Who signs it says where it belongs, in the head or in the body; who does not is sought where what it names is.
  if (visit_ == nullptr || visit_->reads_body() || claim_ || parts_.universes.List().empty()) return;
  HttpSurface* const surface = Surface();
  if (surface == nullptr || surface->Knows(Head())) return;
  Enter(parts_.universes.FindWhere([this](const Universe& universe) {
    Service* const service = universe.world->FindService(route_.service);
    HttpSurface* const other = service == nullptr ? nullptr : service->http_surface();
    return other != nullptr && other->Knows(Head());
  }));
}

void ApiExchange::AnswerVisit() {
  wire::BodyReader* body = nullptr;
  if (visit_->reads_body()) {
    body = request.stream;
    if (body == nullptr) {
      collected_ = std::make_unique<wire::MemoryBodyReader>(std::exchange(request.body, {}));
      body = collected_.get();
    }
    if (const auto signer = visit_->ReadSigner(*body)) Enter(parts_.universes.OfKey(*signer));
  }
  HttpSurface* const surface = Surface();
  if (surface == nullptr) return Fail(NotImplemented(route_.service, visit_->name()));
  Visitor visitor(*this, body);
  auto answer = surface->Answer(*visit_, visitor);
  if (!answer.ok()) return Fail(answer.error());
  if (!answer->headers.Has("x-amz-request-id")) wire::internal::AddRequestIds(*answer, *model_, MakeContext());
  Send(*std::move(answer));
}

bool ApiExchange::AdmitsOrigin() {
  HttpSurface* const surface = Surface();
  return surface != nullptr && surface->AdmitsOrigin(Head());
}

void ApiExchange::AddOriginFields(wire::HttpResponse& response) {
  const auto origin = request.headers.Find("origin");
  if (!origin) return;
  try {
    HttpSurface* const surface = Surface();
    if (surface != nullptr && surface->DecorateForOrigin(Head(), response)) return;
  } catch (const std::exception& error) {
    // The answer goes out all the same, to everybody but the page.
    spdlog::error("{} {}: {}", request.method, request.path(), error.what());
    return;
  }
  if (parts_.browser_rules.TrustsOrigin(*origin)) BrowserRules::AddCorsFields(*origin, response);
}

std::string_view ApiExchange::OperationName() const {
  if (visit_ != nullptr) return visit_->name();
  return operation_ ? operation_->name() : std::string_view();
}

}  // namespace stratolite::daemon
