#include "organizations/account_operations.hpp"

#include <algorithm>

#include "organizations/errors.hpp"
#include "organizations/request_store.hpp"
#include "organizations/standing.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/ports/operation_caller.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::organizations {
namespace {

constexpr std::string_view kTask = "organizations.account";
/// AWS takes some seconds to some minutes.
constexpr Duration kCreationTime = std::chrono::seconds(2);
constexpr std::string_view kAdministratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

Json PageOfAccounts(storage::Reader& reader, const Organization& organization, std::string_view parent,
                    const Page& page) {
  return WritePage(
      page, "Accounts", TreeStore::ListAccounts(reader, organization.id, parent, page.after, page.limit + 1),
      [](const Account& account) { return account.id.str(); },
      [&](const Account& account) {
        return View(organization, account, TreeStore::PathTo(reader, organization, account.parent));
      });
}

Result<Account> FindMember(storage::Reader& reader, const Organization& organization, const std::string& id) {
  auto account = TreeStore::FindAccount(reader, AccountId(id));
  if (!account || account->organization != organization.id) return AccountNotFound();
  return *std::move(account);
}

}  // namespace

AccountOperations::AccountOperations(const ServiceDeps& deps, Changes& changes)
    : deps_(deps), tree_(changes), policies_(changes) {
  deps_.scheduler.Register(std::string(kTask), [this](const runtime::DueTask& task) { Complete(task); });
}

Result<Json> AccountOperations::CreateAccount(const Call& call) {
  const Fields in(call.input);
  AccountRequest request;
  ASSIGN_OR_RETURN(request.email, in.String("Email"));
  ASSIGN_OR_RETURN(request.account_name, in.String("AccountName"));
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
  request.role_name = in.StringOr("RoleName", "OrganizationAccountAccessRole");
  AddTags(in.List("Tags"), request.tags);
  if (request.role_name.starts_with("AWSServiceRoleFor"))
    return InvalidInput("INVALID_ROLE_NAME", "You provided a role name that isn't valid.");
  request.id = MakeId(deps_.random, "car-", 32);
  request.requested_at = deps_.clock.Now();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    request.organization = organization.id;
    RequestStore::Insert(txn, request);
    deps_.scheduler.Schedule(txn, kTask, {request.id, request.requested_at + kCreationTime, {}});
    return Json{{"CreateAccountStatus", View(request)}};
  });
}

AccountId AccountOperations::NewAccountId(storage::Reader& reader) {
  constexpr std::string_view kDigits = "0123456789";
  for (;;) {
    AccountId id("1" + deps_.random.String(11, kDigits));
    if (!TreeStore::FindAccount(reader, id)) return id;
  }
}

void AccountOperations::Complete(const runtime::DueTask& task) {
  struct Made {
    AccountId management;
    AccountId account;
    std::string role_name;
  };
  const auto made = deps_.db.Transact([&](storage::Txn& txn) -> std::optional<Made> {
    auto request = RequestStore::FindAccountRequest(txn, task.key);
    if (!request || request->state != "IN_PROGRESS") return std::nullopt;
    const auto organization = TreeStore::Find(txn, request->organization);
    if (!organization) return std::nullopt;
    request->completed_at = deps_.clock.Now();
    if (TreeStore::KnowsEmail(txn, request->email)) {
      request->state = "FAILED";
      request->failure_reason = "EMAIL_ALREADY_EXISTS";
      RequestStore::Update(txn, *request);
      return std::nullopt;
    }
    Account account;
    account.id = NewAccountId(txn);
    account.organization = organization->id;
    account.parent = organization->root_id;
    account.name = request->account_name;
    account.email = request->email;
    account.joined_method = "CREATED";
    account.joined_at = *request->completed_at;
    account.tags = request->tags;
    tree_.Insert(txn, account);
    policies_.AttachDefaults(txn, *organization, account.id.str());
    request->state = "SUCCEEDED";
    request->account = account.id.str();
    RequestStore::Update(txn, *request);
    return Made{organization->management, account.id, request->role_name};
  });
  if (made) MakeAdministratorsRole(made->management, made->account, made->role_name);
}

