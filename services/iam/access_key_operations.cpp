#include "iam/access_key_operations.hpp"

#include "iam/credential_errors.hpp"
#include "iam/entity_store.hpp"
#include "iam/number_paging.hpp"
#include "iam/quotas.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/usage_log.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::size_t kSecretKeySize = 40;
constexpr std::string_view kSecretKeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// More than any user has.
constexpr std::int64_t kAllKeys = 100;

Json KeyView(const CredentialOwner& owner, const UserCredential& key) {
  Json view = Json::object();
  if (!owner.is_root()) view["UserName"] = owner.user_name;
  view["AccessKeyId"] = key.id;
  view["Status"] = key.active ? "Active" : "Inactive";
  view["CreateDate"] = ToJson(key.created_at);
  return view;
}

}  // namespace

void AccessKeyOperations::Register(OperationTable& operations) {
  operations.Add("CreateAccessKey", this, &AccessKeyOperations::CreateAccessKey);
  operations.Add("ListAccessKeys", this, &AccessKeyOperations::ListAccessKeys);
  operations.Add("UpdateAccessKey", this, &AccessKeyOperations::UpdateAccessKey);
  operations.Add("DeleteAccessKey", this, &AccessKeyOperations::DeleteAccessKey);
  operations.Add("GetAccessKeyLastUsed", this, &AccessKeyOperations::GetAccessKeyLastUsed);
}

void AccessKeyOperations::StoreCredential(storage::Txn& txn, const CredentialOwner& owner, const UserCredential& key) {
  auth::Credential credential;
  credential.access_key_id = key.id;
  credential.secret_access_key = key.details.at("secret").get<std::string>();
  credential.principal = owner.principal;
  deps_.credentials.StoreAccessKey(txn, credential);
}

void AccessKeyOperations::UserChanged(storage::Txn& txn, const Entity& user) {
  const CredentialOwner owner = OwnerOf(user);
  for (const UserCredential& key :
       UserCredentialStore::List(txn, user.account, CredentialKind::kAccessKey, user.id, 0, kAllKeys)) {
    if (key.active) StoreCredential(txn, owner, key);
  }
}

Result<UserCredential> AccessKeyOperations::FindKey(storage::Reader& reader, const CredentialOwner& owner,
                                                    const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("AccessKeyId"));
  auto key = UserCredentialStore::Find(reader, owner.account, CredentialKind::kAccessKey, id);
  if (!key || key->owner != owner.id) return NoSuchAccessKey(id);
  return *std::move(key);
}

Result<Json> AccessKeyOperations::CreateAccessKey(const Call& call) {
  UserCredential key;
  key.kind = CredentialKind::kAccessKey;
  key.account = call.scope.account;
  key.id = auth::MakeUniqueId("AKIA", call.scope.account, deps_.random.Bytes(16));
  key.created_at = deps_.clock.Now();
  key.details = {{"secret", deps_.random.String(kSecretKeySize, kSecretKeyAlphabet)}};
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    key.owner = owner.id;
    RETURN_IF_ERROR(kAccessKeysPerUser.Check(
        UserCredentialStore::Count(txn, owner.account, CredentialKind::kAccessKey, owner.id) + 1));
    UserCredentialStore::Insert(txn, key);
    StoreCredential(txn, owner, key);
    Json view = KeyView(owner, key);
    view["SecretAccessKey"] = key.details.at("secret");
    return Json{{"AccessKey", std::move(view)}};
  });
}

Result<Json> AccessKeyOperations::ListAccessKeys(const Call& call) {
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(reader, call));
    auto keys = UserCredentialStore::List(reader, owner.account, CredentialKind::kAccessKey, owner.id, page.after,
                                          page.limit + 1);
    Json output = {{"AccessKeyMetadata", Json::array()}};
    CutToNumberPage(output, keys, page);
    for (const UserCredential& key : keys) output["AccessKeyMetadata"].push_back(KeyView(owner, key));
    return output;
  });
}

Result<Json> AccessKeyOperations::UpdateAccessKey(const Call& call) {
  ASSIGN_OR_RETURN(const std::string status, Fields(call.input).String("Status"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(UserCredential key, FindKey(txn, owner, call));
    RETURN_IF_ERROR(CheckStatusToSet(status));
    key.active = status == "Active";
    UserCredentialStore::Update(txn, key);
    if (key.active) {
      StoreCredential(txn, owner, key);
    } else {
      deps_.credentials.RemoveAccessKey(txn, key.id);
    }
    return Json::object();
  });
}

Result<Json> AccessKeyOperations::DeleteAccessKey(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(const UserCredential key, FindKey(txn, owner, call));
    UserCredentialStore::Delete(txn, key);
    deps_.credentials.RemoveAccessKey(txn, key.id);
    return Json::object();
  });
}

Result<Json> AccessKeyOperations::GetAccessKeyLastUsed(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("AccessKeyId"));
  Json output = Json::object();
  const auto found = deps_.db.Read([&](storage::Reader& reader) {
    const auto key = UserCredentialStore::Find(reader, call.scope.account, CredentialKind::kAccessKey, id);
    if (key && key->owner != kRootUser) {
      if (const auto user = EntityStore::FindById(reader, key->owner)) output["UserName"] = user->name;
    }
    return key.has_value();
  });
  if (!found) return NoSuchAccessKey(id);
  auto* const usage = deps_.ports.Find<ports::UsageLog>();
  const auto last = usage == nullptr ? std::nullopt : usage->FindLastOfKey(id);
  // What was never used has no date, and these words.
  Json& used = output["AccessKeyLastUsed"] = {{"ServiceName", "N/A"}, {"Region", "N/A"}};
  if (last) used = {{"LastUsedDate", ToJson(last->time)}, {"ServiceName", last->service}, {"Region", last->region}};
  return output;
}

}  // namespace stratolite::iam
