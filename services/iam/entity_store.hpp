#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// Entities, who belongs to whom, and the policies that they have. Every change, once committed, makes `generation` another one: who remembers what it read
/// here remembers with it. Thread-safe. Blocks.
class EntityStore {
 public:
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  /// Another one after this transaction, for changes of other stores that the same readers depend on.
  void Touch(storage::Txn& txn);

  static std::optional<Entity> Find(storage::Reader& reader, const AccountId& account, EntityKind kind,
                                    std::string_view name);
  static std::optional<Entity> FindById(storage::Reader& reader, EntityId id);
  static std::optional<Entity> FindByArn(storage::Reader& reader, std::string_view arn);
  static std::optional<Entity> FindByUniqueId(storage::Reader& reader, std::string_view unique_id);
  /// In order of names without regard to case, after `after` (in lower case), at most `limit`, those whose path begins with `path_prefix`.
  static std::vector<Entity> List(storage::Reader& reader, const AccountId& account, EntityKind kind,
                                  std::string_view path_prefix, std::string_view after, std::int64_t limit);
  static std::int64_t Count(storage::Reader& reader, const AccountId& account, EntityKind kind);

  /// Fills in the id.
  void Insert(storage::Txn& txn, Entity& entity);
  /// All but id, account and kind.
  void Update(storage::Txn& txn, const Entity& entity);
  /// With its memberships, inline policies and attachments: whether it may go is the caller's to know.
  void Delete(storage::Txn& txn, const Entity& entity);

  /// Nothing happens when it is one already.
  void AddMember(storage::Txn& txn, EntityId container, EntityId member);
  void RemoveMember(storage::Txn& txn, EntityId container, EntityId member);
  static bool IsMember(storage::Reader& reader, EntityId container, EntityId member);
  /// Both in order of names.
  static std::vector<Entity> ListMembers(storage::Reader& reader, EntityId container, std::string_view after,
                                         std::int64_t limit);
  static std::vector<Entity> ListContainers(storage::Reader& reader, EntityId member, std::string_view after,
                                            std::int64_t limit);

  void PutInlinePolicy(storage::Txn& txn, EntityId entity, const InlinePolicy& policy);
  /// Whether there was one.
  bool DeleteInlinePolicy(storage::Txn& txn, EntityId entity, std::string_view name);
  static std::optional<InlinePolicy> FindInlinePolicy(storage::Reader& reader, EntityId entity, std::string_view name);
  /// In order of names.
  static std::vector<InlinePolicy> ListInlinePolicies(storage::Reader& reader, EntityId entity, std::string_view after,
                                                      std::int64_t limit);

  /// Nothing happens when it is attached already.
  void Attach(storage::Txn& txn, const Entity& entity, std::string_view policy_arn);
  /// Whether it was attached.
  bool Detach(storage::Txn& txn, EntityId entity, std::string_view policy_arn);
  /// ARNs in order.
  static std::vector<std::string> ListAttached(storage::Reader& reader, EntityId entity, std::string_view after,
                                               std::int64_t limit);
  /// Who has the policy attached, of the account, in order of their numbers.
  static std::vector<Entity> ListAttachedTo(storage::Reader& reader, const AccountId& account,
                                            std::string_view policy_arn, EntityId after, std::int64_t limit);
  /// Whose boundary it is.
  static std::vector<Entity> ListBoundedBy(storage::Reader& reader, const AccountId& account,
                                           std::string_view policy_arn, EntityId after, std::int64_t limit);
  static std::int64_t CountAttachments(storage::Reader& reader, const AccountId& account, std::string_view policy_arn);
  static std::int64_t CountBoundaries(storage::Reader& reader, const AccountId& account, std::string_view policy_arn);

  /// After a reset.
  void Clear() { generation_.fetch_add(1, std::memory_order_acq_rel); }

 private:
  std::atomic<std::uint64_t> generation_ = 1;
};

}  // namespace stratolite::iam
