#include "daemon/api_exchange.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "auth/payload_reader.hpp"
#include "daemon/journal_page.hpp"
#include "daemon/unsigned_calls.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/request_log.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/access_report.hpp"
#include "stratolite/service/errors.hpp"
#include "stratolite/service/failures.hpp"
#include "stratolite/wire/host_id.hpp"
#include "stratolite/wire/memory_body.hpp"
#include "stratolite/wire/model_registry.hpp"
#include "wire/protocol_detection.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::string_view kS3 = "s3";
constexpr std::string_view kS3Control = "s3control";
// Whose resources' policies may let everybody in, unsigned: the authorizer decides.
constexpr std::array<std::string_view, 3> kPublicServices = {"s3", "sns", "sqs"};
constexpr std::string_view kUpperAlphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::size_t kS3RequestIdLength = 16;
// Up to here a streaming input is collected and handled at once: a hop to a thread of its own costs more than the copy.
constexpr std::uint64_t kMaxCollectedStream = 256 * 1024;

/// What signs as S3 does and has its request ids.
bool IsS3Api(std::string_view service) { return service == kS3 || service == kS3Control; }

/// A model whose protocol fits a request for a service that has none here, so that its error has an envelope the client can read.
wire::ServiceModel StandInModel(const wire::HttpRequest& request, wire::Protocol& protocol) {
  const auto pick = [&](std::string_view name, wire::Protocol spoken) {
    protocol = spoken;
    return wire::FindLinkedModel(name).value_or(wire::ServiceModel());
  };
  if (request.headers.Has("smithy-protocol")) return pick("cloudwatch", wire::Protocol::kRpcV2Cbor);
  if (wire::internal::FindTarget(request)) {
    return pick("dynamodb", wire::internal::HasMediaType(request, "application/x-amz-json-1.0")
                                ? wire::Protocol::kJson10
                                : wire::Protocol::kJson11);
  }
  if (wire::internal::FormParameter(request, "Action") ||
      wire::internal::HasMediaType(request, "application/x-www-form-urlencoded")) {
    return pick("sts", wire::Protocol::kQuery);
  }
  if (wire::internal::HasMediaType(request, "application/xml") || wire::internal::HasMediaType(request, "text/xml")) {
    return pick(kS3, wire::Protocol::kRestXml);
  }
  return pick("lambda", wire::Protocol::kRestJson);
}

AwsError UnknownService(std::string_view name) {
  std::vector<std::string_view> known;
  for (const auto& entry : wire::LinkedModelIndex()) known.push_back(entry.name);
  const std::string_view near = NearestName(name, known);
  AwsError error{"NotImplemented", fmt::format("Stratolite has no service '{}'.", name), 501};
  if (!near.empty() && near != name) error.message += fmt::format(" Is '{}' meant?", near);
  error.message += " GET /_stratolite/coverage lists what there is.";
  return error;
}

wire::HttpResponse Greeting() {
  wire::HttpResponse response;
  response.headers.Add("Content-Type", "application/json");
  response.body = Json{{"service", "stratolite"},
                       {"version", STRATOLITE_VERSION},
                       {"message", "Point an AWS client's endpoint URL here. GET /_stratolite/ lists the admin API."}}
                      .dump();
  return response;
}

/// What SQS answers at the URL of a queue to a request without an action: no error envelope at all.
wire::HttpResponse NoActionAtQueueUrl() {
  wire::HttpResponse response;
  response.status = 404;
  response.headers.Add("Content-Type", "text/xml");
  response.body = "<UnknownOperationException/>\n";
  return response;
}

/// SQS words an unknown action in its own way, and at the URL of a queue it knows only what acts on that queue, and GetQueueUrl.
Result<wire::Operation> AsSqsSees(const wire::HttpRequest& request, Result<wire::Operation> resolved) {
  const auto action = wire::internal::FormParameter(request, "Action");
  const bool acts_on_queue = resolved.ok() && (resolved->name() == "GetQueueUrl" ||
                                               (resolved->input() && resolved->input()->FindMember("QueueUrl")));
  if (!action || acts_on_queue || (resolved.ok() && !ParseQueuePath(request.path()))) return resolved;
  return AwsError{.code = "InvalidAction",
                  .message = fmt::format("The action {} is not valid for this endpoint.", *action),
                  .http_status = 400};
}

