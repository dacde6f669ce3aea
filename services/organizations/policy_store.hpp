#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "organizations/tree_store.hpp"

namespace stratolite::organizations {

/// Policies of organizations and what they are attached to. AWS's own have no rows, but are found like the others. Everything that changes says so to
/// `changes`, which must outlive it. Thread-safe. Blocks.
class PolicyStore {
 public:
  explicit PolicyStore(Changes& changes) : changes_(changes) {}

  static std::optional<Policy> Find(storage::Reader& reader, std::string_view organization, std::string_view id);
  static bool NameIsTaken(storage::Reader& reader, const Policy& policy);
  /// Of one type, in order of ids, AWS's own among them.
  static std::vector<Policy> List(storage::Reader& reader, std::string_view organization, std::string_view type);
  /// Whether there is any but AWS's own.
  static bool HasOwn(storage::Reader& reader, std::string_view organization);
  void Insert(storage::Txn& txn, const Policy& policy);
  void Update(storage::Txn& txn, const Policy& policy);
  void Delete(storage::Txn& txn, const Policy& policy);

  void Attach(storage::Txn& txn, std::string_view organization, std::string_view target, const Policy& policy);
  /// Whether it was attached.
  bool Detach(storage::Txn& txn, std::string_view organization, std::string_view target, const Policy& policy);
  static bool IsAttached(storage::Reader& reader, std::string_view organization, std::string_view target,
                         const Policy& policy);
  /// Of one type, in order of ids.
  static std::vector<Policy> ListOfTarget(storage::Reader& reader, std::string_view organization,
                                          std::string_view target, std::string_view type);
  /// In order of ids.
  static std::vector<std::string> ListTargets(storage::Reader& reader, std::string_view organization,
                                              std::string_view policy);
  /// AWS's own policy of each type that the organization enabled, for what is new in its tree.
  void AttachDefaults(storage::Txn& txn, const Organization& organization, std::string_view target);
  /// Every attachment of a type.
  void DetachAll(storage::Txn& txn, std::string_view organization, std::string_view type);

 private:
  Changes& changes_;
};

}  // namespace stratolite::organizations
