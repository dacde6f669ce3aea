#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/storage/database.hpp"

namespace stratolite::sts {

struct StoredSigningKey {
  std::string algorithm;
  std::string key_id;
  std::string private_key_pem;
};

/// The rows of the keys that sign web identity tokens. `db` must outlive it. Thread-safe. Blocks.
class SigningKeyStore {
 public:
  explicit SigningKeyStore(storage::Database& db);

  std::optional<StoredSigningKey> Find(std::string_view algorithm);
  std::vector<StoredSigningKey> All();
  /// Keeps `key` unless its algorithm has one already, and returns the one that is kept.
  StoredSigningKey Keep(const StoredSigningKey& key);

 private:
  storage::Database& db_;
};

}  // namespace stratolite::sts
