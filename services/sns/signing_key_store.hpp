#pragma once

#include <optional>
#include <string>

#include "stratolite/storage/database.hpp"

namespace stratolite::sns {

struct StoredSigningKey {
  /// In the certificate's URL.
  std::string name;
  std::string private_key_pem;
  std::string certificate_pem;
};

/// The one key that signs a world's messages.
std::optional<StoredSigningKey> FindSigningKey(storage::Reader& reader);
/// Keeps `key` unless there is one already, and returns the one that is kept.
StoredSigningKey KeepSigningKey(storage::Txn& txn, const StoredSigningKey& key);

}  // namespace stratolite::sns