/// The list of directory buckets is asked for as that of all others is; the signature's service tells.
Result<wire::Operation> AsS3ExpressSees(const wire::ServiceModel& model,
                                        const std::optional<auth::ClaimedIdentity>& claim,
                                        Result<wire::Operation> resolved) {
  if (!resolved.ok() || !claim || claim->scope.service != "s3express" || resolved->name() != "ListBuckets")
    return resolved;
  return model.FindOperation("ListDirectoryBuckets").value();
}

}  // namespace

ApiExchange::ApiExchange(const FrontDoorParts& parts, wire::HttpRequest head)
    : parts_(parts),
      claim_(auth::Authenticator::ReadClaim(head)),
      universe_(UniverseOf(parts.universes, claim_, head)),
      begun_(std::chrono::steady_clock::now()) {
  request = std::move(head);
  route_ = FindRoute(request, claim_, false, parts_.s3_domains);
  UsePathStyle();
  FindVisit();
  PlanBody();
}

void ApiExchange::UsePathStyle() {
  if (route_.service != kS3 || route_.host.bucket().empty()) return;
  std::string target = "/";
  target.append(route_.host.bucket());
  if (request.path() != "/") target.append(request.path());
  if (const auto mark = request.target.find('?'); mark != std::string::npos) target.append(request.target, mark);
  sent_target_ = std::exchange(request.target, std::move(target));
}

void ApiExchange::PlanBody() {
  if (route_.kind != Route::Kind::kService || route_.service != kS3) return;
  if (visit_ != nullptr) {
    const auto announced = auth::ReadLength(request.headers, "content-length");
    if (visit_->reads_body() && announced.value_or(UINT64_MAX) > kMaxCollectedStream)
      plan.lane = http::BodyPlan::Lane::kStreaming;
    return;
  }
  // A copy may have to read its source for a digest: up to 5 GiB, which is too long for an I/O thread.
  if (request.headers.Has("x-amz-copy-source")) {
    plan.lane = http::BodyPlan::Lane::kBlocking;
    return;
  }
  auto length = auth::ReadLength(request.headers, "content-length");
  // boto3's default over TLS: aws-chunked within HTTP's own chunks. The framing is a small part of what is announced.
  if (!length && request.headers.Has("transfer-encoding"))
    length = auth::ReadLength(request.headers, "x-amz-decoded-content-length").value_or(UINT64_MAX);
  if (length.value_or(0) <= kMaxCollectedStream) return;
  // Only S3 signs bodies in a way that lets them be read later; the streaming bodies of other services are collected.
  model_ = wire::FindLinkedModel(route_.service);
  const auto operation = model_ ? wire::ResolveOperation(*model_, wire::Protocol::kRestXml, request)
                                : Result<wire::Operation>(AwsError{.code = "NotFound", .message = {}});
  if (operation.ok() && operation->has_streaming_input()) plan.lane = http::BodyPlan::Lane::kStreaming;
}

void ApiExchange::Run(http::Responder respond) {
  respond_ = std::move(respond);
  bytes_in_ = request.body.size();
  try {
    Handle();
  } catch (const wire::BodyRejected& rejected) {
    Fail(rejected.error());
  } catch (const std::exception& error) {
    spdlog::error("{} {} failed, request {}: {}", request.method, request.path(), request_id_, error.what());
    Fail(FailureOf(route_.service, error));
  }
}

void ApiExchange::Handle() {
  if (!Identify()) return;
  if (visit_ != nullptr) return AnswerVisit();
  if (route_.host.website) return Fail(NotImplemented(route_.service, "static website hosting"));
  auto resolved = wire::ResolveOperation(*model_, protocol_, request);
  if (protocol_ == wire::Protocol::kQuery && route_.service == "sqs")
    resolved = AsSqsSees(request, std::move(resolved));
  if (route_.service == kS3) resolved = AsS3ExpressSees(*model_, claim_, std::move(resolved));
  if (!resolved.ok()) return Fail(resolved.error());
  operation_ = *resolved;

  auto outcome = Authenticate();
  if (!outcome.ok()) return Fail(outcome.error());
  if (outcome->presigned && route_.service == kS3) auth::AdoptPresignedFields(request);

  const OperationTable* const table = world().FindOperations(route_.service);
  const OperationTable::Entry* const entry = table == nullptr ? nullptr : table->Find(operation_->name());
  if (entry == nullptr) return Fail(NotImplemented(route_.service, operation_->name()));

  auto call = MakeCall(*operation_, *std::move(outcome));
  if (!call.ok()) return Fail(call.error());
  call_ = *call;
  Dispatch(*std::move(call), entry->async_handler != nullptr);
}

