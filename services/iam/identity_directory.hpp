#pragma once

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "iam/entity_store.hpp"
#include "stratolite/auth/policy_cache.hpp"
#include "stratolite/ports/identity_directory.hpp"

namespace stratolite::iam {

/// Users with their groups, and roles, as decisions need them: remembered until anything in IAM changes; documents stay compiled beyond that.
/// `db` and `entities` outlive it. Thread-safe. Blocks.
class StoredIdentities final : public ports::IdentityDirectory {
 public:
  StoredIdentities(storage::Database& db, const EntityStore& entities) : db_(db), entities_(entities) {}

  std::shared_ptr<const Identity> Find(const auth::Principal& principal) override;
  std::shared_ptr<const Identity> Find(storage::Reader& reader, const auth::Principal& principal) override;
  auth::PolicyPtr FindManagedPolicy(const AccountId& account, const std::string& arn) override;

 private:
  struct Known {
    std::uint64_t generation = 0;
    std::shared_ptr<const Identity> identity;
  };
  /// How many are remembered.
  static constexpr std::size_t kMostKnown = 10'000;

  /// `arn`: a user's or a role's.
  std::shared_ptr<const Identity> FindByArn(const std::string& arn);
  /// nullptr: not remembered.
  std::shared_ptr<const Identity> FindKnown(const std::string& arn, std::uint64_t generation);
  Identity Load(storage::Reader& reader, const std::string& arn);
  void AddPolicies(storage::Reader& reader, const Entity& entity, Identity& identity);
  void AddDocument(std::string name, std::string_view document, Identity& identity);

  storage::Database& db_;
  const EntityStore& entities_;
  auth::PolicyCache documents_;
  std::shared_mutex mutex_;
  // Guarded by mutex_:
  std::unordered_map<std::string, Known> known_;
};

}  // namespace stratolite::iam
