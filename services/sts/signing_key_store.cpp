#include "sts/signing_key_store.hpp"

#include "sts/schema.hpp"

namespace stratolite::sts {
namespace {

StoredSigningKey ReadKey(const storage::Row& row) { return {row.Text(0), row.Text(1), row.Text(2)}; }

std::optional<StoredSigningKey> FindKey(storage::Reader& reader, std::string_view algorithm) {
  return reader.QueryOne("SELECT algorithm, key_id, private_key FROM sts_signing_key WHERE algorithm=?", {algorithm},
                         ReadKey);
}

}  // namespace

SigningKeyStore::SigningKeyStore(storage::Database& db) : db_(db) { db_.Migrate({"sts", kSchemaSteps}); }

std::optional<StoredSigningKey> SigningKeyStore::Find(std::string_view algorithm) {
  return db_.Read([&](storage::Reader& reader) { return FindKey(reader, algorithm); });
}

std::vector<StoredSigningKey> SigningKeyStore::All() {
  return db_.Read([](storage::Reader& reader) {
    std::vector<StoredSigningKey> keys;
    reader.Query("SELECT algorithm, key_id, private_key FROM sts_signing_key ORDER BY algorithm", {},
                 [&](const storage::Row& row) { keys.push_back(ReadKey(row)); });
    return keys;
  });
}

StoredSigningKey SigningKeyStore::Keep(const StoredSigningKey& key) {
  return db_.Transact([&](storage::Txn& txn) {
    txn.Run(
        "INSERT INTO sts_signing_key (algorithm, key_id, private_key) VALUES (?,?,?) ON CONFLICT (algorithm) DO "
        "NOTHING",
        {key.algorithm, key.key_id, key.private_key_pem});
    return FindKey(txn, key.algorithm).value();
  });
}

}  // namespace stratolite::sts
