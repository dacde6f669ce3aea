#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::storage {
class Database;
class Txn;
}  // namespace stratolite::storage
namespace stratolite::runtime {
class Clock;
class Random;
}  // namespace stratolite::runtime

namespace stratolite::auth {

struct SessionOptions {
  TimePoint expires;
  /// The token gets at least so many characters (`MinimumSessionTokenSize`).
  std::size_t min_token_size = 0;
};

/// The access keys that one world knows: root keys from the settings, and sessions that STS issued (durable rows, cached in memory). Thread-safe. Blocks.
class CredentialStore {
 public:
  virtual ~CredentialStore() = default;

  /// nullptr: unknown key. Expired sessions are found too: the caller compares `expires` with the clock and says ExpiredToken.
  virtual std::shared_ptr<const Credential> Find(std::string_view access_key_id) = 0;
  /// Makes temporary credentials (`ASIA…`, the account readable from the key as on AWS) for a principal and stores them in the caller's
  /// transaction; the front door knows them once it committed.
  virtual Credential IssueSession(storage::Txn& txn, Principal principal, const SessionOptions& options) = 0;
  Credential IssueSession(storage::Txn& txn, Principal principal, TimePoint expires) {
    return IssueSession(txn, std::move(principal), SessionOptions{expires, 0});
  }
  /// A user's long-term key, as IAM made it: new, or in the place of what it was. Front doors know it once the transaction committed.
  virtual void StoreAccessKey(storage::Txn& txn, const Credential& credential) = 0;
  /// Deleted, or inactive: nobody knows it then.
  virtual void RemoveAccessKey(storage::Txn& txn, std::string_view access_key_id) = 0;
  /// Sessions that were issued to this principal (`issuer_arn`) are forgotten with it: a deleted user's.
  virtual void RemoveSessionsOf(storage::Txn& txn, std::string_view issuer_arn) = 0;
  /// A key that came with the settings (`--root-credentials KEY:SECRET[:ACCOUNT]`). Adding a key again replaces it.
  virtual void AddRootCredential(Credential credential) = 0;
  virtual std::vector<std::shared_ptr<const Credential>> RootCredentials() const = 0;
  /// Forgets sessions, keeps root keys (reset). The rows are the database's to clear.
  virtual void Clear() = 0;
};

/// Makes the store over a world's database, under the owner `auth` (migrates on construction). All arguments must outlive it.
std::unique_ptr<CredentialStore> MakeCredentialStore(storage::Database& db, const runtime::Clock& clock,
                                                     runtime::Random& random);

/// `KEY:SECRET[:ACCOUNT]`; without an account: KEY itself if it is twelve digits, else `default_account`.
/// Errors: InvalidSetting, with a message that says what is wrong.
Result<Credential> ParseRootCredential(std::string_view text, const AccountId& default_account);

/// The account that is encoded in a key of AWS's form (`AKIA…`, `ASIA…`, twenty characters); nullopt for others and for keys of the old form.
std::optional<AccountId> AccountOfKeyId(std::string_view access_key_id);
/// A unique id of AWS's form, `AROA…`, `AIDA…`, `ASIA…`: `prefix` and sixteen characters, the account readable by AccountOfKeyId.
/// `entropy`: at least eight bytes; the same bytes give the same id.
std::string MakeUniqueId(std::string_view prefix, const AccountId& account, std::string_view entropy);

/// The principal of an account's root user.
Principal RootPrincipal(const AccountId& account, std::string_view partition = "aws");

}  // namespace stratolite::auth
