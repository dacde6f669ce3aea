#include "sns/signing_key_store.hpp"

namespace stratolite::sns {

std::optional<StoredSigningKey> FindSigningKey(storage::Reader& reader) {
  return reader.QueryOne(
      "SELECT name, private_key, certificate FROM sns_signing_key WHERE id = 1", {},
      [](const storage::Row& row) { return StoredSigningKey{row.Text(0), row.Text(1), row.Text(2)}; });
}

StoredSigningKey KeepSigningKey(storage::Txn& txn, const StoredSigningKey& key) {
  txn.Run(
      "INSERT INTO sns_signing_key (id, name, private_key, certificate) VALUES (1,?,?,?) ON CONFLICT (id) DO NOTHING",
      {key.name, key.private_key_pem, key.certificate_pem});
  return FindSigningKey(txn).value();
}

}  // namespace stratolite::sns
