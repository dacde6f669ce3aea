#include "sns/platform_store.hpp"

#include "stratolite/base/json.hpp"

namespace stratolite::sns {
namespace {

Attributes AttributesOf(const storage::Row& row, int column) {
  return Json::parse(row.TextView(column)).get<Attributes>();
}

PlatformApplication ToApplication(const storage::Row& row) {
  return {.id = row.Int(0),
          .scope = {AccountId(row.Text(1)), Region(row.Text(2))},
          .arn = row.Text(3),
          .platform = row.Text(4),
          .name = row.Text(5),
          .attributes = AttributesOf(row, 6)};
}

PlatformEndpoint ToEndpoint(const storage::Row& row) {
  return {.id = row.Int(0),
          .application = row.Int(1),
          .arn = row.Text(2),
          .token = row.Text(3),
          .attributes = AttributesOf(row, 4)};
}

}  // namespace

std::optional<PlatformApplication> PlatformStore::FindApplication(storage::Reader& reader, std::string_view arn) {
  return reader.QueryOne(
      "SELECT id, account, region, arn, platform, name, attributes FROM sns_platform_application WHERE arn = ?", {arn},
      ToApplication);
}

void PlatformStore::InsertApplication(storage::Txn& txn, PlatformApplication& application) {
  txn.Run(
      "INSERT INTO sns_platform_application (account, region, arn, platform, name, attributes) VALUES (?,?,?,?,?,?)",
      {application.scope.account, application.scope.region, application.arn, application.platform, application.name,
       Json(application.attributes).dump()});
  application.id = txn.last_insert_rowid();
}

void PlatformStore::UpdateApplication(storage::Txn& txn, const PlatformApplication& application) {
  txn.Run("UPDATE sns_platform_application SET attributes = ? WHERE id = ?",
          {Json(application.attributes).dump(), application.id});
}

void PlatformStore::DeleteApplication(storage::Txn& txn, const PlatformApplication& application) {
  txn.Run("DELETE FROM sns_platform_endpoint WHERE application = ?", {application.id});
  txn.Run("DELETE FROM sns_platform_application WHERE id = ?", {application.id});
}

std::vector<PlatformApplication> PlatformStore::ListApplications(storage::Reader& reader, const Scope& scope,
                                                                 std::string_view after, std::int64_t limit) {
  std::vector<PlatformApplication> found;
  reader.Query(
      "SELECT id, account, region, arn, platform, name, attributes FROM sns_platform_application"
      " WHERE account = ? AND region = ? AND arn > ? ORDER BY arn LIMIT ?",
      {scope.account, scope.region, after, limit},
      [&](const storage::Row& row) { found.push_back(ToApplication(row)); });
  return found;
}

std::optional<PlatformEndpoint> PlatformStore::FindEndpoint(storage::Reader& reader, std::string_view arn) {
  return reader.QueryOne("SELECT id, application, arn, token, attributes FROM sns_platform_endpoint WHERE arn = ?",
                         {arn}, ToEndpoint);
}

std::optional<PlatformEndpoint> PlatformStore::FindEndpointByToken(storage::Reader& reader, std::int64_t application,
                                                                   std::string_view token) {
  return reader.QueryOne(
      "SELECT id, application, arn, token, attributes FROM sns_platform_endpoint WHERE application = ? AND token = ?",
      {application, token}, ToEndpoint);
}

void PlatformStore::InsertEndpoint(storage::Txn& txn, PlatformEndpoint& endpoint) {
  txn.Run("INSERT INTO sns_platform_endpoint (application, arn, token, attributes) VALUES (?,?,?,?)",
          {endpoint.application, endpoint.arn, endpoint.token, Json(endpoint.attributes).dump()});
  endpoint.id = txn.last_insert_rowid();
}

void PlatformStore::UpdateEndpoint(storage::Txn& txn, const PlatformEndpoint& endpoint) {
  txn.Run("UPDATE sns_platform_endpoint SET token = ?, attributes = ? WHERE id = ?",
          {endpoint.token, Json(endpoint.attributes).dump(), endpoint.id});
}

void PlatformStore::DeleteEndpoint(storage::Txn& txn, std::string_view arn) {
  txn.Run("DELETE FROM sns_platform_endpoint WHERE arn = ?", {arn});
}

std::vector<PlatformEndpoint> PlatformStore::ListEndpoints(storage::Reader& reader, std::int64_t application,
                                                           std::int64_t after, std::int64_t limit) {
  std::vector<PlatformEndpoint> found;
  reader.Query(
      "SELECT id, application, arn, token, attributes FROM sns_platform_endpoint WHERE application = ? AND id > ?"
      " ORDER BY id LIMIT ?",
      {application, after, limit}, [&](const storage::Row& row) { found.push_back(ToEndpoint(row)); });
  return found;
}

}  // namespace stratolite::sns
