#include "iam/service_credential_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "iam/credential_errors.hpp"
#include "iam/entity_store.hpp"
#include "iam/number_paging.hpp"
#include "iam/password_hash.hpp"
#include "iam/quotas.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

/// Those that have a name and a password, and those that have an API key, which may expire.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
constexpr std::array<std::string_view, 2> kPasswordServices = {"codecommit.amazonaws.com", "cassandra.amazonaws.com"};
constexpr std::array<std::string_view, 2> kApiKeyServices = {"bedrock.amazonaws.com", "logs.amazonaws.com"};
constexpr std::size_t kServiceSecretSize = 44;
constexpr std::string_view kServiceSecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::int64_t kAllOfAUser = 100;

template <std::size_t N>
bool Has(const std::array<std::string_view, N>& services, std::string_view service) {
  return std::find(services.begin(), services.end(), service) != services.end();
}

Result<void> CheckService(std::string_view service) {
  if (Has(kPasswordServices, service) || Has(kApiKeyServices, service)) return {};
  return ServiceWithoutCredentials(service);
}

std::string ServiceOf(const UserCredential& credential) { return credential.details.at("service").get<std::string>(); }

Result<UserCredential> FindCredential(storage::Reader& reader, const CredentialOwner& owner, const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("ServiceSpecificCredentialId"));
  auto credential = UserCredentialStore::Find(reader, owner.account, CredentialKind::kServiceSpecific, id);
  if (!credential || credential->owner != owner.id) return NoSuchServiceCredential(id);
  return *std::move(credential);
}

}  // namespace

void ServiceCredentialOperations::Register(OperationTable& operations) {
  using Self = ServiceCredentialOperations;
  operations.Add("CreateServiceSpecificCredential", this, &Self::CreateServiceSpecificCredential);
  operations.Add("ListServiceSpecificCredentials", this, &Self::ListServiceSpecificCredentials);
  operations.Add("UpdateServiceSpecificCredential", this, &Self::UpdateServiceSpecificCredential);
  operations.Add("ResetServiceSpecificCredential", this, &Self::ResetServiceSpecificCredential);
  operations.Add("DeleteServiceSpecificCredential", this, &Self::DeleteServiceSpecificCredential);
}

Json ServiceCredentialOperations::View(const std::string& user_name, const UserCredential& credential) const {
  const Json& details = credential.details;
  const auto expires = details.find("expires");
  const bool expired = expires != details.end() && EpochSeconds(deps_.clock.Now()) >= expires->get<std::int64_t>();
  Json view = {{"CreateDate", ToJson(credential.created_at)},
               {"ServiceName", details.at("service")},
               {"ServiceSpecificCredentialId", credential.id},
               {"UserName", user_name},
               {"Status", expired ? "Expired" : (credential.active ? "Active" : "Inactive")}};
  if (details.contains("user_name")) view["ServiceUserName"] = details.at("user_name");
  if (details.contains("alias")) view["ServiceCredentialAlias"] = details.at("alias");
  if (expires != details.end()) view["ExpirationDate"] = *expires;
  return view;
}

void ServiceCredentialOperations::Renew(UserCredential& credential, Json& view) {
  // AWS's passwords end with the padding of base64.
  std::string secret = deps_.random.String(kServiceSecretSize - 1, kServiceSecretAlphabet) + "=";
  credential.details["secret"] = HashPassword(secret, deps_.random.Bytes(16));
  if (credential.details.contains("alias")) {
    view["ServiceCredentialSecret"] = std::move(secret);
  } else {
    view["ServicePassword"] = std::move(secret);
  }
}