Result<auth::AuthOutcome> ApiExchange::Authenticate() {
  const bool s3 = IsS3Api(route_.service);
  const bool moved = !sent_target_.empty();
  if (moved) std::swap(request.target, sent_target_);
  const auth::AuthRequest auth_request{
      .http = request,
      .protocol = protocol_,
      .s3 = s3,
      .anonymous_allowed = operation_->auth_type() == "none" || MayBePublic(),
      .host_bucket = route_.host.bucket(),
      .signing_name = claim_ ? SigningNameFor(route_.service, claim_->scope.service) : std::string_view(),
      .host_region = route_.host.region,
      .unsigned_payload = operation_->unsigned_payload() || operation_->auth_type() == "v4-unsigned-body",
      .request_id = request_id_,
  };
  auto outcome = universe_->authenticator.Authenticate(auth_request);
  if (moved) std::swap(request.target, sent_target_);
  return outcome;
}

/// As long as policies are not enforced, nothing is public.
bool ApiExchange::MayBePublic() const {
  return world().iam_mode() == IamMode::kEnforce &&
         std::find(kPublicServices.begin(), kPublicServices.end(), route_.service) != kPublicServices.end();
}

bool ApiExchange::Identify() {
  if (route_.kind == Route::Kind::kNeedsBody) {
    route_ = FindRoute(request, claim_, true, parts_.s3_domains);
    UsePathStyle();
    FindVisit();
  }
  if (route_.kind == Route::Kind::kNone) return Send(Greeting()), false;
  request_id_ = IsS3Api(route_.service) ? world().random().String(kS3RequestIdLength, kUpperAlphanumerics)
                                        : world().random().Uuid();
  if (route_.kind == Route::Kind::kService && !model_) model_ = wire::FindLinkedModel(route_.service);
  if (!model_) {
    model_ = StandInModel(request, protocol_);
    Fail(UnknownService(route_.service));
    return false;
  }
  protocol_ = wire::DetectProtocol(*model_, request);
  if (protocol_ == wire::Protocol::kQuery && route_.service == "sqs" && ParseQueuePath(request.path()) &&
      !wire::internal::FormParameter(request, "Action")) {
    return Send(NoActionAtQueueUrl()), false;
  }
  return true;
}

Result<void> ApiExchange::OpenBody(const auth::AuthOutcome& outcome) {
  wire::BodyReader* raw = request.stream;
  if (raw == nullptr) {
    collected_ = std::make_unique<wire::MemoryBodyReader>(std::exchange(request.body, {}));
    raw = collected_.get();
  }
  if (route_.service != kS3) {
    body_ = std::move(collected_);
    return {};
  }
  ASSIGN_OR_RETURN(body_, auth::MakePayloadReader(request, outcome, *raw, collected_ != nullptr));
  if (auth::IsAwsChunked(request)) auth::DescribeDecodedBody(request.headers);
  return {};
}

/// A document may be sent in signed chunks like an object: what nobody unframes, nobody verifies.
Result<void> ApiExchange::UnframeDocument(const auth::AuthOutcome& outcome) {
  const std::size_t framed_bytes = request.body.size();
  RETURN_IF_ERROR(OpenBody(outcome));
  std::string document(framed_bytes, '\0');
  std::size_t size = 0;
  while (const std::size_t count = body_->Read(document.data() + size, framed_bytes - size)) size += count;
  document.resize(size);
  if (const wire::Headers* const trailers = body_->trailers()) {
    for (const auto& [name, value] : *trailers) request.headers.Set(name, value);
  }
  body_ = nullptr;
  request.body = std::move(document);
  return {};
}

Result<std::shared_ptr<Call>> ApiExchange::MakeCall(const wire::Operation& operation, auth::AuthOutcome outcome) {
  const ServiceDescriptor* const descriptor = world().FindDescriptor(route_.service);
  if (operation.has_streaming_input()) {
    RETURN_IF_ERROR(OpenBody(outcome));
  } else if (!request.body.empty()) {
    if (route_.service == kS3 && auth::IsAwsChunked(request)) RETURN_IF_ERROR(UnframeDocument(outcome));
    const bool with_checksums = !operation.checksum_request_algorithm_member().empty();
    if (descriptor != nullptr && descriptor->check_document != nullptr)
      RETURN_IF_ERROR(descriptor->check_document(request.headers, request.body, with_checksums));
  }
  auto input = wire::DecodeInput(operation, protocol_, request);
  if (!input.ok()) return std::move(input).error();
  auto call = NewCall(operation, std::move(outcome));
  // Old clients of SQS post their form to the queue's URL and do not repeat it inside.
  if (protocol_ == wire::Protocol::kQuery && route_.service == "sqs" && input->is_object() &&
      !input->contains("QueueUrl") && operation.input() && operation.input()->FindMember("QueueUrl") &&
      ParseQueuePath(request.path())) {
    (*input)["QueueUrl"] = call->endpoint + std::string(request.path());
  }
  if (descriptor != nullptr && descriptor->validates_input) {
    auto valid = wire::ValidateInput(operation, protocol_, *input);
    if (!valid.ok()) return std::move(valid).error();
  }
  call->input = *std::move(input);
  call->body = body_.get();
  return call;
}

