#include "events/api_destination_deliveries.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "events/api_destination_request.hpp"
#include "events/destination_store.hpp"
#include "events/errors.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/ports/http_client.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kCallKind = "events.api_destination";
/// A try that was begun is begun again after this, if nothing was heard of it: the process was killed.
constexpr Duration kCallDeadline = std::chrono::seconds(60);
constexpr int kDoublings = 9;
/// With it, 185 retries take the 24 hours that AWS gives them.
constexpr Duration kLongestBackOff = std::chrono::seconds(480);
constexpr std::int64_t kDefaultRetries = 185;
constexpr std::int64_t kDefaultAgeSeconds = 24 * 3600;

Duration BackOffBefore(int retry) {
  return retry <= kDoublings ? Duration(std::chrono::seconds(1 << (retry - 1))) : kLongestBackOff;
}

/// Why a try has failed.
struct Failure {
  std::string code;
  std::string message;
  bool again = false;
  /// What the endpoint asks for.
  std::optional<Duration> pause = {};
};

Failure FailureOf(const AwsError& error) {
  if (error.code == "Refused") return {"INVALID_PARAMETER", error.message};
  if (error.code == "Timeout") return {"TIMEOUT", error.message, true};
  if (error.code == "AuthorizationFailed") return {"NO_PERMISSIONS", error.message, true};
  return {"CONNECTION_FAILURE", error.message, true};
}

/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html, "error codes".
std::optional<Failure> FailureOf(const ports::HttpClient::Answer& answer, bool oauth, TimePoint now) {
  const int status = answer.status;
  if (status >= 200 && status < 300) return std::nullopt;
  Failure failure{"ERROR_FROM_TARGET", fmt::format("The endpoint answered with status {}.", status)};
  if (status == 429) failure.code = "THROTTLING";
  if (status == 401 || status == 403 || status == 407) failure.code = "NO_PERMISSIONS";
  failure.again = status == 409 || status == 429 || status >= 500 || (oauth && (status == 401 || status == 407));
  failure.pause = RetryAfter(answer, now);
  if (failure.pause && *failure.pause < Duration::zero()) failure.again = false;
  return failure;
}

}  // namespace

struct ApiDestinationDeliveries::State : std::enable_shared_from_this<ApiDestinationDeliveries::State> {
  State(const ServiceDeps& given, ConnectionAuthorizer& authorizer, OnGivenUp given_up)
      : deps(given), authorizer(authorizer), on_given_up(std::move(given_up)) {}

  void OnDue(const runtime::DueTask& task);
  void Begin(const ApiCall& call, const ApiDestination& destination, const Connection& connection);
  void Invoke(const ApiCall& call, const ApiDestination& destination, const Connection& connection);
  /// nullopt: it has arrived.
  void End(const ApiCall& call, const std::optional<Failure>& failure);
  void DropToken(const Connection& connection);
  void Postpone(std::int64_t id, TimePoint until);
  /// nullopt: now.
  std::optional<TimePoint> ThrottledUntil(const ApiCall& call, const ApiDestination& destination);
  /// False: it is on its way already.
  bool TakeOff(std::int64_t id);
  void Land(std::int64_t id);

  const ServiceDeps deps;
  ConnectionAuthorizer& authorizer;
  const OnGivenUp on_given_up;
  std::mutex mutex;
  // Guarded by mutex:
  std::set<std::int64_t> in_flight;
  /// When the next call may go to a destination, and the calls that wait for such a turn.
  std::map<std::string, TimePoint> next_turns;
  std::set<std::int64_t> waiting_turns;
};

bool ApiDestinationDeliveries::State::TakeOff(std::int64_t id) {
  const std::scoped_lock lock(mutex);
  return in_flight.insert(id).second;
}

void ApiDestinationDeliveries::State::Land(std::int64_t id) {
  const std::scoped_lock lock(mutex);
  in_flight.erase(id);
}

