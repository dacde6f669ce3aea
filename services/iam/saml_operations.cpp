#include "iam/saml_operations.hpp"

#include "iam/certificates.hpp"
#include "iam/credential_errors.hpp"
#include "iam/entities.hpp"
#include "iam/quotas.hpp"
#include "iam/saml_metadata.hpp"
#include "iam/tags.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::size_t kMostPrivateKeys = 2;
constexpr std::size_t kSamlIdSize = 22;
constexpr std::string_view kSamlIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::int64_t kSamlProvidersAtATime = 1000;
/// Metadata that names no end is good for a hundred years.
constexpr Duration kLongValidity = std::chrono::hours(24 * 36'525);

Result<Entity> FindSamlEntity(storage::Reader& reader, const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, Fields(call.input).String("SAMLProviderArn"));
  return RequireEntityByArn(reader, call, EntityKind::kSamlProvider, arn);
}

}  // namespace

void SamlOperations::Register(OperationTable& operations) {
  operations.Add("CreateSAMLProvider", this, &SamlOperations::CreateSAMLProvider);
  operations.Add("GetSAMLProvider", this, &SamlOperations::GetSAMLProvider);
  operations.Add("ListSAMLProviders", this, &SamlOperations::ListSAMLProviders);
  operations.Add("UpdateSAMLProvider", this, &SamlOperations::UpdateSAMLProvider);
  operations.Add("DeleteSAMLProvider", this, &SamlOperations::DeleteSAMLProvider);
}

Result<void> SamlOperations::ReadSettings(const Call& call, Entity& provider) {
  const Fields in(call.input);
  const TimePoint now = std::chrono::floor<std::chrono::seconds>(deps_.clock.Now());
  if (const auto document = in.OptionalString("SAMLMetadataDocument")) {
    const auto metadata = ParseSamlMetadata(*document);
    if (!metadata) return InvalidSamlMetadata("Could not parse metadata");
    provider.details["metadata"] = *document;
    provider.details["valid_until"] = EpochSeconds(metadata->valid_until.value_or(now + kLongValidity));
  }
  if (const auto mode = in.OptionalString("AssertionEncryptionMode")) provider.details["encryption"] = *mode;
  Json keys = provider.details.value("private_keys", Json::array());
  if (const auto id = in.OptionalString("RemovePrivateKey")) {
    Json left = Json::array();
    for (const Json& key : keys) {
      if (key.at("id") != *id) left.push_back(key);
    }
    if (left.size() == keys.size()) return InvalidSamlMetadata("The private key with id " + *id + " cannot be found.");
    keys = std::move(left);
  }
  if (const auto key = in.OptionalString("AddPrivateKey")) {
    if (!IsPrivateKey(*key)) return InvalidSamlMetadata("Could not parse the private key");
    if (keys.size() >= kMostPrivateKeys) return LimitExceeded("Cannot exceed quota for PrivateKeysPerSamlProvider: 2");
    keys.push_back(
        {{"id", deps_.random.String(kSamlIdSize, kSamlIdAlphabet)}, {"key", *key}, {"time", EpochSeconds(now)}});
  }
  provider.details["private_keys"] = std::move(keys);
  return {};
}

Result<Json> SamlOperations::CreateSAMLProvider(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  Entity provider = MakeEntity(deps_, call, EntityKind::kSamlProvider, name, "/");
  ASSIGN_OR_RETURN(provider.tags, ReadTags(call.input, EntityKind::kSamlProvider));
  provider.details["uuid"] = deps_.random.String(kSamlIdSize, kSamlIdAlphabet);
  RETURN_IF_ERROR(ReadSettings(call, provider));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, provider.account, EntityKind::kSamlProvider, name)) return SamlProviderExists(name);
    RETURN_IF_ERROR(
        kSamlProvidersPerAccount.Check(EntityStore::Count(txn, provider.account, EntityKind::kSamlProvider) + 1));
    entities_.Insert(txn, provider);
    Json output = {{"SAMLProviderArn", provider.arn}};
    if (!provider.tags.empty()) output["Tags"] = TagsView(provider.tags);
    return output;
  });
}

Result<Json> SamlOperations::GetSAMLProvider(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity provider, FindSamlEntity(reader, call));
    const Json& details = provider.details;
    Json output = {{"SAMLProviderUUID", details.at("uuid")},
                   {"SAMLMetadataDocument", details.at("metadata")},
                   {"CreateDate", ToJson(provider.created_at)},
                   {"ValidUntil", details.at("valid_until")},
                   {"Tags", TagsView(provider.tags)}};
    if (details.contains("encryption")) output["AssertionEncryptionMode"] = details.at("encryption");
    if (!details.at("private_keys").empty()) {
      Json& keys = output["PrivateKeyList"] = Json::array();
      for (const Json& key : details.at("private_keys"))
        keys.push_back({{"KeyId", key.at("id")}, {"Timestamp", key.at("time")}});
    }
    return output;
  });
}

Result<Json> SamlOperations::ListSAMLProviders(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    Json list = Json::array();
    for (const Entity& provider :
         EntityStore::List(reader, call.scope.account, EntityKind::kSamlProvider, "", "", kSamlProvidersAtATime)) {
      list.push_back({{"Arn", provider.arn},
                      {"ValidUntil", provider.details.at("valid_until")},
                      {"CreateDate", ToJson(provider.created_at)}});
    }
    return Json{{"SAMLProviderList", std::move(list)}};
  });
}

Result<Json> SamlOperations::UpdateSAMLProvider(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity provider, FindSamlEntity(txn, call));
    RETURN_IF_ERROR(ReadSettings(call, provider));
    entities_.Update(txn, provider);
    return Json{{"SAMLProviderArn", provider.arn}};
  });
}

Result<Json> SamlOperations::DeleteSAMLProvider(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity provider, FindSamlEntity(txn, call));
    entities_.Delete(txn, provider);
    return Json::object();
  });
}

}  // namespace stratolite::iam
