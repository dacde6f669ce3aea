#include "iam/user_credential_store.hpp"

// Literals are joined: statements are found again by the address of their text.
#define CREDENTIAL_COLUMNS "c.number, c.id, c.account, c.entity, c.kind, c.active, c.created_at, c.details"

namespace stratolite::iam {
namespace {

UserCredential ReadCredential(const storage::Row& row) {
  UserCredential credential;
  credential.number = row.Int(0);
  credential.id = row.Text(1);
  credential.account = AccountId(row.Text(2));
  credential.owner = row.Int(3);
  credential.kind = static_cast<CredentialKind>(row.Int(4));
  credential.active = row.Int(5) != 0;
  credential.created_at = row.Time(6);
  credential.details = Json::parse(row.TextView(7));
  return credential;
}

std::vector<UserCredential> ReadCredentials(storage::Reader& reader, std::string_view sql, storage::Binds binds) {
  std::vector<UserCredential> credentials;
  reader.Query(sql, binds, [&](const storage::Row& row) { credentials.push_back(ReadCredential(row)); });
  return credentials;
}

LoginProfile ReadLogin(const storage::Row& row) {
  LoginProfile profile;
  profile.owner = row.Int(0);
  profile.account = AccountId(row.Text(1));
  profile.password = row.Text(2);
  profile.created_at = row.Time(3);
  profile.changed_at = row.Time(4);
  profile.reset_required = row.Int(5) != 0;
  profile.history = Json::parse(row.TextView(6)).get<std::vector<std::string>>();
  return profile;
}

}  // namespace

std::optional<UserCredential> UserCredentialStore::Find(storage::Reader& reader, const AccountId& account,
                                                        CredentialKind kind, std::string_view id) {
  return reader.QueryOne("SELECT " CREDENTIAL_COLUMNS
                         " FROM iam_user_credential c WHERE c.id = ? AND c.account = ? AND c.kind = ?",
                         {id, account.str(), static_cast<std::int64_t>(kind)}, ReadCredential);
}

std::vector<UserCredential> UserCredentialStore::List(storage::Reader& reader, const AccountId& account,
                                                      CredentialKind kind, EntityId owner, std::int64_t after,
                                                      std::int64_t limit) {
  return ReadCredentials(reader,
                         "SELECT " CREDENTIAL_COLUMNS
                         " FROM iam_user_credential c WHERE c.account = ? AND c.kind = ? AND c.entity = ?"
                         " AND c.number > ? ORDER BY c.number LIMIT ?",
                         {account.str(), static_cast<std::int64_t>(kind), owner, after, limit});
}

std::vector<UserCredential> UserCredentialStore::ListAll(storage::Reader& reader, const AccountId& account,
                                                         CredentialKind kind, std::int64_t after, std::int64_t limit) {
  return ReadCredentials(reader,
                         "SELECT " CREDENTIAL_COLUMNS
                         " FROM iam_user_credential c WHERE c.account = ? AND c.kind = ? AND c.number > ?"
                         " ORDER BY c.number LIMIT ?",
                         {account.str(), static_cast<std::int64_t>(kind), after, limit});
}

std::int64_t UserCredentialStore::Count(storage::Reader& reader, const AccountId& account, CredentialKind kind,
                                        EntityId owner) {
  return reader.QueryInt("SELECT COUNT(*) FROM iam_user_credential WHERE account = ? AND kind = ? AND entity = ?",
                         {account.str(), static_cast<std::int64_t>(kind), owner});
}

void UserCredentialStore::Insert(storage::Txn& txn, UserCredential& credential) {
  txn.Run(
      "INSERT INTO iam_user_credential (id, account, entity, kind, active, created_at, details)"
      " VALUES (?,?,?,?,?,?,?)",
      {credential.id, credential.account.str(), credential.owner, static_cast<std::int64_t>(credential.kind),
       static_cast<std::int64_t>(credential.active), credential.created_at, credential.details.dump()});
  credential.number = txn.last_insert_rowid();
}

void UserCredentialStore::Update(storage::Txn& txn, const UserCredential& credential) {
  txn.Run("UPDATE iam_user_credential SET active = ?, details = ? WHERE number = ?",
          {static_cast<std::int64_t>(credential.active), credential.details.dump(), credential.number});
}

void UserCredentialStore::Delete(storage::Txn& txn, const UserCredential& credential) {
  txn.Run("DELETE FROM iam_user_credential WHERE number = ?", {credential.number});
}

std::optional<LoginProfile> UserCredentialStore::FindLogin(storage::Reader& reader, const AccountId& account,
                                                           EntityId owner) {
  return reader.QueryOne(
      "SELECT entity, account, password, created_at, changed_at, reset_required, history FROM iam_login_profile"
      " WHERE entity = ? AND account = ?",
      {owner, account.str()}, ReadLogin);
}

void UserCredentialStore::PutLogin(storage::Txn& txn, const LoginProfile& profile) {
  txn.Run("DELETE FROM iam_login_profile WHERE entity = ?", {profile.owner});
  txn.Run(
      "INSERT INTO iam_login_profile (entity, account, password, created_at, changed_at, reset_required, history)"
      " VALUES (?,?,?,?,?,?,?)",
      {profile.owner, profile.account.str(), profile.password, profile.created_at, profile.changed_at,
       static_cast<std::int64_t>(profile.reset_required), Json(profile.history).dump()});
}

void UserCredentialStore::DeleteLogin(storage::Txn& txn, const LoginProfile& profile) {
  txn.Run("DELETE FROM iam_login_profile WHERE entity = ? AND account = ?", {profile.owner, profile.account.str()});
}

}  // namespace stratolite::iam