void ApiDestinationDeliveries::State::Postpone(std::int64_t id, TimePoint until) {
  deps.db.Transact(
      [&](storage::Txn& txn) { deps.scheduler.Schedule(txn, kCallKind, {std::to_string(id), until, {}}); });
}

std::optional<TimePoint> ApiDestinationDeliveries::State::ThrottledUntil(const ApiCall& call,
                                                                         const ApiDestination& destination) {
  const TimePoint now = deps.clock.Now();
  const std::scoped_lock lock(mutex);
  if (waiting_turns.erase(call.id) > 0) return std::nullopt;
  TimePoint& next = next_turns[call.delivery.target.resource];
  const TimePoint turn = std::max(now, next);
  next = turn + Duration(std::chrono::seconds(1)) / destination.rate_per_second;
  // A burst of a second's worth is what AWS lets through at once.
  if (turn < now + std::chrono::seconds(1)) return std::nullopt;
  waiting_turns.insert(call.id);
  return turn;
}

void ApiDestinationDeliveries::State::OnDue(const runtime::DueTask& task) {
  const std::optional<std::int64_t> id = ParseWholeNumber<std::int64_t>(task.key);
  if (!id) return;
  struct Found {
    std::optional<ApiCall> call;
    std::optional<ApiDestination> destination;
    std::optional<Connection> connection;
  };
  const Found found = deps.db.Read([&](storage::Reader& reader) {
    Found at_hand{destination_store::FindCall(reader, *id), {}, {}};
    if (at_hand.call) at_hand.destination = destination_store::FindDestination(reader, at_hand.call->delivery.target);
    if (at_hand.destination)
      at_hand.connection = destination_store::FindConnection(reader, at_hand.destination->connection_arn);
    return at_hand;
  });
  if (!found.call) return;
  if (!found.destination) return End(*found.call, Failure{"NO_RESOURCE", "The API destination does not exist."});
  Postpone(*id, deps.clock.Now() + kCallDeadline);
  // The clock may be faster than the endpoint.
  if (!TakeOff(*id)) return;
  if (const auto turn = ThrottledUntil(*found.call, *found.destination)) {
    Land(*id);
    return Postpone(*id, *turn);
  }
  if (!found.connection || found.connection->auth.empty())
    return End(*found.call, Failure{"NO_PERMISSIONS", "The connection is not authorized.", true});
  Begin(*found.call, *found.destination, *found.connection);
}

void ApiDestinationDeliveries::State::Begin(const ApiCall& call, const ApiDestination& destination,
                                            const Connection& connection) {
  const bool has_token = !connection.token.empty() && connection.token_expires_at > deps.clock.Now();
  if (!connection.oauth() || has_token) return Invoke(call, destination, connection);
  authorizer.Fetch(connection, [self = shared_from_this(), call, destination](const Result<Connection>& authorized) {
    if (authorized.ok()) return self->Invoke(call, destination, *authorized);
    if (authorized.error().code == "Stopped") return self->Land(call.id);
    self->End(call, FailureOf(authorized.error()));
  });
}

void ApiDestinationDeliveries::State::Invoke(const ApiCall& call, const ApiDestination& destination,
                                             const Connection& connection) {
  auto* const client = deps.ports.Find<ports::HttpClient>();
  if (client == nullptr) return End(call, Failure{"CONNECTION_FAILURE", "Nothing is called from here.", true});
  ports::HttpClient::Request request = ApiDestinationRequest(destination, connection, call.delivery);
  request.cut_answer = true;
  client->Send(std::move(request),
               [self = shared_from_this(), call, connection](const Result<ports::HttpClient::Answer>& answer) {
                 // Begun again when the world is.
                 if (!answer.ok() && answer.error().code == "Stopped") return self->Land(call.id);
                 if (!answer.ok()) return self->End(call, FailureOf(answer.error()));
                 if (connection.oauth() && (answer->status == 401 || answer->status == 407))
                   self->DropToken(connection);
                 self->End(call, FailureOf(*answer, connection.oauth(), self->deps.clock.Now()));
               });
}

