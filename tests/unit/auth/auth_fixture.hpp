#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "stratolite/auth/authenticator.hpp"
#include "stratolite/auth/why_log.hpp"

namespace stratolite::auth::testing {

/// Time that stands where the test puts it. Not thread-safe.
class FixedClock final : public runtime::Clock {
 public:
  TimePoint Now() const override { return now; }
  TimePoint now = *ParseBasicIso8601("20260102T030405Z");
};

/// Keys in a map. Not thread-safe.
class MapCredentialStore final : public CredentialStore {
 public:
  std::shared_ptr<const Credential> Find(std::string_view access_key_id) override {
    const auto found = keys.find(std::string(access_key_id));
    return found == keys.end() ? nullptr : found->second;
  }
  Credential IssueSession(storage::Txn&, Principal, const SessionOptions&) override {
    throw std::logic_error("not needed here");
  }
  void StoreAccessKey(storage::Txn&, const Credential&) override { throw std::logic_error("not needed here"); }
  void RemoveAccessKey(storage::Txn&, std::string_view) override { throw std::logic_error("not needed here"); }
  void RemoveSessionsOf(storage::Txn&, std::string_view) override { throw std::logic_error("not needed here"); }
  void AddRootCredential(Credential credential) override {
    std::string name = credential.access_key_id;
    keys[name] = std::make_shared<const Credential>(std::move(credential));
  }
  std::vector<std::shared_ptr<const Credential>> RootCredentials() const override {
    std::vector<std::shared_ptr<const Credential>> out;
    for (const auto& [name, credential] : keys) out.push_back(credential);
    return out;
  }
  void Clear() override {}

  std::map<std::string, std::shared_ptr<const Credential>> keys;
};

inline Credential RootKey(std::string id, std::string secret, std::string account) {
  Credential credential;
  credential.access_key_id = std::move(id);
  credential.secret_access_key = std::move(secret);
  credential.principal = RootPrincipal(AccountId(std::move(account)));
  return credential;
}

}  // namespace stratolite::auth::testing
