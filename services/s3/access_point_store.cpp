#include "s3/access_point_store.hpp"

#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

#define STRATOLITE_S3_ACCESS_POINT_COLUMNS \
  "account, region, name, alias, bucket, bucket_account, vpc, public_access, policy, created_at, tags"

AccessPoint ToAccessPoint(const storage::Row& row) {
  AccessPoint point;
  point.account = AccountId(row.Text(0));
  point.region = Region(row.Text(1));
  point.name = row.Text(2);
  point.alias = row.Text(3);
  point.bucket = row.Text(4);
  point.bucket_account = AccountId(row.Text(5));
  point.vpc = row.Text(6);
  point.public_access = Json::parse(row.TextView(7));
  point.policy = row.Text(8);
  point.created_at = row.Time(9);
  point.tags = Json::parse(row.TextView(10)).get<ports::BucketControl::Tags>();
  return point;
}

}  // namespace

std::optional<AccessPoint> AccessPointStore::Find(storage::Reader& reader, const Scope& scope,
                                                  std::string_view name) const {
  return reader.QueryOne("SELECT " STRATOLITE_S3_ACCESS_POINT_COLUMNS
                         " FROM s3_access_point WHERE account = ? AND region = ? AND name = ?",
                         {scope.account, scope.region, name}, ToAccessPoint);
}

std::optional<AccessPoint> AccessPointStore::FindAnywhere(storage::Reader& reader, const AccountId& account,
                                                          std::string_view name) const {
  return reader.QueryOne("SELECT " STRATOLITE_S3_ACCESS_POINT_COLUMNS
                         " FROM s3_access_point WHERE account = ? AND name = ? ORDER BY region LIMIT 1",
                         {account, name}, ToAccessPoint);
}

std::optional<AccessPoint> AccessPointStore::FindByAlias(storage::Reader& reader, std::string_view alias) const {
  return reader.QueryOne("SELECT " STRATOLITE_S3_ACCESS_POINT_COLUMNS " FROM s3_access_point WHERE alias = ?", {alias},
                         ToAccessPoint);
}

bool AccessPointStore::BucketHasAny(storage::Reader& reader, std::string_view bucket) const {
  return reader.QueryInt("SELECT COUNT(*) FROM s3_access_point WHERE bucket = ?", {bucket}) > 0;
}

void AccessPointStore::Insert(storage::Txn& txn, const AccessPoint& point) const {
  txn.Run("INSERT INTO s3_access_point (" STRATOLITE_S3_ACCESS_POINT_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?)",
          {point.account, point.region, point.name, point.alias, point.bucket, point.bucket_account, point.vpc,
           point.public_access.dump(), point.policy, point.created_at, Json(point.tags).dump()});
}

void AccessPointStore::Update(storage::Txn& txn, const AccessPoint& point) const {
  txn.Run("UPDATE s3_access_point SET policy = ?, tags = ? WHERE account = ? AND region = ? AND name = ?",
          {point.policy, Json(point.tags).dump(), point.account, point.region, point.name});
}

void AccessPointStore::Remove(storage::Txn& txn, const AccessPoint& point) const {
  txn.Run("DELETE FROM s3_access_point WHERE account = ? AND region = ? AND name = ?",
          {point.account, point.region, point.name});
}

std::vector<AccessPoint> AccessPointStore::List(storage::Reader& reader, const Scope& scope, std::string_view bucket,
                                                std::string_view after, std::size_t limit) const {
  std::vector<AccessPoint> points;
  reader.Query("SELECT " STRATOLITE_S3_ACCESS_POINT_COLUMNS
               " FROM s3_access_point WHERE account = ? AND region = ? AND name > ? AND (? = '' OR bucket = ?)"
               " ORDER BY name LIMIT ?",
               {scope.account, scope.region, after, bucket, bucket, static_cast<std::int64_t>(limit)},
               [&](const storage::Row& row) { points.push_back(ToAccessPoint(row)); });
  return points;
}

}  // namespace stratolite::s3