Result<Json> ServiceCredentialOperations::CreateServiceSpecificCredential(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string service, in.String("ServiceName"));
  UserCredential credential;
  credential.kind = CredentialKind::kServiceSpecific;
  credential.account = call.scope.account;
  credential.id = auth::MakeUniqueId("ACCA", call.scope.account, deps_.random.Bytes(16));
  credential.created_at = std::chrono::floor<std::chrono::seconds>(deps_.clock.Now());
  const auto age = in.OptionalInt("CredentialAgeDays");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    RETURN_IF_ERROR(CheckService(service));
    const bool api_key = Has(kApiKeyServices, service);
    if (age && !api_key) return InvalidInput("CredentialAgeDays is not supported for this service.");
    const auto present =
        UserCredentialStore::List(txn, owner.account, CredentialKind::kServiceSpecific, owner.id, 0, kAllOfAUser);
    const auto of_service = std::count_if(present.begin(), present.end(),
                                          [&](const UserCredential& other) { return ServiceOf(other) == service; });
    RETURN_IF_ERROR(kServiceSpecificCredentialsPerUser.Check(of_service + 1));
    credential.owner = owner.id;
    credential.details = {{"service", service}};
    // `alice-at-123456789012`, then `alice+1-at-123456789012`.
    const std::string number = of_service == 0 ? "" : fmt::format("+{}", of_service);
    credential.details[api_key ? "alias" : "user_name"] =
        fmt::format("{}{}-at-{}", owner.user_name, number, owner.account.str());
    if (age) credential.details["expires"] = EpochSeconds(credential.created_at) + *age * 86'400;
    Json secret = Json::object();
    Renew(credential, secret);
    UserCredentialStore::Insert(txn, credential);
    Json view = View(owner.user_name, credential);
    view.update(secret);
    return Json{{"ServiceSpecificCredential", std::move(view)}};
  });
}

Result<Json> ServiceCredentialOperations::ListServiceSpecificCredentials(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  const auto service = in.OptionalString("ServiceName");
  const bool all_users = in.BoolOr("AllUsers", false);
  if (all_users && in.Has("UserName")) return InvalidInput("UserName cannot be specified together with AllUsers.");
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    CredentialOwner owner;
    if (!all_users) {
      ASSIGN_OR_RETURN(owner, FindOwner(reader, call));
    }
    if (service) RETURN_IF_ERROR(CheckService(*service));
    auto credentials = all_users
                           ? UserCredentialStore::ListAll(reader, call.scope.account, CredentialKind::kServiceSpecific,
                                                          page.after, page.limit + 1)
                           : UserCredentialStore::List(reader, owner.account, CredentialKind::kServiceSpecific,
                                                       owner.id, page.after, page.limit + 1);
    Json output = {{"ServiceSpecificCredentials", Json::array()}};
    if (static_cast<std::int64_t>(credentials.size()) > page.limit) CutToNumberPage(output, credentials, page);
    for (const UserCredential& credential : credentials) {
      if (service && ServiceOf(credential) != *service) continue;
      std::string name = owner.user_name;
      if (all_users) {
        const auto user = EntityStore::FindById(reader, credential.owner);
        if (user) name = user->name;
      }
      output["ServiceSpecificCredentials"].push_back(View(name, credential));
    }
    return output;
  });
}

Result<Json> ServiceCredentialOperations::UpdateServiceSpecificCredential(const Call& call) {
  ASSIGN_OR_RETURN(const std::string status, Fields(call.input).String("Status"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(UserCredential credential, FindCredential(txn, owner, call));
    RETURN_IF_ERROR(CheckStatusToSet(status));
    credential.active = status == "Active";
    UserCredentialStore::Update(txn, credential);
    return Json::object();
  });
}

Result<Json> ServiceCredentialOperations::ResetServiceSpecificCredential(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(UserCredential credential, FindCredential(txn, owner, call));
    Json view = View(owner.user_name, credential);
    Renew(credential, view);
    UserCredentialStore::Update(txn, credential);
    return Json{{"ServiceSpecificCredential", std::move(view)}};
  });
}

Result<Json> ServiceCredentialOperations::DeleteServiceSpecificCredential(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(const UserCredential credential, FindCredential(txn, owner, call));
    UserCredentialStore::Delete(txn, credential);
    return Json::object();
  });
}

}  // namespace stratolite::iam
