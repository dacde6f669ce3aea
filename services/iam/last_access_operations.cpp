#include "iam/last_access_operations.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "iam/credential_errors.hpp"
#include "iam/entities.hpp"
#include "iam/granted_services.hpp"
#include "iam/last_access.hpp"
#include "iam/number_paging.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/usage_log.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr Duration kAccessReportTakes = std::chrono::seconds(1);
constexpr Duration kReportKept = std::chrono::hours(24 * 7);
constexpr std::string_view kActionLevel = "ACTION_LEVEL";

/// What everybody of a subject did with one service.
struct ServiceUses {
  /// Who used it last of each entity, by its ARN.
  std::map<std::string, ports::UsageLog::Use> by_entity;
  std::map<std::string, std::pair<std::string, ports::UsageLog::Use>> by_action;

  void Add(const Entity& entity, const ports::UsageLog::Use& use, bool actions) {
    auto& last = by_entity.try_emplace(entity.arn, use).first->second;
    if (use.time >= last.time) last = use;
    if (!actions) return;
    auto& [arn, last_action] =
        by_action.try_emplace(ActionOf(use.service, use.operation), entity.arn, use).first->second;
    if (use.time >= last_action.time) {
      arn = entity.arn;
      last_action = use;
    }
  }
};

using UsesByService = std::map<std::string, ServiceUses, std::less<>>;

UsesByService CollectUses(ports::UsageLog* usage, const AccessSubject& subject, bool actions) {
  UsesByService uses;
  if (usage == nullptr) return uses;
  for (const Entity& entity : subject.users_and_roles) {
    for (const auto& use : usage->FindByEntity(entity.unique_id)) uses[use.service].Add(entity, use, actions);
  }
  return uses;
}

Json ServiceView(const ReportedService& service, const ServiceUses* uses) {
  Json view = {{"ServiceName", service.name},
               {"ServiceNamespace", service.name_space},
               {"TotalAuthenticatedEntities", uses == nullptr ? 0 : uses->by_entity.size()}};
  if (uses == nullptr) return view;
  const auto last = std::max_element(uses->by_entity.begin(), uses->by_entity.end(),
                                     [](const auto& a, const auto& b) { return a.second.time < b.second.time; });
  view["LastAuthenticated"] = ToJson(last->second.time);
  view["LastAuthenticatedEntity"] = last->first;
  view["LastAuthenticatedRegion"] = last->second.region;
  for (const auto& [action, use] : uses->by_action) {
    view["TrackedActionsLastAccessed"].push_back({{"ActionName", action},
                                                  {"LastAccessedEntity", use.first},
                                                  {"LastAccessedTime", ToJson(use.second.time)},
                                                  {"LastAccessedRegion", use.second.region}});
  }
  return view;
}

Json EntityInfo(const Entity& entity) {
  return {{"Arn", entity.arn},
          {"Name", entity.name},
          {"Type", entity.kind == EntityKind::kRole ? "ROLE" : "USER"},
          {"Id", entity.unique_id},
          {"Path", entity.path}};
}

/// Everything that the report says: `services`, and `entities` by namespace.
Json WriteReport(const AccessSubject& subject, const UsesByService& uses) {
  Json services = Json::array();
  Json entities = Json::object();
  for (const ReportedService& service : ReportedServices()) {
    const bool granted = std::any_of(subject.documents.begin(), subject.documents.end(),
                                     [&](const std::string& text) { return GrantsService(text, service.name_space); });
    if (!granted) continue;
    const auto used = uses.find(service.name_space);
    services.push_back(ServiceView(service, used == uses.end() ? nullptr : &used->second));
    Json& list = entities[std::string(service.name_space)] = Json::array();
    for (const Entity& entity : subject.users_and_roles) {
      Json details = {{"EntityInfo", EntityInfo(entity)}};
      if (used != uses.end()) {
        const auto last = used->second.by_entity.find(entity.arn);
        if (last != used->second.by_entity.end()) details["LastAuthenticated"] = ToJson(last->second.time);
      }
      list.push_back(std::move(details));
    }
  }
  return {{"services", std::move(services)}, {"entities", std::move(entities)}};
}