std::shared_ptr<Call> ApiExchange::NewCall(const wire::Operation& operation, auth::AuthOutcome outcome) {
  auto call = std::make_shared<Call>();
  call->endpoint = Endpoint();
  call->operation = operation.name();
  call->model = operation;
  call->protocol = protocol_;
  call->scope.account = std::move(outcome.account);
  call->names_region = !outcome.region.empty() || !route_.host.region.empty();
  if (!outcome.region.empty()) {
    call->scope.region = std::move(outcome.region);
  } else {
    call->scope.region = route_.host.region.empty() ? parts_.default_region : Region(route_.host.region);
  }
  call->caller = std::move(outcome.principal);
  call->access_key_id = std::move(outcome.access_key_id);
  call->request_id = request_id_;
  call->source_ip = request.source_ip;
  call->user_agent = request.headers.Get("user-agent");
  call->tls = request.tls;
  call->reply = &reply_;
  call->headers = &request.headers;
  return call;
}

void ApiExchange::Dispatch(std::shared_ptr<Call> call, bool waits) {
  if (waits) {
    const std::scoped_lock lock(abandon_mutex_);
    cancellation_.emplace();
    if (abandoned_) cancellation_->Cancel();
    call->cancellation = cancellation_->token();
  }
  world().Dispatch(route_.service, std::move(call), [self = shared_from_this()](Result<Json> outcome) {
    if (outcome.ok()) {
      self->Succeed(outcome.value());
    } else {
      self->Fail(outcome.error());
    }
  });
}

void ApiExchange::Succeed(const Json& output) {
  try {
    Send(Encode(*operation_, output));
  } catch (const std::exception& error) {
    spdlog::error("the answer of {} {} cannot be encoded, request {}: {}", route_.service, operation_->name(),
                  request_id_, error.what());
    Fail(InternalFailure());
  }
}

wire::HttpResponse ApiExchange::Encode(const wire::Operation& operation, const Json& output) {
  wire::HttpResponse response = wire::EncodeOutput(operation, protocol_, output, MakeContext());
  if (reply_.http_status != 0) response.status = reply_.http_status;
  response.stream = std::move(reply_.body);
  return response;
}

wire::HttpResponse ApiExchange::Encode(const AwsError& error) {
  return wire::EncodeError(*model_, protocol_, error, MakeContext());
}

