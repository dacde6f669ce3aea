#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "organizations/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::organizations {

/// Counts the changes that the directory depends on. Thread-safe.
class Changes {
 public:
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  /// Another one once `txn` committed.
  void Touch(storage::Txn& txn) {
    txn.OnCommit([this] { Touch(); });
  }
  void Touch() { generation_.fetch_add(1, std::memory_order_acq_rel); }

 private:
  std::atomic<std::uint64_t> generation_ = 1;
};

/// Organizations, their units and accounts. Everything that changes says so to `changes`, which must outlive it. Thread-safe. Blocks.
class TreeStore {
 public:
  explicit TreeStore(Changes& changes) : changes_(changes) {}

  /// Whether there is any organization at all.
  static bool Any(storage::Reader& reader);
  static std::optional<Organization> Find(storage::Reader& reader, std::string_view id);
  void Insert(storage::Txn& txn, const Organization& organization);
  void Update(storage::Txn& txn, const Organization& organization);
  /// With everything in it.
  void Delete(storage::Txn& txn, const Organization& organization);

  static std::optional<Unit> FindUnit(storage::Reader& reader, std::string_view organization, std::string_view id);
  static std::optional<Unit> FindUnitByName(storage::Reader& reader, std::string_view parent, std::string_view name);
  /// In order of ids.
  static std::vector<Unit> ListUnits(storage::Reader& reader, std::string_view organization, std::string_view parent,
                                     std::string_view after, std::int64_t limit);
  void Insert(storage::Txn& txn, const Unit& unit);
  void Update(storage::Txn& txn, const Unit& unit);
  void Delete(storage::Txn& txn, const Unit& unit);

  /// In whatever organization.
  static std::optional<Account> FindAccount(storage::Reader& reader, const AccountId& id);
  static bool KnowsEmail(storage::Reader& reader, std::string_view email);
  /// In order of ids; with an empty `parent`, all of the organization.
  static std::vector<Account> ListAccounts(storage::Reader& reader, std::string_view organization,
                                           std::string_view parent, std::string_view after, std::int64_t limit);
  void Insert(storage::Txn& txn, const Account& account);
  void Update(storage::Txn& txn, const Account& account);
  void Delete(storage::Txn& txn, const Account& account);

  /// From the root down to `parent`: ids. Empty: there is no such place.
  static std::vector<std::string> LineTo(storage::Reader& reader, const Organization& organization,
                                         std::string_view parent);
  /// `o-…/r-…/ou-…/`.
  static std::string PathTo(storage::Reader& reader, const Organization& organization, std::string_view parent);

 private:
  Changes& changes_;
};

}  // namespace stratolite::organizations
