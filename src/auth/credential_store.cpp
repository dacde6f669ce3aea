#include "stratolite/auth/credential_store.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::auth {
namespace {

constexpr std::array<std::string_view, 4> kMigrations{
    "CREATE TABLE auth_session (access_key_id TEXT PRIMARY KEY, secret_access_key TEXT NOT NULL, session_token TEXT "
    "NOT NULL,"
    " expires_at BIGINT NOT NULL, principal TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX auth_session_by_expiry ON auth_session (expires_at)",
    "CREATE TABLE auth_secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE auth_access_key (access_key_id TEXT PRIMARY KEY, secret_access_key TEXT NOT NULL, principal TEXT NOT "
    "NULL) WITHOUT ROWID",
    "ALTER TABLE auth_session ADD COLUMN issuer_arn TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX auth_session_by_issuer ON auth_session (issuer_arn)"};

constexpr std::string_view kSessionPrefix = "ASIA";
constexpr std::string_view kUserKeyPrefix = "AKIA";
constexpr std::size_t kKeyIdSize = 20;
constexpr std::size_t kSecretSize = 40;
constexpr std::size_t kTokenSize = 356;
constexpr std::string_view kTokenStart = "FwoGZXIvYXdzE";
constexpr std::string_view kBase64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Expired sessions are kept so long, to be told from unknown keys.
constexpr Duration kKeepExpired = std::chrono::hours(48);
constexpr std::uint64_t kSweepEvery = 64;
constexpr std::size_t kMaxCached = 20'000;

std::string Serialize(const Principal& principal) {
  Json out = {{"type", static_cast<int>(principal.type)},
              {"account", principal.account.str()},
              {"arn", principal.arn},
              {"user_id", principal.user_id},
              {"tags", principal.tags},
              {"transitive_tag_keys", principal.transitive_tag_keys},
              {"source_identity", principal.source_identity},
              {"session_policy", principal.session_policy},
              {"session_policy_arns", principal.session_policy_arns},
              {"mfa_authenticated", principal.mfa_authenticated},
              {"issuer_arn", principal.issuer_arn}};
  if (principal.issued_at) out["issued_at"] = principal.issued_at->time_since_epoch().count();
  return out.dump();
}

Principal Deserialize(std::string_view text) {
  const Json in = Json::parse(text);
  Principal principal;
  principal.type = static_cast<PrincipalType>(in.at("type").get<int>());
  principal.account = AccountId(in.at("account").get<std::string>());
  in.at("arn").get_to(principal.arn);
  in.at("user_id").get_to(principal.user_id);
  in.at("tags").get_to(principal.tags);
  in.at("transitive_tag_keys").get_to(principal.transitive_tag_keys);
  in.at("source_identity").get_to(principal.source_identity);
  in.at("session_policy").get_to(principal.session_policy);
  in.at("session_policy_arns").get_to(principal.session_policy_arns);
  in.at("mfa_authenticated").get_to(principal.mfa_authenticated);
  // Sessions of earlier versions have neither.
  principal.issuer_arn = in.value("issuer_arn", "");
  if (const auto issued = in.find("issued_at"); issued != in.end())
    principal.issued_at = TimePoint(Duration(issued->get<std::int64_t>()));
  return principal;
}

class DatabaseCredentialStore final : public CredentialStore {
 public:
  DatabaseCredentialStore(storage::Database& db, const runtime::Clock& clock, runtime::Random& random)
      : db_(db), clock_(clock), random_(random) {
    db_.Migrate({"auth", kMigrations});
  }

  std::shared_ptr<const Credential> Find(std::string_view access_key_id) override {
    std::uint64_t generation = 0;
    {
      const std::shared_lock lock(mutex_);
      if (const auto root = roots_.find(access_key_id); root != roots_.end()) return root->second;
      if (const auto session = sessions_.find(access_key_id); session != sessions_.end()) return session->second;
      generation = generation_;
    }
    if (access_key_id.size() != kKeyIdSize) return nullptr;
    std::shared_ptr<const Credential> credential;
    if (access_key_id.starts_with(kSessionPrefix)) credential = LoadSession(access_key_id);
    if (access_key_id.starts_with(kUserKeyPrefix)) credential = LoadAccessKey(access_key_id);
    if (credential) Remember(credential, generation);
    return credential;
  }

