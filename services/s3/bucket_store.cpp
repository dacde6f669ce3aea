#include "s3/bucket_store.hpp"

#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

std::shared_ptr<Bucket> ToBucket(const storage::Row& row) {
  auto bucket = std::make_shared<Bucket>();
  bucket->id = row.Int(0);
  bucket->name = row.Text(1);
  bucket->account = AccountId(row.Text(2));
  bucket->region = Region(row.Text(3));
  bucket->created_at = row.Time(4);
  bucket->versioning = static_cast<Versioning>(row.Int(5));
  return bucket;
}

std::shared_ptr<Bucket> FindRow(storage::Reader& reader, std::string_view name) {
  return reader
      .QueryOne("SELECT id, name, account, region, created_at, versioning FROM s3_bucket WHERE name = ?", {name},
                ToBucket)
      .value_or(nullptr);
}

}  // namespace

BucketPtr BucketStore::Find(std::string_view name) {
  const std::string key(name);
  std::uint64_t epoch = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = cache_.find(key); found != cache_.end()) return found->second;
    epoch = epoch_;
  }
  BucketPtr bucket = db_.Read([&](storage::Reader& reader) { return Find(reader, name); });
  if (bucket) {
    const std::scoped_lock lock(mutex_);
    if (epoch == epoch_) cache_.emplace(key, bucket);
  }
  return bucket;
}

BucketPtr BucketStore::Find(storage::Reader& reader, std::string_view name) {
  const auto bucket = FindRow(reader, name);
  if (!bucket) return nullptr;
  auto settings = std::make_shared<BucketSettings>();
  reader.Query("SELECT kind, document FROM s3_bucket_document WHERE bucket_id = ?", {bucket->id},
               [&](const storage::Row& row) { settings->emplace(row.Text(0), Json::parse(row.TextView(1))); });
  if (!settings->empty()) bucket->settings = std::move(settings);
  return bucket;
}

BucketPtr BucketStore::FindAgain(storage::Reader& reader, const Bucket& bucket) {
  const auto current = FindRow(reader, bucket.name);
  if (!current || current->id != bucket.id) return nullptr;
  current->settings = bucket.settings;
  return current;
}

bool BucketStore::Exists(storage::Reader& reader, BucketId id) {
  return reader.QueryInt("SELECT 1 FROM s3_bucket WHERE id = ?", {id}) == 1;
}

void BucketStore::Insert(storage::Txn& txn, Bucket& bucket) {
  txn.Run("INSERT INTO s3_bucket (name, account, region, created_at, versioning) VALUES (?,?,?,?,?)",
          {bucket.name, bucket.account, bucket.region, bucket.created_at, static_cast<int>(bucket.versioning)});
  bucket.id = txn.last_insert_rowid();
  txn.OnCommit([this, name = bucket.name] { Invalidate(name); });
}

void BucketStore::SetVersioning(storage::Txn& txn, const Bucket& bucket, Versioning versioning) {
  txn.Run("UPDATE s3_bucket SET versioning = ? WHERE id = ?", {static_cast<int>(versioning), bucket.id});
  txn.OnCommit([this, name = bucket.name] { Invalidate(name); });
}

void BucketStore::Delete(storage::Txn& txn, const Bucket& bucket) {
  txn.Run("DELETE FROM s3_bucket_document WHERE bucket_id = ?", {bucket.id});
  txn.Run("DELETE FROM s3_bucket WHERE id = ?", {bucket.id});
  txn.OnCommit([this, name = bucket.name] { Invalidate(name); });
}

void BucketStore::List(storage::Reader& reader, const AccountId& account, std::string_view prefix,
                       std::string_view after, const std::function<bool(const Bucket&)>& on_bucket) {
  // The prefix sorts before every name that begins with it, so the scan starts there; names past it end the scan.
  reader.Query(
      "SELECT id, name, account, region, created_at, versioning FROM s3_bucket WHERE account = ? AND name > ? AND name "
      ">= ?"
      " ORDER BY name",
      {account, after, prefix}, [&](const storage::Row& row) {
        const BucketPtr bucket = ToBucket(row);
        return bucket->name.starts_with(prefix) && on_bucket(*bucket);
      });
}

std::optional<Json> BucketStore::Document(storage::Reader& reader, BucketId id, std::string_view kind) {
  return reader.QueryOne("SELECT document FROM s3_bucket_document WHERE bucket_id = ? AND kind = ?", {id, kind},
                         [](const storage::Row& row) { return Json::parse(row.TextView(0)); });
}

void BucketStore::SetDocument(storage::Txn& txn, const Bucket& bucket, std::string_view kind, const Json& document) {
  txn.Run(
      "INSERT INTO s3_bucket_document (bucket_id, kind, document) VALUES (?,?,?)"
      " ON CONFLICT (bucket_id, kind) DO UPDATE SET document = excluded.document",
      {bucket.id, kind, document.dump()});
  txn.OnCommit([this, name = bucket.name] { Invalidate(name); });
}

void BucketStore::RemoveDocument(storage::Txn& txn, const Bucket& bucket, std::string_view kind) {
  txn.Run("DELETE FROM s3_bucket_document WHERE bucket_id = ? AND kind = ?", {bucket.id, kind});
  txn.OnCommit([this, name = bucket.name] { Invalidate(name); });
}

void BucketStore::Invalidate(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  cache_.erase(name);
  ++epoch_;
}

void BucketStore::Clear() {
  const std::scoped_lock lock(mutex_);
  cache_.clear();
  ++epoch_;
}

}  // namespace stratolite::s3
