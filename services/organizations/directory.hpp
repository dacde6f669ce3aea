#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <unordered_map>

#include "organizations/tree_store.hpp"
#include "stratolite/ports/identity_directory.hpp"

namespace stratolite::organizations {

/// What organizations say about accounts, remembered until one of them changes. While there is no organization, an answer costs one atomic read and the
/// lookup of nothing. `db` and `changes` must outlive it. Thread-safe. Blocks; not from within a transaction.
class Directory final : public ports::OrganizationDirectory {
 public:
  Directory(storage::Database& db, const Changes& changes) : db_(db), changes_(changes) {}

  std::shared_ptr<const Membership> Find(const AccountId& account) override;

 private:
  struct Memory {
    std::uint64_t generation = 0;
    /// Nobody is in any.
    bool empty = false;
    std::map<AccountId, std::shared_ptr<const Membership>> members;
    /// Compiled, by policy id.
    std::unordered_map<std::string, auth::PolicyPtr> policies;
  };

  std::shared_ptr<const Membership> Read(storage::Reader& reader, const AccountId& account, Memory& memory) const;
  std::vector<std::vector<auth::NamedPolicy>> LevelsOf(storage::Reader& reader, const Organization& organization,
                                                       const std::vector<std::string>& line, std::string_view type,
                                                       Memory& memory) const;

  storage::Database& db_;
  const Changes& changes_;
  const std::shared_ptr<const Membership> none_ = std::make_shared<const Membership>();
  std::shared_mutex mutex_;
  Memory memory_;  // Guarded by mutex_.
};

}  // namespace stratolite::organizations