void ApiDestinationDeliveries::State::DropToken(const Connection& connection) {
  deps.db.Transact([&](storage::Txn& txn) {
    auto current = destination_store::FindConnection(txn, connection.arn());
    if (!current || current->token != connection.token) return;
    current->token.clear();
    destination_store::UpdateConnection(txn, *current);
  });
}

void ApiDestinationDeliveries::State::End(const ApiCall& call, const std::optional<Failure>& failure) {
  // Before the next try can be due.
  Land(call.id);
  const Fields parameters(call.delivery.parameters);
  std::optional<TimePoint> next;
  GivenUp reason;
  if (failure) {
    const Fields policy(parameters.Object("RetryPolicy"));
    const TimePoint oldest =
        call.enqueued_at + std::chrono::seconds(policy.IntOr("MaximumEventAgeInSeconds", kDefaultAgeSeconds));
    next = deps.clock.Now() + std::max(BackOffBefore(call.failures + 1), failure->pause.value_or(Duration::zero()));
    reason = {failure->code, failure->message, {}, call.failures};
    if (failure->again && call.failures >= policy.IntOr("MaximumRetryAttempts", kDefaultRetries)) {
      reason.exhausted_condition = "MaximumRetryAttempts";
    } else if (failure->again && *next > oldest) {
      reason.exhausted_condition = "MaximumEventAgeInSeconds";
    }
    if (!failure->again || !reason.exhausted_condition.empty()) next.reset();
    const auto queue = Arn::Parse(Fields(parameters.Object("DeadLetterConfig")).StringOr("Arn", ""));
    if (!next && queue) deps.events.FindTarget(*queue);
  }
  deps.db.Transact([&](storage::Txn& txn) {
    // After a reset the number may be another's.
    const auto current = destination_store::FindCall(txn, call.id);
    if (!current || current->enqueued_at != call.enqueued_at || current->failures != call.failures) return;
    if (next) {
      destination_store::SetCallFailures(txn, call.id, call.failures + 1);
      return deps.scheduler.Schedule(txn, kCallKind, {std::to_string(call.id), *next, {}});
    }
    deps.scheduler.Cancel(txn, kCallKind, std::to_string(call.id));
    destination_store::DeleteCall(txn, call.id);
    if (failure) on_given_up(txn, call.delivery, reason);
  });
}

ApiDestinationDeliveries::ApiDestinationDeliveries(const ServiceDeps& deps, ConnectionAuthorizer& authorizer,
                                                   OnGivenUp on_given_up)
    : state_(std::make_shared<State>(deps, authorizer, std::move(on_given_up))) {
  deps.scheduler.Register(std::string(kCallKind),
                          [state = state_.get()](const runtime::DueTask& task) { state->OnDue(task); });
}

ApiDestinationDeliveries::~ApiDestinationDeliveries() = default;

Result<void> ApiDestinationDeliveries::CheckTarget(const Arn& target) {
  const bool there = state_->deps.db.Read(
      [&](storage::Reader& reader) { return destination_store::FindDestination(reader, target).has_value(); });
  if (!there) return ApiDestinationNotFound(target.ToString());
  return {};
}

Result<void> ApiDestinationDeliveries::Enqueue(storage::Txn& txn, const Delivery& delivery) {
  if (!destination_store::FindDestination(txn, delivery.target))
    return ApiDestinationNotFound(delivery.target.ToString());
  ApiCall call{0, delivery, state_->deps.clock.Now(), 0};
  if (!call.delivery.parameters.is_object()) call.delivery.parameters = Json::object();
  destination_store::InsertCall(txn, call);
  state_->deps.scheduler.Schedule(txn, kCallKind, {std::to_string(call.id), call.enqueued_at, {}});
  return {};
}

void ApiDestinationDeliveries::Clear() {
  const std::scoped_lock lock(state_->mutex);
  state_->next_turns.clear();
  state_->waiting_turns.clear();
}

}  // namespace stratolite::events
