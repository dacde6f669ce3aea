#include "iam/open_id_operations.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "iam/credential_errors.hpp"
#include "iam/entities.hpp"
#include "iam/quotas.hpp"
#include "iam/tags.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::size_t kMostClientIds = 100;
constexpr std::size_t kMostThumbprints = 5;
constexpr std::int64_t kProvidersAtATime = 1000;

/// The URL without its scheme. AWS wants `https://`, a name without a port, and no query. Hosts whose name has no dot, and loopback addresses, are
/// local here: they may have a port, and go without TLS.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
Result<std::string> ReadUrl(const std::string& url) {
  const bool tls = url.starts_with("https://");
  if (!tls && !url.starts_with("http://")) return InvalidOpenIdUrl();
  std::string rest = url.substr(url.find("://") + 3);
  if (rest.find_first_of("?# \t\r\n@\\") != std::string::npos) return InvalidOpenIdUrl();
  const std::string authority = rest.substr(0, rest.find('/'));
  const std::size_t port = authority.rfind(':');
  const bool has_port = port != std::string::npos && authority.find(']', port) == std::string::npos;
  const std::string host = has_port ? authority.substr(0, port) : authority;
  if (host.empty()) return InvalidOpenIdUrl();
  const bool local = host.find('.') == std::string::npos || host.starts_with("127.");
  if ((!tls || has_port) && !local) return InvalidOpenIdUrl();
  return rest;
}

Result<std::vector<std::string>> ReadThumbprints(const Fields& in) {
  std::vector<std::string> thumbprints = in.Strings("ThumbprintList");
  if (thumbprints.size() > kMostThumbprints) return TooManyThumbprints();
  for (std::string& thumbprint : thumbprints) {
    if (!HexDecode(AsciiLower(thumbprint))) return InvalidThumbprint();
    thumbprint = AsciiLower(thumbprint);
  }
  return thumbprints;
}

Result<Entity> FindProvider(storage::Reader& reader, const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, Fields(call.input).String("OpenIDConnectProviderArn"));
  return RequireEntityByArn(reader, call, EntityKind::kOpenIdProvider, arn);
}

}  // namespace

void OpenIdOperations::Register(OperationTable& operations) {
  using Self = OpenIdOperations;
  operations.Add("CreateOpenIDConnectProvider", this, &Self::CreateOpenIDConnectProvider).partial_note =
      "without ThumbprintList the provider has none: its server is not asked";
  operations.Add("GetOpenIDConnectProvider", this, &Self::GetOpenIDConnectProvider);
  operations.Add("ListOpenIDConnectProviders", this, &Self::ListOpenIDConnectProviders);
  operations.Add("DeleteOpenIDConnectProvider", this, &Self::DeleteOpenIDConnectProvider);
  operations.Add("UpdateOpenIDConnectProviderThumbprint", this, &Self::UpdateOpenIDConnectProviderThumbprint);
  operations.Add("AddClientIDToOpenIDConnectProvider", this, &Self::AddClientIDToOpenIDConnectProvider);
  operations.Add("RemoveClientIDFromOpenIDConnectProvider", this, &Self::RemoveClientIDFromOpenIDConnectProvider);
}

Result<Json> OpenIdOperations::CreateOpenIDConnectProvider(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string url, in.String("Url"));
  ASSIGN_OR_RETURN(const std::string name, ReadUrl(url));
  ASSIGN_OR_RETURN(const std::vector<std::string> thumbprints, ReadThumbprints(in));
  const std::vector<std::string> client_ids = in.Strings("ClientIDList");
  if (client_ids.size() > kMostClientIds) return TooManyClientIds();
  Entity provider = MakeEntity(deps_, call, EntityKind::kOpenIdProvider, name, "/");
  ASSIGN_OR_RETURN(provider.tags, ReadTags(call.input, EntityKind::kOpenIdProvider));
  provider.details = {{"client_ids", client_ids}, {"thumbprints", thumbprints}};
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, provider.account, EntityKind::kOpenIdProvider, name)) return OpenIdProviderExists(url);
    RETURN_IF_ERROR(
        kOpenIdProvidersPerAccount.Check(EntityStore::Count(txn, provider.account, EntityKind::kOpenIdProvider) + 1));
    entities_.Insert(txn, provider);
    Json output = {{"OpenIDConnectProviderArn", provider.arn}};
    if (!provider.tags.empty()) output["Tags"] = TagsView(provider.tags);
    return output;
  });
}

Result<Json> OpenIdOperations::GetOpenIDConnectProvider(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity provider, FindProvider(reader, call));
    return Json{{"Url", provider.name},
                {"ClientIDList", provider.details.at("client_ids")},
                {"ThumbprintList", provider.details.at("thumbprints")},
                {"CreateDate", ToJson(provider.created_at)},
                {"Tags", TagsView(provider.tags)}};
  });
}

Result<Json> OpenIdOperations::ListOpenIDConnectProviders(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    Json list = Json::array();
    for (const Entity& provider :
         EntityStore::List(reader, call.scope.account, EntityKind::kOpenIdProvider, "", "", kProvidersAtATime)) {
      list.push_back({{"Arn", provider.arn}});
    }
    return Json{{"OpenIDConnectProviderList", std::move(list)}};
  });
}

Result<Json> OpenIdOperations::DeleteOpenIDConnectProvider(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    // One that is not there is no error.
    if (const auto provider = FindProvider(txn, call); provider.ok()) entities_.Delete(txn, *provider);
    return Json::object();
  });
}

Result<Json> OpenIdOperations::UpdateOpenIDConnectProviderThumbprint(const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<std::string> thumbprints, ReadThumbprints(Fields(call.input)));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity provider, FindProvider(txn, call));
    provider.details["thumbprints"] = thumbprints;
    entities_.Update(txn, provider);
    return Json::object();
  });
}

Result<Json> OpenIdOperations::AddClientIDToOpenIDConnectProvider(const Call& call) {
  ASSIGN_OR_RETURN(const std::string client_id, Fields(call.input).String("ClientID"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity provider, FindProvider(txn, call));
    Json& client_ids = provider.details["client_ids"];
    if (std::find(client_ids.begin(), client_ids.end(), Json(client_id)) != client_ids.end()) return Json::object();
    if (client_ids.size() >= kMostClientIds) return TooManyClientIds();
    client_ids.push_back(client_id);
    entities_.Update(txn, provider);
    return Json::object();
  });
}

Result<Json> OpenIdOperations::RemoveClientIDFromOpenIDConnectProvider(const Call& call) {
  ASSIGN_OR_RETURN(const std::string client_id, Fields(call.input).String("ClientID"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity provider, FindProvider(txn, call));
    Json left = Json::array();
    for (const Json& other : provider.details["client_ids"]) {
      if (other != client_id) left.push_back(other);
    }
    provider.details["client_ids"] = std::move(left);
    entities_.Update(txn, provider);
    return Json::object();
  });
}

}  // namespace stratolite::iam
