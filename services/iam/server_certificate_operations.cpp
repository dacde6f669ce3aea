#include "iam/server_certificate_operations.hpp"

#include "iam/certificates.hpp"
#include "iam/credential_errors.hpp"
#include "iam/entities.hpp"
#include "iam/entity_lists.hpp"
#include "iam/quotas.hpp"
#include "iam/tags.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

Json MetadataView(const Entity& certificate) {
  return {{"Path", certificate.path},
          {"ServerCertificateName", certificate.name},
          {"ServerCertificateId", certificate.unique_id},
          {"Arn", certificate.arn},
          {"UploadDate", ToJson(certificate.created_at)},
          {"Expiration", certificate.details.at("expires")}};
}

}  // namespace

void ServerCertificateOperations::Register(OperationTable& operations) {
  using Self = ServerCertificateOperations;
  operations.Add("UploadServerCertificate", this, &Self::UploadServerCertificate);
  operations.Add("GetServerCertificate", this, &Self::GetServerCertificate);
  operations.Add("ListServerCertificates", this, &Self::ListServerCertificates);
  operations.Add("UpdateServerCertificate", this, &Self::UpdateServerCertificate);
  operations.Add("DeleteServerCertificate", this, &Self::DeleteServerCertificate);
}

Result<Json> ServerCertificateOperations::UploadServerCertificate(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("ServerCertificateName"));
  ASSIGN_OR_RETURN(const std::string body, in.String("CertificateBody"));
  ASSIGN_OR_RETURN(const std::string key, in.String("PrivateKey"));
  const std::string chain = in.StringOr("CertificateChain", "");
  Entity certificate = MakeEntity(deps_, call, EntityKind::kServerCertificate, name, in.StringOr("Path", "/"));
  ASSIGN_OR_RETURN(certificate.tags, ReadTags(call.input, EntityKind::kServerCertificate));
  ASSIGN_OR_RETURN(const CertificateFacts facts, CheckServerCertificate(body, key, chain));
  certificate.details = {{"body", body}, {"private_key", key}, {"expires", EpochSeconds(facts.not_after)}};
  if (!chain.empty()) certificate.details["chain"] = chain;
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, certificate.account, EntityKind::kServerCertificate, name))
      return EntityAlreadyExists("The Server Certificate with name " + name + " already exists.");
    RETURN_IF_ERROR(kServerCertificatesPerAccount.Check(
        EntityStore::Count(txn, certificate.account, EntityKind::kServerCertificate) + 1));
    entities_.Insert(txn, certificate);
    Json output = {{"ServerCertificateMetadata", MetadataView(certificate)}};
    if (!certificate.tags.empty()) output["Tags"] = TagsView(certificate.tags);
    return output;
  });
}

Result<Json> ServerCertificateOperations::GetServerCertificate(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("ServerCertificateName"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity certificate, RequireEntity(reader, call, EntityKind::kServerCertificate, name));
    Json view = {{"ServerCertificateMetadata", MetadataView(certificate)},
                 {"CertificateBody", certificate.details.at("body")}};
    if (const auto chain = certificate.details.find("chain"); chain != certificate.details.end())
      view["CertificateChain"] = *chain;
    if (!certificate.tags.empty()) view["Tags"] = TagsView(certificate.tags);
    return Json{{"ServerCertificate", std::move(view)}};
  });
}

Result<Json> ServerCertificateOperations::ListServerCertificates(const Call& call) {
  return ListEntities(deps_, call, EntityKind::kServerCertificate, "ServerCertificateMetadataList", &MetadataView);
}

Result<Json> ServerCertificateOperations::UpdateServerCertificate(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("ServerCertificateName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity certificate, RequireEntity(txn, call, EntityKind::kServerCertificate, name));
    RETURN_IF_ERROR(
        MoveEntity(txn, certificate, in.OptionalString("NewServerCertificateName"), in.OptionalString("NewPath")));
    entities_.Update(txn, certificate);
    return Json::object();
  });
}

Result<Json> ServerCertificateOperations::DeleteServerCertificate(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("ServerCertificateName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity certificate, RequireEntity(txn, call, EntityKind::kServerCertificate, name));
    entities_.Delete(txn, certificate);
    return Json::object();
  });
}

}  // namespace stratolite::iam