/// One page of a list; places are counted.
void WritePart(Json& output, const std::string& member, const Json& all, const NumberPage& page) {
  Json part = Json::array();
  const auto size = static_cast<std::int64_t>(all.size());
  const std::int64_t begin = std::min(page.after, size);
  const std::int64_t end = begin + std::min(page.limit, size - begin);
  for (std::int64_t i = begin; i < end; ++i) part.push_back(all[static_cast<std::size_t>(i)]);
  output[member] = std::move(part);
  WritePage(output, end < size, std::to_string(end));
}

}  // namespace

void LastAccessOperations::Register(OperationTable& operations) {
  using Self = LastAccessOperations;
  constexpr std::string_view kOnlyOurs = "only services that this build knows are listed";
  operations.Add("GenerateServiceLastAccessedDetails", this, &Self::GenerateServiceLastAccessedDetails);
  operations.Add("GetServiceLastAccessedDetails", this, &Self::GetServiceLastAccessedDetails).partial_note = kOnlyOurs;
  operations.Add("GetServiceLastAccessedDetailsWithEntities", this, &Self::GetServiceLastAccessedDetailsWithEntities)
      .partial_note = kOnlyOurs;
}

Result<Json> LastAccessOperations::GenerateServiceLastAccessedDetails(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string arn, in.String("Arn"));
  const std::string granularity = in.StringOr("Granularity", "SERVICE_LEVEL");
  const TimePoint now = deps_.clock.Now();
  const auto subject =
      deps_.db.Read([&](storage::Reader& reader) { return FindAccessSubject(reader, call.scope.account, arn); });
  if (!subject) return NoSuchArn(arn);
  const UsesByService uses = CollectUses(deps_.ports.Find<ports::UsageLog>(), *subject, granularity == kActionLevel);
  Report report;
  report.id = deps_.random.Uuid();
  report.account = call.scope.account;
  report.kind = ReportKind::kServiceLastAccessed;
  report.created_at = now;
  report.ready_at = now + kAccessReportTakes;
  report.request = {{"granularity", granularity}};
  report.content = WriteReport(*subject, uses).dump();
  deps_.db.Transact([&](storage::Txn& txn) { ReportStore::Insert(txn, report, now - kReportKept); });
  return Json{{"JobId", report.id}};
}

Result<Report> LastAccessOperations::FindReport(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("JobId"));
  auto report = deps_.db.Read([&](storage::Reader& reader) {
    return ReportStore::Find(reader, call.scope.account, ReportKind::kServiceLastAccessed, id);
  });
  if (!report) return NoSuchJob(id);
  return *std::move(report);
}

Result<Json> LastAccessOperations::GetServiceLastAccessedDetails(const Call& call) {
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  ASSIGN_OR_RETURN(const Report report, FindReport(call));
  Json output = {{"JobStatus", "IN_PROGRESS"},
                 {"JobType", report.request.at("granularity")},
                 {"JobCreationDate", ToJson(report.created_at)},
                 {"ServicesLastAccessed", Json::array()}};
  if (deps_.clock.Now() < report.ready_at) return output;
  output["JobStatus"] = "COMPLETED";
  output["JobCompletionDate"] = ToJson(report.ready_at);
  WritePart(output, "ServicesLastAccessed", Json::parse(report.content).at("services"), page);
  return output;
}

Result<Json> LastAccessOperations::GetServiceLastAccessedDetailsWithEntities(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name_space, Fields(call.input).String("ServiceNamespace"));
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  ASSIGN_OR_RETURN(const Report report, FindReport(call));
  Json output = {{"JobStatus", "IN_PROGRESS"},
                 {"JobCreationDate", ToJson(report.created_at)},
                 {"EntityDetailsList", Json::array()}};
  if (deps_.clock.Now() < report.ready_at) return output;
  const Json content = Json::parse(report.content);
  const auto entities = content.at("entities").find(name_space);
  if (entities == content.at("entities").end())
    return NoSuchEntity("Service " + name_space + " is not part of the report.");
  output["JobStatus"] = "COMPLETED";
  output["JobCompletionDate"] = ToJson(report.ready_at);
  WritePart(output, "EntityDetailsList", *entities, page);
  return output;
}

}  // namespace stratolite::iam
