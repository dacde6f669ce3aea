#include "events/scheduled_rules.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/runtime/schedule_expression.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kScheduledKind = "events.rule";

std::string KeyOf(const Rule& rule) { return std::to_string(rule.id); }

/// What a due row knows: the schedule it was made for, and when that began.
std::string PayloadOf(const Rule& rule, TimePoint start) {
  return Json{{"schedule", rule.schedule}, {"start", start.time_since_epoch().count()}}.dump();
}

}  // namespace

void ScheduledRules::Start() {
  deps_.scheduler.Register(std::string(kScheduledKind), [this](const runtime::DueTask& task) { Run(task); });
}

void ScheduledRules::Changed(storage::Txn& txn, const Rule& rule) {
  if (rule.schedule.empty() || !rule.enabled()) return Deleted(txn, rule);
  const TimePoint now = deps_.clock.Now();
  Plan(txn, rule, now, now);
}

void ScheduledRules::Deleted(storage::Txn& txn, const Rule& rule) {
  deps_.scheduler.Cancel(txn, kScheduledKind, KeyOf(rule));
}

void ScheduledRules::Plan(storage::Txn& txn, const Rule& rule, TimePoint after, TimePoint start) {
  const auto schedule = runtime::ScheduleExpression::Parse(rule.schedule);
  const std::optional<TimePoint> next = schedule ? schedule->Next(after, start) : std::nullopt;
  if (!next) return deps_.scheduler.Cancel(txn, kScheduledKind, KeyOf(rule));
  deps_.scheduler.Schedule(txn, kScheduledKind, {.key = KeyOf(rule), .due = *next, .payload = PayloadOf(rule, start)});
}

void ScheduledRules::Run(const runtime::DueTask& task) {
  const RuleId id = std::stoll(task.key);
  if (const RulePtr rule = deps_.db.Read([&](storage::Reader& reader) { return BusStore::FindRule(reader, id); }))
    dispatch_.Prepare(*rule);
  const Json payload = Json::parse(task.payload);
  deps_.db.Transact([&](storage::Txn& txn) {
    const RulePtr rule = BusStore::FindRule(txn, id);
    if (rule == nullptr || !rule->enabled() || payload.at("schedule") != rule->schedule) return;
    Event::Parts parts;
    parts.id = deps_.random.Uuid();
    parts.detail_type = "Scheduled Event";
    parts.source = "aws.events";
    parts.account = rule->scope.account.str();
    parts.region = rule->scope.region.str();
    parts.time = task.due;
    parts.resources = {rule->arn};
    parts.detail = "{}";
    const Result<Event> event = MakeEvent(std::move(parts), deps_.clock.Now());
    dispatch_.Fire(txn, *rule, *event);
    Plan(txn, *rule, std::max(task.due, deps_.clock.Now()),
         TimePoint(Duration(payload.at("start").get<std::int64_t>())));
  });
}

}  // namespace stratolite::events
