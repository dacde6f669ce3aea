#include "iam/organization_access_operations.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "iam/credential_errors.hpp"
#include "iam/granted_services.hpp"
#include "iam/last_access.hpp"
#include "iam/number_paging.hpp"
#include "iam/report_store.hpp"
#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/ports/operation_caller.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/service_starter.hpp"
#include "stratolite/ports/usage_log.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr Duration kOrganizationReportTakes = std::chrono::seconds(1);
constexpr Duration kOrganizationReportKept = std::chrono::hours(24 * 7);

/// What the accounts did with one service.
struct AccountUses {
  std::optional<ports::UsageLog::Use> last;
  std::string last_path;
  std::size_t accounts = 0;
};

bool IsWithin(std::string_view path, std::string_view part) {
  while (part.ends_with('/')) part.remove_suffix(1);
  return path.starts_with(part) && (path.size() == part.size() || path[part.size()] == '/');
}

std::vector<std::string> NodesOf(const std::string& path) {
  std::vector<std::string> nodes;
  // The first part is the organization itself.
  for (std::size_t begin = path.find('/') + 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) nodes.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return nodes;
}

Json DetailsOf(const ReportedService& service, const AccountUses* uses) {
  Json details = {{"ServiceName", service.name}, {"ServiceNamespace", service.name_space}};
  if (uses == nullptr || !uses->last) return details;
  details["Region"] = uses->last->region;
  details["EntityPath"] = uses->last_path;
  details["LastAuthenticatedTime"] = ToJson(uses->last->time);
  details["TotalAuthenticatedEntities"] = uses->accounts;
  return details;
}

void Sort(std::vector<Json>& details, std::string_view key) {
  const bool by_time = key.starts_with("LAST_AUTHENTICATED_TIME");
  std::stable_sort(details.begin(), details.end(), [&](const Json& a, const Json& b) {
    if (!by_time) return a.at("ServiceNamespace") < b.at("ServiceNamespace");
    return a.value("LastAuthenticatedTime", 0.0) < b.value("LastAuthenticatedTime", 0.0);
  });
  if (key.ends_with("DESCENDING")) std::reverse(details.begin(), details.end());
}

}  // namespace

void OrganizationAccessOperations::Register(OperationTable& operations) {
  using Self = OrganizationAccessOperations;
  operations.Add("GenerateOrganizationsAccessReport", this, &Self::GenerateOrganizationsAccessReport);
  operations.Add("GetOrganizationsAccessReport", this, &Self::GetOrganizationsAccessReport).partial_note =
      "only services that this build knows are listed; root users' calls do not count";
}

Result<Json> OrganizationAccessOperations::Ask(const Call& call, std::string_view operation, const Json& input) {
  auto* const caller = deps_.ports.Find<ports::OperationCaller>();
  if (caller == nullptr) return OrganizationNotFound();
  const std::string text = input.dump();
  Result<Json> answer = OrganizationNotFound();
  ports::OperationCaller::Request request;
  request.service = "organizations";
  request.operation = operation;
  request.input = text;
  request.scope = call.scope;
  request.caller = call.caller;
  // Operations of Organizations are plain: they are done when this returns.
  caller->Call(request, [&answer](Result<Json> outcome) { answer = std::move(outcome); });
  return answer;
}

Result<std::vector<Json>> OrganizationAccessOperations::AskAll(const Call& call, std::string_view operation, Json input,
                                                               const std::string& member) {
  std::vector<Json> all;
  for (;;) {
    ASSIGN_OR_RETURN(const Json page, Ask(call, operation, input));
    for (const Json& element : page.value(member, Json::array())) all.push_back(element);
    if (!page.contains("NextToken")) return all;
    input["NextToken"] = page.at("NextToken");
  }
}

Result<std::vector<std::vector<std::string>>> OrganizationAccessOperations::ReadControls(const Call& call,
                                                                                         const std::string& path) {
  const auto read = [&](const std::string& id) -> Result<std::string> {
    ASSIGN_OR_RETURN(const Json policy, Ask(call, "DescribePolicy", {{"PolicyId", id}}));
    return policy.at("Policy").value("Content", "");
  };
  std::vector<std::vector<std::string>> levels;
  if (const auto id = Fields(call.input).OptionalString("OrganizationsPolicyId")) {
    ASSIGN_OR_RETURN(std::string document, read(*id));
    levels.push_back({std::move(document)});
    return levels;
  }
  for (const std::string& node : NodesOf(path)) {
    ASSIGN_OR_RETURN(
        const std::vector<Json> policies,
        AskAll(call, "ListPoliciesForTarget", {{"TargetId", node}, {"Filter", "SERVICE_CONTROL_POLICY"}}, "Policies"));
    std::vector<std::string> documents;
    for (const Json& policy : policies) {
      ASSIGN_OR_RETURN(std::string document, read(policy.at("Id").get<std::string>()));
      documents.push_back(std::move(document));
    }
    levels.push_back(std::move(documents));
  }
  return levels;
}