  Credential IssueSession(storage::Txn& txn, Principal principal, const SessionOptions& options) override {
    Credential credential;
    credential.access_key_id = MakeUniqueId(kSessionPrefix, principal.account, random_.Bytes(16));
    credential.secret_access_key = random_.String(kSecretSize, kBase64Alphabet);
    const std::size_t token_size = std::max(kTokenSize, options.min_token_size);
    credential.session_token =
        std::string(kTokenStart) + random_.String(token_size - kTokenStart.size(), kBase64Alphabet);
    credential.expires = options.expires;
    credential.principal = std::move(principal);
    txn.Run(
        "INSERT INTO auth_session (access_key_id, secret_access_key, session_token, expires_at, principal, issuer_arn) "
        "VALUES (?,?,?,?,?,?)",
        {credential.access_key_id, credential.secret_access_key, *credential.session_token, *credential.expires,
         Serialize(credential.principal), credential.principal.issuer_arn});
    if (issued_.fetch_add(1, std::memory_order_relaxed) % kSweepEvery == 0) {
      txn.Run("DELETE FROM auth_session WHERE expires_at < ?", {clock_.Now() - kKeepExpired});
    }
    auto shared = std::make_shared<const Credential>(credential);
    std::uint64_t generation = 0;
    {
      const std::shared_lock lock(mutex_);
      generation = generation_;
    }
    txn.OnCommit([this, shared = std::move(shared), generation] { Remember(shared, generation); });
    return credential;
  }

  void StoreAccessKey(storage::Txn& txn, const Credential& credential) override {
    txn.Run("DELETE FROM auth_access_key WHERE access_key_id = ?", {credential.access_key_id});
    txn.Run("INSERT INTO auth_access_key (access_key_id, secret_access_key, principal) VALUES (?,?,?)",
            {credential.access_key_id, credential.secret_access_key, Serialize(credential.principal)});
    txn.OnCommit([this, id = credential.access_key_id] { Forget(id); });
  }

  void RemoveAccessKey(storage::Txn& txn, std::string_view access_key_id) override {
    txn.Run("DELETE FROM auth_access_key WHERE access_key_id = ?", {access_key_id});
    txn.OnCommit([this, id = std::string(access_key_id)] { Forget(id); });
  }

  void RemoveSessionsOf(storage::Txn& txn, std::string_view issuer_arn) override {
    if (txn.Run("DELETE FROM auth_session WHERE issuer_arn = ?", {issuer_arn}) == 0) return;
    txn.OnCommit([this] { Clear(); });
  }

  void AddRootCredential(Credential credential) override {
    const std::unique_lock lock(mutex_);
    std::string name = credential.access_key_id;
    roots_.insert_or_assign(std::move(name), std::make_shared<const Credential>(std::move(credential)));
  }

  std::vector<std::shared_ptr<const Credential>> RootCredentials() const override {
    const std::shared_lock lock(mutex_);
    std::vector<std::shared_ptr<const Credential>> out;
    for (const auto& [name, credential] : roots_) out.push_back(credential);
    return out;
  }

  void Clear() override {
    const std::unique_lock lock(mutex_);
    sessions_.clear();
    ++generation_;
  }

 private:
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  using ByName = std::unordered_map<std::string, std::shared_ptr<const Credential>, NameHash, std::equal_to<>>;

  std::shared_ptr<const Credential> LoadAccessKey(std::string_view access_key_id) {
    auto found = db_.Read([&](storage::Reader& reader) {
      return reader.QueryOne("SELECT secret_access_key, principal FROM auth_access_key WHERE access_key_id=?",
                             {access_key_id}, [&](const storage::Row& row) {
                               Credential credential;
                               credential.access_key_id = std::string(access_key_id);
                               credential.secret_access_key = row.Text(0);
                               credential.principal = Deserialize(row.TextView(1));
                               return credential;
                             });
    });
    return found ? std::make_shared<const Credential>(*std::move(found)) : nullptr;
  }

  /// What is being loaded meanwhile is not remembered either.
  void Forget(const std::string& access_key_id) {
    const std::unique_lock lock(mutex_);
    sessions_.erase(access_key_id);
    ++generation_;
  }

  std::shared_ptr<const Credential> LoadSession(std::string_view access_key_id) {
    auto found = db_.Read([&](storage::Reader& reader) {
      return reader.QueryOne(
          "SELECT secret_access_key, session_token, expires_at, principal FROM auth_session WHERE access_key_id=?",
          {access_key_id}, [&](const storage::Row& row) {
            Credential credential;
            credential.access_key_id = std::string(access_key_id);
            credential.secret_access_key = row.Text(0);
            credential.session_token = row.Text(1);
            credential.expires = row.Time(2);
            credential.principal = Deserialize(row.TextView(3));
            return credential;
          });
    });
    return found ? std::make_shared<const Credential>(*std::move(found)) : nullptr;
  }

  /// Unless the world was reset since `generation` was read.
  void Remember(const std::shared_ptr<const Credential>& credential, std::uint64_t generation) {
    const std::unique_lock lock(mutex_);
    if (generation != generation_) return;
    if (sessions_.size() >= kMaxCached) sessions_.clear();
    sessions_.insert_or_assign(credential->access_key_id, credential);
  }

  storage::Database& db_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  std::atomic<std::uint64_t> issued_{0};
  mutable std::shared_mutex mutex_;
  ByName roots_;
  ByName sessions_;
  std::uint64_t generation_ = 0;
};

}  // namespace

std::unique_ptr<CredentialStore> MakeCredentialStore(storage::Database& db, const runtime::Clock& clock,
                                                     runtime::Random& random) {
  return std::make_unique<DatabaseCredentialStore>(db, clock, random);
}

}  // namespace stratolite::auth
