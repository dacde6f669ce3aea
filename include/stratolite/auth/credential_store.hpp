#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::storage {
class Database;
class Txn;
}  // namespace stratolite::storage
namespace stratolite::runtime {
class Random;
}

namespace stratolite::auth {

/// The access keys that one world knows: root keys from the settings, and sessions that STS issued (durable rows, cached in memory). Thread-safe. Blocks.
class CredentialStore {
 public:
  virtual ~CredentialStore() = default;

  /// nullopt: unknown key. Expired sessions are found too: the caller compares `expires` with the clock and says ExpiredToken.
  virtual std::optional<Credential> Find(std::string_view access_key_id) = 0;
  /// Makes temporary credentials (`ASIA…`) for a principal and stores them in the caller's transaction; the front door knows them once it committed.
  virtual Credential IssueSession(storage::Txn& txn, Principal principal, TimePoint expires) = 0;
  /// A key that came with the settings (`--root-credentials KEY:SECRET[:ACCOUNT]`).
  virtual void AddRootCredential(Credential credential) = 0;
  /// Forgets sessions, keeps root keys (reset).
  virtual void Clear() = 0;
};

}  // namespace stratolite::auth
