#include "scheduler/firing.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "scheduler/invocations.hpp"
#include "scheduler/schedule_checks.hpp"
#include "scheduler/schedule_store.hpp"
#include "stratolite/ports/operation_caller.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/runtime/schedule_expression.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::scheduler {
namespace {

using runtime::ScheduleExpression;

/// Due rows: the next moment of a schedule, by its id, with the moment in microseconds; and the next try of an invocation, by its id.
constexpr std::string_view kMomentKind = "scheduler.moment";
constexpr std::string_view kTryKind = "scheduler.try";
/// After which a universal call that no process remembers is taken for lost.
constexpr Duration kCallDeadline = std::chrono::minutes(1);
constexpr Duration kLongestBackOff = std::chrono::minutes(10);
constexpr Duration kSmallest{1};

Duration BackOff(std::int64_t attempts) {
  const std::int64_t doubled = std::int64_t{1} << std::clamp<std::int64_t>(attempts - 1, 0, 20);
  return std::min<Duration>(std::chrono::seconds(doubled), kLongestBackOff);
}

std::optional<ScheduleExpression> ExpressionOf(const Schedule& schedule) {
  const Fields in(schedule.definition);
  return ScheduleExpression::Parse(in.StringOr("ScheduleExpression", ""),
                                   in.StringOr("ScheduleExpressionTimezone", "UTC"));
}

bool SameTimes(const Schedule& a, const Schedule& b) {
  constexpr std::array<const char*, 4> kTimes{"ScheduleExpression", "ScheduleExpressionTimezone", "StartDate",
                                              "EndDate"};
  return std::ranges::all_of(
      kTimes, [&](const char* name) { return a.definition.value(name, Json()) == b.definition.value(name, Json()); });
}

Duration WindowOf(const Schedule& schedule) {
  return std::chrono::minutes(Fields(schedule.definition.at("FlexibleTimeWindow")).IntOr("MaximumWindowInMinutes", 0));
}

AwsError NoSuchTarget(const Arn& target) {
  return {.code = "NotImplemented",
          .message = fmt::format("Stratolite has no {} service that takes deliveries.", target.service),
          .http_status = 501};
}

}  // namespace

struct Firing::Shared {
  std::mutex mutex;
  /// Null once stopped. Guarded by mutex.
  Firing* firing = nullptr;
};

Firing::Firing(const ServiceDeps& deps)
    : deps_(deps), shared_(std::make_shared<Shared>()), watching_since_(deps.clock.Now()) {
  shared_->firing = this;
}

Firing::~Firing() { Stop(); }

void Firing::Start() {
  deps_.scheduler.Register(std::string(kMomentKind), [this](const runtime::DueTask& task) { OnMoment(task); });
  deps_.scheduler.Register(std::string(kTryKind), [this](const runtime::DueTask& task) { OnTry(task); });
}

void Firing::Stop() {
  const std::scoped_lock lock(shared_->mutex);
  shared_->firing = nullptr;
}

void Firing::Reset() {
  const std::scoped_lock lock(mutex_);
  watching_since_ = deps_.clock.Now();
  under_way_.clear();
}

void Firing::Begin(storage::Txn& txn, Schedule& schedule) {
  const TimePoint now = deps_.clock.Now();
  const auto start = Fields(schedule.definition).OptionalTime("StartDate");
  schedule.anchor = start.value_or(std::chrono::floor<std::chrono::seconds>(now));
  ScheduleStore::Update(txn, schedule);
  const auto expression = ExpressionOf(schedule);
  TimePoint after = now;
  // A moment that has passed comes at once: "the schedule may immediately invoke its target".
  if (expression && expression->kind() == ScheduleExpression::Kind::kAt) after = TimePoint::min();
  // "If you do not provide a StartDate for a rate-based schedule, your schedule starts invoking the target immediately."
  if (expression && expression->kind() == ScheduleExpression::Kind::kRate && !start)
    after = schedule.anchor - kSmallest;
  Plan(txn, schedule, after);
}

void Firing::Change(storage::Txn& txn, const Schedule& before, Schedule& after) {
  const std::string key = std::to_string(after.id);
  if (!after.enabled()) return deps_.scheduler.Cancel(txn, kMomentKind, key);
  if (!SameTimes(before, after)) return Begin(txn, after);
  const auto expression = ExpressionOf(after);
  const bool once = expression && expression->kind() == ScheduleExpression::Kind::kAt;
  if (!before.enabled() && !once) return Plan(txn, after, deps_.clock.Now());
  // The window may be another.
  if (after.next) Plan(txn, after, *after.next - kSmallest);
}

