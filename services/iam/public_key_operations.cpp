#include "iam/public_key_operations.hpp"

#include <algorithm>

#include "iam/certificates.hpp"
#include "iam/credential_errors.hpp"
#include "iam/number_paging.hpp"
#include "iam/quotas.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::int64_t kAllKeysOfAUser = 100;
constexpr std::size_t kCertificateIdSize = 32;
constexpr std::string_view kCertificateIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

Json SshKeyView(const CredentialOwner& owner, const UserCredential& key) {
  return {{"UserName", owner.user_name},
          {"SSHPublicKeyId", key.id},
          {"Status", key.active ? "Active" : "Inactive"},
          {"UploadDate", ToJson(key.created_at)}};
}

Json CertificateView(const CredentialOwner& owner, const UserCredential& certificate) {
  Json view = {{"CertificateId", certificate.id},
               {"CertificateBody", certificate.details.at("body")},
               {"Status", certificate.active ? "Active" : "Inactive"},
               {"UploadDate", ToJson(certificate.created_at)}};
  if (!owner.is_root()) view["UserName"] = owner.user_name;
  return view;
}

Result<UserCredential> FindSshKey(storage::Reader& reader, const CredentialOwner& owner, const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("SSHPublicKeyId"));
  auto key = UserCredentialStore::Find(reader, owner.account, CredentialKind::kSshKey, id);
  if (!key || key->owner != owner.id) return NoSuchSshKey(id);
  return *std::move(key);
}

Result<UserCredential> FindCertificate(storage::Reader& reader, const CredentialOwner& owner, const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("CertificateId"));
  auto certificate = UserCredentialStore::Find(reader, owner.account, CredentialKind::kSigningCertificate, id);
  if (!certificate || certificate->owner != owner.id) return NoSuchSigningCertificate(id);
  return *std::move(certificate);
}

using FindOne = Result<UserCredential> (*)(storage::Reader&, const CredentialOwner&, const Call&);

Result<Json> SetStatus(storage::Database& db, const Call& call, FindOne find) {
  ASSIGN_OR_RETURN(const std::string status, Fields(call.input).String("Status"));
  return db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(UserCredential credential, find(txn, owner, call));
    RETURN_IF_ERROR(CheckStatusToSet(status));
    credential.active = status == "Active";
    UserCredentialStore::Update(txn, credential);
    return Json::object();
  });
}

Result<Json> DeleteOne(storage::Database& db, const Call& call, FindOne find) {
  return db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(const UserCredential credential, find(txn, owner, call));
    UserCredentialStore::Delete(txn, credential);
    return Json::object();
  });
}

Result<Json> ListOnes(storage::Database& db, const Call& call, CredentialKind kind, std::string_view member,
                      Json (*view)(const CredentialOwner&, const UserCredential&)) {
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  return db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(reader, call));
    auto found = UserCredentialStore::List(reader, owner.account, kind, owner.id, page.after, page.limit + 1);
    Json output = {{member, Json::array()}};
    CutToNumberPage(output, found, page);
    for (const UserCredential& credential : found) output[std::string(member)].push_back(view(owner, credential));
    return output;
  });
}

}  // namespace

void PublicKeyOperations::Register(OperationTable& operations) {
  operations.Add("UploadSSHPublicKey", this, &PublicKeyOperations::UploadSSHPublicKey);
  operations.Add("GetSSHPublicKey", this, &PublicKeyOperations::GetSSHPublicKey);
  operations.Add("ListSSHPublicKeys", this, &PublicKeyOperations::ListSSHPublicKeys);
  operations.Add("UpdateSSHPublicKey", this, &PublicKeyOperations::UpdateSSHPublicKey);
  operations.Add("DeleteSSHPublicKey", this, &PublicKeyOperations::DeleteSSHPublicKey);
  operations.Add("UploadSigningCertificate", this, &PublicKeyOperations::UploadSigningCertificate);
  operations.Add("ListSigningCertificates", this, &PublicKeyOperations::ListSigningCertificates);
  operations.Add("UpdateSigningCertificate", this, &PublicKeyOperations::UpdateSigningCertificate);
  operations.Add("DeleteSigningCertificate", this, &PublicKeyOperations::DeleteSigningCertificate);
}

