#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// The account's root user, where users' numbers stand: it is no entity.
inline constexpr EntityId kRootUser = 0;

enum class CredentialKind { kAccessKey = 0, kSshKey = 1, kServiceSpecific = 2, kSigningCertificate = 3 };

/// What a user proves itself with, beside its password and MFA devices. Plain data.
struct UserCredential {
  /// In the order in which they were made; Insert fills it in.
  std::int64_t number = 0;
  /// `AKIA…`, `APKA…`, `ACCA…`, a certificate's.
  std::string id;
  AccountId account{""};
  EntityId owner = kRootUser;
  CredentialKind kind = CredentialKind::kAccessKey;
  bool active = true;
  TimePoint created_at;
  /// What its kind alone has, an object; the kind's operations say what is in it.
  Json details = Json::object();
};

struct LoginProfile {
  EntityId owner = kRootUser;
  AccountId account{""};
  /// Salted hash: see password_hash.hpp.
  std::string password;
  TimePoint created_at;
  TimePoint changed_at;
  bool reset_required = false;
  /// Hashes of earlier passwords, the newest first.
  std::vector<std::string> history;
};

/// Credentials of users and of root. Thread-safe. Blocks.
class UserCredentialStore {
 public:
  static std::optional<UserCredential> Find(storage::Reader& reader, const AccountId& account, CredentialKind kind,
                                            std::string_view id);
  /// In the order in which they were made, after number `after`.
  static std::vector<UserCredential> List(storage::Reader& reader, const AccountId& account, CredentialKind kind,
                                          EntityId owner, std::int64_t after, std::int64_t limit);
  /// Of all users of the account.
  static std::vector<UserCredential> ListAll(storage::Reader& reader, const AccountId& account, CredentialKind kind,
                                             std::int64_t after, std::int64_t limit);
  static std::int64_t Count(storage::Reader& reader, const AccountId& account, CredentialKind kind, EntityId owner);
  static void Insert(storage::Txn& txn, UserCredential& credential);
  /// Whether it is active, and its details.
  static void Update(storage::Txn& txn, const UserCredential& credential);
  static void Delete(storage::Txn& txn, const UserCredential& credential);

  static std::optional<LoginProfile> FindLogin(storage::Reader& reader, const AccountId& account, EntityId owner);
  static void PutLogin(storage::Txn& txn, const LoginProfile& profile);
  static void DeleteLogin(storage::Txn& txn, const LoginProfile& profile);
};

}  // namespace stratolite::iam