void AccountOperations::MakeAdministratorsRole(const AccountId& management, const AccountId& account,
                                               const std::string& role_name) {
  auto* const caller = deps_.ports.Find<ports::OperationCaller>();
  if (caller == nullptr) return;
  const Json trust = {{"Version", "2012-10-17"},
                      {"Statement",
                       {{{"Effect", "Allow"},
                         {"Principal", {{"AWS", "arn:aws:iam::" + management.str() + ":root"}}},
                         {"Action", "sts:AssumeRole"}}}}};
  const std::string role = Json{{"RoleName", role_name}, {"AssumeRolePolicyDocument", trust.dump()}}.dump();
  const std::string attachment = Json{{"RoleName", role_name}, {"PolicyArn", kAdministratorAccess}}.dump();
  ports::OperationCaller::Request request;
  request.service = "iam";
  request.scope = {account, Region("us-east-1")};
  request.caller = auth::RootPrincipal(account);
  request.source_service = "organizations.amazonaws.com";
  for (const auto& [operation, input] : {std::pair("CreateRole", &role), std::pair("AttachRolePolicy", &attachment)}) {
    request.operation = operation;
    request.input = *input;
    // A role of that name that is there already is the account's own business.
    caller->Call(request, [](const Result<Json>&) {});
  }
}

Result<Json> AccountOperations::DescribeCreateAccountStatus(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("CreateAccountRequestId"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    const auto request = RequestStore::FindAccountRequest(reader, id);
    if (!request || request->organization != organization.id) return AccountRequestNotFound();
    return Json{{"CreateAccountStatus", View(*request)}};
  });
}

Result<Json> AccountOperations::ListCreateAccountStatus(const Call& call) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  const std::vector<std::string> states = Fields(call.input).Strings("States");
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    std::vector<AccountRequest> requests = RequestStore::ListAccountRequests(reader, organization.id);
    std::erase_if(requests, [&](const AccountRequest& request) {
      return !states.empty() && std::find(states.begin(), states.end(), request.state) == states.end();
    });
    return WritePage(
        page, "CreateAccountStatuses", requests, [](const AccountRequest& request) { return request.id; },
        [](const AccountRequest& request) { return View(request); });
  });
}

Result<Json> AccountOperations::DescribeAccount(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("AccountId"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    ASSIGN_OR_RETURN(const Account account, FindMember(reader, organization, id));
    return Json{{"Account", View(organization, account, TreeStore::PathTo(reader, organization, account.parent))}};
  });
}

Result<Json> AccountOperations::ListAccounts(const Call& call) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    return PageOfAccounts(reader, organization, "", page);
  });
}

Result<Json> AccountOperations::ListAccountsForParent(const Call& call) {
  ASSIGN_OR_RETURN(const std::string parent, Fields(call.input).String("ParentId"));
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    if (TreeStore::LineTo(reader, organization, parent).empty()) return ParentNotFound();
    return PageOfAccounts(reader, organization, parent, page);
  });
}

Result<Json> AccountOperations::MoveAccount(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string id, in.String("AccountId"));
  ASSIGN_OR_RETURN(const std::string source, in.String("SourceParentId"));
  ASSIGN_OR_RETURN(const std::string destination, in.String("DestinationParentId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    ASSIGN_OR_RETURN(Account account, FindMember(txn, organization, id));
    if (TreeStore::LineTo(txn, organization, source).empty()) return SourceParentNotFound();
    if (TreeStore::LineTo(txn, organization, destination).empty()) return DestinationParentNotFound();
    if (account.parent == destination) return DuplicateAccount();
    if (account.parent != source) return AccountNotFound();
    account.parent = destination;
    tree_.Update(txn, account);
    return Json::object();
  });
}

Result<Json> AccountOperations::RemoveAccountFromOrganization(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("AccountId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    ASSIGN_OR_RETURN(const Account account, FindMember(txn, organization, id));
    if (account.id == organization.management) return ManagementCannotLeave();
    tree_.Delete(txn, account);
    return Json::object();
  });
}

Result<Json> AccountOperations::CloseAccount(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("AccountId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    ASSIGN_OR_RETURN(Account account, FindMember(txn, organization, id));
    if (account.id == organization.management) {
      return ConstraintViolation("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "You can't close the management account.");
    }
    if (account.state == "CLOSED") return AccountAlreadyClosed();
    account.state = "CLOSED";
    tree_.Update(txn, account);
    return Json::object();
  });
}

}  // namespace stratolite::organizations