Result<Json> OrganizationAccessOperations::Write(const Call& call) {
  if (auto* const starter = deps_.ports.Find<ports::ServiceStarter>()) starter->Start("organizations");
  auto* const directory = deps_.ports.Find<ports::OrganizationDirectory>();
  auto* const usage = deps_.ports.Find<ports::UsageLog>();
  if (directory == nullptr || usage == nullptr) return OrganizationNotFound();
  ASSIGN_OR_RETURN(const std::string path, Fields(call.input).String("EntityPath"));
  if (!directory->Find(call.scope.account)->is_management_account) return CallerIsNotManagementAccount();
  ASSIGN_OR_RETURN(const auto levels, ReadControls(call, path));
  ASSIGN_OR_RETURN(const std::vector<Json> accounts, AskAll(call, "ListAccounts", Json::object(), "Accounts"));
  std::map<std::string, AccountUses, std::less<>> uses;
  for (const Json& account : accounts) {
    const AccountId id(account.at("Id").get<std::string>());
    const std::string place = directory->Find(id)->path + id.str();
    if (!IsWithin(place, path)) continue;
    std::map<std::string, ports::UsageLog::Use> last;
    for (const auto& use : usage->FindByAccount(id)) {
      auto& newest = last.try_emplace(use.service, use).first->second;
      if (use.time >= newest.time) newest = use;
    }
    for (const auto& [service, use] : last) {
      AccountUses& of_service = uses[service];
      ++of_service.accounts;
      if (of_service.last && of_service.last->time > use.time) continue;
      of_service.last = use;
      of_service.last_path = place;
    }
  }
  Json details = Json::array();
  for (const ReportedService& service : ReportedServices()) {
    const bool allowed = std::all_of(levels.begin(), levels.end(), [&](const std::vector<std::string>& level) {
      return std::any_of(level.begin(), level.end(),
                         [&](const std::string& text) { return GrantsService(text, service.name_space); });
    });
    if (!allowed) continue;
    const auto used = uses.find(service.name_space);
    details.push_back(DetailsOf(service, used == uses.end() ? nullptr : &used->second));
  }
  return details;
}

Result<Json> OrganizationAccessOperations::GenerateOrganizationsAccessReport(const Call& call) {
  const TimePoint now = deps_.clock.Now();
  const auto details = Write(call);
  Report report;
  report.id = deps_.random.Uuid();
  report.account = call.scope.account;
  report.kind = ReportKind::kOrganizationAccess;
  report.created_at = now;
  report.ready_at = now + kOrganizationReportTakes;
  Json content = Json::object();
  if (details.ok()) {
    content["details"] = *details;
  } else {
    content["error"] = {{"Code", details.error().code}, {"Message", details.error().message}};
  }
  report.content = content.dump();
  deps_.db.Transact([&](storage::Txn& txn) { ReportStore::Insert(txn, report, now - kOrganizationReportKept); });
  return Json{{"JobId", report.id}};
}

Result<Json> OrganizationAccessOperations::GetOrganizationsAccessReport(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string id, in.String("JobId"));
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  const auto report = deps_.db.Read([&](storage::Reader& reader) {
    return ReportStore::Find(reader, call.scope.account, ReportKind::kOrganizationAccess, id);
  });
  if (!report) return NoSuchJob(id);
  Json output = {{"JobStatus", "IN_PROGRESS"}, {"JobCreationDate", ToJson(report->created_at)}};
  if (deps_.clock.Now() < report->ready_at) return output;
  output["JobCompletionDate"] = ToJson(report->ready_at);
  const Json content = Json::parse(report->content);
  if (const auto error = content.find("error"); error != content.end()) {
    output["JobStatus"] = "FAILED";
    output["ErrorDetails"] = *error;
    return output;
  }
  output["JobStatus"] = "COMPLETED";
  auto details = content.at("details").get<std::vector<Json>>();
  output["NumberOfServicesAccessible"] = details.size();
  output["NumberOfServicesNotAccessed"] = std::count_if(
      details.begin(), details.end(), [](const Json& each) { return !each.contains("LastAuthenticatedTime"); });
  Sort(details, in.StringOr("SortKey", "SERVICE_NAMESPACE_ASCENDING"));
  const auto size = static_cast<std::int64_t>(details.size());
  const std::int64_t begin = std::min(page.after, size);
  const std::int64_t end = begin + std::min(page.limit, size - begin);
  Json& part = output["AccessDetails"] = Json::array();
  for (std::int64_t i = begin; i < end; ++i) part.push_back(details[static_cast<std::size_t>(i)]);
  WritePage(output, end < size, std::to_string(end));
  return output;
}

}  // namespace stratolite::iam