Result<Json> PublicKeyOperations::UploadSSHPublicKey(const Call& call) {
  ASSIGN_OR_RETURN(const std::string body, Fields(call.input).String("SSHPublicKeyBody"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(const SshPublicKey read, ReadSshPublicKey(body));
    const auto present =
        UserCredentialStore::List(txn, owner.account, CredentialKind::kSshKey, owner.id, 0, kAllKeysOfAUser);
    if (std::any_of(present.begin(), present.end(),
                    [&](const UserCredential& other) { return other.details.at("fingerprint") == read.fingerprint; })) {
      return DuplicateSshKey();
    }
    RETURN_IF_ERROR(kSshKeysPerUser.Check(static_cast<std::int64_t>(present.size()) + 1));
    UserCredential key;
    key.kind = CredentialKind::kSshKey;
    key.account = owner.account;
    key.owner = owner.id;
    key.id = auth::MakeUniqueId("APKA", owner.account, deps_.random.Bytes(16));
    key.created_at = std::chrono::floor<std::chrono::seconds>(deps_.clock.Now());
    key.details = {{"ssh", read.ssh}, {"pem", read.pem}, {"fingerprint", read.fingerprint}, {"body", body}};
    UserCredentialStore::Insert(txn, key);
    Json view = SshKeyView(owner, key);
    view["Fingerprint"] = read.fingerprint;
    view["SSHPublicKeyBody"] = body;
    return Json{{"SSHPublicKey", std::move(view)}};
  });
}

Result<Json> PublicKeyOperations::GetSSHPublicKey(const Call& call) {
  ASSIGN_OR_RETURN(const std::string encoding, Fields(call.input).String("Encoding"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(reader, call));
    ASSIGN_OR_RETURN(const UserCredential key, FindSshKey(reader, owner, call));
    Json view = SshKeyView(owner, key);
    view["Fingerprint"] = key.details.at("fingerprint");
    view["SSHPublicKeyBody"] = key.details.at(encoding == "PEM" ? "pem" : "ssh");
    return Json{{"SSHPublicKey", std::move(view)}};
  });
}

Result<Json> PublicKeyOperations::ListSSHPublicKeys(const Call& call) {
  return ListOnes(deps_.db, call, CredentialKind::kSshKey, "SSHPublicKeys", &SshKeyView);
}

Result<Json> PublicKeyOperations::UpdateSSHPublicKey(const Call& call) {
  return SetStatus(deps_.db, call, &FindSshKey);
}

Result<Json> PublicKeyOperations::DeleteSSHPublicKey(const Call& call) {
  return DeleteOne(deps_.db, call, &FindSshKey);
}

Result<Json> PublicKeyOperations::UploadSigningCertificate(const Call& call) {
  ASSIGN_OR_RETURN(const std::string body, Fields(call.input).String("CertificateBody"));
  const TimePoint now = deps_.clock.Now();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    const auto facts = ReadCertificate(body);
    if (!facts) return MalformedCertificate();
    if (now >= facts->not_after) return InvalidCertificate("The certificate has expired.");
    const std::string digest = Sha256Hex(facts->bytes);
    const auto present = UserCredentialStore::List(txn, owner.account, CredentialKind::kSigningCertificate, owner.id, 0,
                                                   kAllKeysOfAUser);
    if (std::any_of(present.begin(), present.end(),
                    [&](const UserCredential& other) { return other.details.at("digest") == digest; })) {
      return DuplicateCertificate();
    }
    RETURN_IF_ERROR(kSigningCertificatesPerUser.Check(static_cast<std::int64_t>(present.size()) + 1));
    UserCredential certificate;
    certificate.kind = CredentialKind::kSigningCertificate;
    certificate.account = owner.account;
    certificate.owner = owner.id;
    certificate.id = deps_.random.String(kCertificateIdSize, kCertificateIdAlphabet);
    certificate.created_at = std::chrono::floor<std::chrono::seconds>(now);
    certificate.details = {{"body", body}, {"digest", digest}};
    UserCredentialStore::Insert(txn, certificate);
    return Json{{"Certificate", CertificateView(owner, certificate)}};
  });
}

Result<Json> PublicKeyOperations::ListSigningCertificates(const Call& call) {
  return ListOnes(deps_.db, call, CredentialKind::kSigningCertificate, "Certificates", &CertificateView);
}

Result<Json> PublicKeyOperations::UpdateSigningCertificate(const Call& call) {
  return SetStatus(deps_.db, call, &FindCertificate);
}

Result<Json> PublicKeyOperations::DeleteSigningCertificate(const Call& call) {
  return DeleteOne(deps_.db, call, &FindCertificate);
}

}  // namespace stratolite::iam