void Firing::Delete(storage::Txn& txn, ScheduleId id) {
  deps_.scheduler.Cancel(txn, kMomentKind, std::to_string(id));
  for (const InvocationId invocation : ScheduleStore::FindInvocations(txn, id))
    deps_.scheduler.Cancel(txn, kTryKind, std::to_string(invocation));
  ScheduleStore::Delete(txn, id);
}

void Firing::Plan(storage::Txn& txn, Schedule& schedule, TimePoint after) {
  const Fields in(schedule.definition);
  const auto expression = ExpressionOf(schedule);
  const bool once = expression && expression->kind() == ScheduleExpression::Kind::kAt;
  // "EventBridge Scheduler ignores StartDate for one-time schedules", and EndDate too.
  if (const auto start = in.OptionalTime("StartDate"); start && !once) after = std::max(after, *start - kSmallest);
  schedule.next = expression ? expression->Next(after, schedule.anchor) : std::nullopt;
  if (const auto end = in.OptionalTime("EndDate"); end && !once && schedule.next && *schedule.next > *end)
    schedule.next.reset();
  ScheduleStore::SetNext(txn, schedule);
  const std::string key = std::to_string(schedule.id);
  if (!schedule.next || !schedule.enabled()) return deps_.scheduler.Cancel(txn, kMomentKind, key);
  const Duration window = WindowOf(schedule);
  const Duration wait{window == Duration::zero()
                          ? 0
                          : static_cast<std::int64_t>(deps_.random.Below(static_cast<std::uint64_t>(window.count())))};
  deps_.scheduler.Schedule(
      txn, kMomentKind,
      {.key = key, .due = *schedule.next + wait, .payload = std::to_string(schedule.next->time_since_epoch().count())});
}

bool Firing::Prepare(const Json& target) {
  const Fields in(target);
  if (const auto queue = Arn::Parse(Fields(in.Object("DeadLetterConfig")).StringOr("Arn", "")))
    deps_.events.FindTarget(*queue);
  // The newer kind of buses is not built.
  if (in.Has("EventBridgePutEventsV2Parameters") || in.Has("EventBridgePutRawEventsParameters")) return false;
  const auto arn = Arn::Parse(in.StringOr("Arn", ""));
  return arn && !ParseUniversalTarget(*arn) && deps_.events.FindTarget(*arn) != nullptr;
}

void Firing::OnMoment(const runtime::DueTask& task) {
  const ScheduleId id = std::stoll(task.key);
  const TimePoint moment{Duration(std::stoll(task.payload))};
  const auto seen = deps_.db.Read([&](storage::Reader& reader) { return ScheduleStore::Find(reader, id); });
  if (!seen) return;
  const bool deliverable = Prepare(seen->definition.at("Target"));
  TimePoint after = moment;
  {
    const std::scoped_lock lock(mutex_);
    after = std::max(moment, watching_since_);
  }
  deps_.db.Transact([&](storage::Txn& txn) {
    std::optional<Schedule> schedule = ScheduleStore::Find(txn, id);
    if (!schedule || !schedule->enabled() || schedule->next != moment) return;
    const TimePoint now = deps_.clock.Now();
    Invocation invocation{.schedule = id,
                          .scope = schedule->scope,
                          .schedule_arn = schedule->Arn(),
                          .target = schedule->definition.at("Target"),
                          .scheduled_at = moment,
                          .fired_at = now};
    Plan(txn, *schedule, after);
    if (!ParseUniversalTarget(*Arn::Parse(invocation.target.at("Arn").get<std::string>())))
      return DeliverOrFail(txn, std::move(invocation), deliverable);
    ScheduleStore::InsertInvocation(txn, invocation);
    deps_.scheduler.Schedule(txn, kTryKind, {.key = std::to_string(invocation.id), .due = now, .payload = {}});
  });
}

void Firing::OnTry(const runtime::DueTask& task) {
  const InvocationId id = std::stoll(task.key);
  const auto seen = deps_.db.Read([&](storage::Reader& reader) { return ScheduleStore::FindInvocation(reader, id); });
  if (!seen) return;
  const bool deliverable = Prepare(seen->target);
  if (!ParseUniversalTarget(*Arn::Parse(seen->target.at("Arn").get<std::string>()))) {
    return deps_.db.Transact([&](storage::Txn& txn) {
      if (auto invocation = ScheduleStore::FindInvocation(txn, id))
        DeliverOrFail(txn, *std::move(invocation), deliverable);
    });
  }
  bool called = false;
  {
    const std::scoped_lock lock(mutex_);
    called = !under_way_.insert(id).second;
  }
  // The row that stays is for a process that ends before the call does.
  const auto invocation = deps_.db.Transact([&](storage::Txn& txn) {
    auto current = ScheduleStore::FindInvocation(txn, id);
    if (!current) return current;
    if (!called) {
      ++current->attempts;
      ScheduleStore::SetAttempts(txn, *current);
    }
    deps_.scheduler.Schedule(txn, kTryKind, {.key = task.key, .due = deps_.clock.Now() + kCallDeadline, .payload = {}});
    return current;
  });
  if (!called && invocation) CallUniversal(*invocation);
}