void ApiExchange::Fail(const AwsError& error) {
  error_code_ = error.code;
  if (!model_ || !*model_) {
    wire::HttpResponse response;
    response.status = error.http_status != 0 ? error.http_status : 500;
    response.headers.Add("Content-Type", "application/json");
    response.body =
        Json{{"__type", error.code}, {"message", error.message}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    return Send(std::move(response));
  }
  Send(Encode(error));
}

wire::HttpResponse ApiExchange::TooLarge() {
  return AnswerUnread(
      {"RequestEntityTooLarge", fmt::format("Request body exceeded the maximum of {} bytes.", plan.max_bytes), 413});
}

std::optional<wire::HttpResponse> ApiExchange::Decline(http::BodyRefusal why) {
  const bool s3 = route_.service == kS3;
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: clients come again after both of S3's.
  if (why == http::BodyRefusal::kTooSlow) {
    return AnswerUnread({"RequestTimeout",
                         "Your socket connection to the server was not read from or written to within the timeout "
                         "period. Idle connections will be closed.",
                         s3 ? 400 : 408});
  }
  if (s3) return AnswerUnread({"SlowDown", "Please reduce your request rate.", 503});
  return AnswerUnread({"ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503});
}

wire::HttpResponse ApiExchange::AnswerUnread(const AwsError& error) {
  wire::HttpResponse answer;
  respond_ = [&answer](wire::HttpResponse response) { answer = std::move(response); };
  // A form's service is in the body, which nobody has read: any Query service's envelope is the same.
  if (route_.kind == Route::Kind::kNeedsBody) {
    route_.kind = Route::Kind::kService;
    route_.service = "sts";
    protocol_ = wire::Protocol::kQuery;
    model_ = wire::FindLinkedModel(route_.service);
    request_id_ = world().random().Uuid();
  } else if (!Identify()) {
    return answer;
  }
  Fail(error);
  return answer;
}

void ApiExchange::Abandon() {
  const std::scoped_lock lock(abandon_mutex_);
  abandoned_ = true;
  if (cancellation_) cancellation_->Cancel();
}

wire::EncodeContext ApiExchange::MakeContext() {
  wire::EncodeContext context = wire::MakeEncodeContext(request, request_id_);
  if (IsS3Api(route_.service)) context.host_id = wire::HostIdOf(context.request_id);
  return context;
}

std::string ApiExchange::Endpoint() const {
  std::string endpoint = request.tls ? "https://" : "http://";
  std::string_view host = request.host();
  // Handlers write `endpoint/bucket/key`.
  if (!sent_target_.empty()) host.remove_prefix(std::min(host.size(), route_.host.prefix.size() + 1));
  endpoint.append(host.empty() ? "localhost" : host);
  return endpoint;
}

void ApiExchange::Send(wire::HttpResponse response) {
  response.headers.Add("Date", std::string(HttpDateNow()));
  if (route_.service == kS3) response.headers.Add("Server", "AmazonS3");
  AddOriginFields(response);
  Record(response);
  if (route_.service == kS3) TellRequestLog(response);
  respond_(std::move(response));
}

std::shared_ptr<const AccessReport> ApiExchange::FindDenial() const {
  const IamMode mode = world().iam_mode();
  const bool possible = call_ && (mode == IamMode::kAudit || (mode == IamMode::kEnforce && !error_code_.empty()));
  return possible ? world().FindAccessReport(request_id_) : nullptr;
}

void ApiExchange::TellRequestLog(const wire::HttpResponse& response) const {
  auto* const log = world().deps().ports.Find<ports::RequestLog>();
  if (log == nullptr) return;
  std::string scratch;
  log->Answered({
      .request = request,
      .target = JournalTarget(sent_target_.empty() ? request.target : sent_target_, true, scratch),
      .operation = OperationName(),
      .call = call_.get(),
      .request_id = request_id_,
      .response = response,
      .error_code = error_code_,
      .bytes_sent = response.stream ? response.stream->size().value_or(0) : response.body.size(),
      .took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun_),
  });
}

void ApiExchange::Record(const wire::HttpResponse& response) const {
  using std::chrono::duration_cast;
  const auto now = std::chrono::steady_clock::now();
  const auto took = now - begun_;
  if (parts_.statistics != nullptr && !route_.service.empty()) {
    parts_.statistics->Add(route_.service, OperationName().empty() ? "?" : OperationName(), response.status,
                           duration_cast<std::chrono::microseconds>(took).count(), now);
  }
  const bool logged = parts_.log != nullptr && parts_.log->Wants(response.status);
  if (parts_.journal == nullptr && !logged) return;
  JournalRecord record;
  // Real time, as logs have it; the world's may stand still.
  record.time = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now() - took);
  record.duration_us = duration_cast<std::chrono::microseconds>(took).count();
  record.bytes_in =
      request.stream != nullptr ? auth::ReadLength(request.headers, "content-length").value_or(0) : bytes_in_;
  record.bytes_out = response.stream ? response.stream->size().value_or(0) : response.body.size();
  record.status = response.status;
  record.world = universe_->name;
  if (call_) {
    record.account = call_->scope.account.str();
    record.principal = call_->caller.arn;
    record.access_key_id = call_->access_key_id;
  } else if (claim_) {
    record.access_key_id = claim_->access_key_id;
  }
  record.service = route_.service;
  record.operation = OperationName();
  record.method = request.method;
  const bool rest = protocol_ == wire::Protocol::kRestXml || protocol_ == wire::Protocol::kRestJson;
  std::string scratch;
  record.target = JournalTarget(sent_target_.empty() ? request.target : sent_target_, rest, scratch);
  record.error = error_code_;
  record.request_id = request_id_;
  record.source_ip = request.source_ip;
  record.user_agent = request.headers.Get("user-agent");
  const auto denial = FindDenial();
  if (denial) {
    record.denied_action = denial->action;
    record.denied_resource = denial->resource;
    record.denied_reason = denial->reason;
    record.denial_enforced = denial->enforced;
  }
  if (parts_.journal != nullptr) parts_.journal->Add(record);
  if (logged) parts_.log->Add(record);
}

}  // namespace stratolite::daemon