void Firing::CallUniversal(const Invocation& invocation) {
  const auto target = ParseUniversalTarget(*Arn::Parse(invocation.target.at("Arn").get<std::string>()));
  auto* const caller = deps_.ports.Find<ports::OperationCaller>();
  if (caller == nullptr) return OnCalled(invocation.id, NoSuchTarget({}));
  const std::string input = InputOf(invocation);
  ports::OperationCaller::Request request;
  request.service = target->service;
  request.operation = target->operation;
  request.input = input;
  request.scope = invocation.scope;
  request.caller = RoleSession(invocation);
  request.source_service = kPrincipal;
  caller->Call(request, [shared = shared_, id = invocation.id](Result<Json> outcome) {
    const std::scoped_lock lock(shared->mutex);
    if (shared->firing != nullptr) shared->firing->OnCalled(id, outcome);
  });
}

void Firing::OnCalled(InvocationId id, const Result<Json>& outcome) {
  {
    const std::scoped_lock lock(mutex_);
    under_way_.erase(id);
  }
  deps_.db.Transact([&](storage::Txn& txn) {
    auto invocation = ScheduleStore::FindInvocation(txn, id);
    if (!invocation) return;
    if (outcome.ok()) return Finish(txn, *invocation);
    Fail(txn, *std::move(invocation), outcome.error());
  });
}

void Firing::DeliverOrFail(storage::Txn& txn, Invocation invocation, bool deliverable) {
  ++invocation.attempts;
  const Arn target = *Arn::Parse(invocation.target.at("Arn").get<std::string>());
  const Result<void> taken =
      deliverable ? deps_.events.Send(txn, DeliveryTo(target, invocation)) : NoSuchTarget(target);
  if (taken.ok()) return Finish(txn, invocation);
  Fail(txn, std::move(invocation), taken.error());
}

void Firing::Finish(storage::Txn& txn, const Invocation& invocation) {
  if (invocation.id != 0) {
    deps_.scheduler.Cancel(txn, kTryKind, std::to_string(invocation.id));
    ScheduleStore::DeleteInvocation(txn, invocation.id);
  }
  const auto schedule = ScheduleStore::Find(txn, invocation.schedule);
  if (!schedule || schedule->next || !schedule->enabled() || !schedule->deleted_after_completion()) return;
  if (ScheduleStore::FindInvocations(txn, schedule->id).empty()) Delete(txn, schedule->id);
}

void Firing::Fail(storage::Txn& txn, Invocation invocation, const AwsError& error) {
  if (!MayPass(error)) return GiveUp(txn, invocation, error, {});
  const Fields policy(invocation.target.at("RetryPolicy"));
  if (invocation.attempts > policy.IntOr("MaximumRetryAttempts", 0))
    return GiveUp(txn, invocation, error, "MaximumRetryAttempts");
  const TimePoint next = deps_.clock.Now() + BackOff(invocation.attempts);
  const Duration most = std::chrono::seconds(policy.IntOr("MaximumEventAgeInSeconds", 0));
  if (next - invocation.fired_at > most) return GiveUp(txn, invocation, error, "MaximumEventAgeInSeconds");
  if (invocation.id == 0) {
    ScheduleStore::InsertInvocation(txn, invocation);
  } else {
    ScheduleStore::SetAttempts(txn, invocation);
  }
  deps_.scheduler.Schedule(txn, kTryKind, {.key = std::to_string(invocation.id), .due = next, .payload = {}});
}

void Firing::GiveUp(storage::Txn& txn, const Invocation& invocation, const AwsError& error,
                    std::string_view exhausted) {
  const Arn target = *Arn::Parse(invocation.target.at("Arn").get<std::string>());
  const auto queue = Arn::Parse(Fields(Fields(invocation.target).Object("DeadLetterConfig")).StringOr("Arn", ""));
  if (!queue) {
    deps_.events.ReportLost(txn, DeliveryTo(target, invocation), error);
  } else {
    spdlog::warn("{} could not call {}: {}", invocation.schedule_arn, invocation.target.at("Arn").get<std::string>(),
                 error.code);
    const Delivery letter = DeadLetterTo(*queue, invocation, error, exhausted);
    if (Result<void> taken = deps_.events.Send(txn, letter); !taken.ok())
      deps_.events.ReportLost(txn, letter, taken.error());
  }
  Finish(txn, invocation);
}

}  // namespace stratolite::scheduler
