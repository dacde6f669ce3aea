#include "organizations/directory.hpp"

#include <mutex>
#include <utility>

#include "organizations/policy_store.hpp"

namespace stratolite::organizations {

std::shared_ptr<const Directory::Membership> Directory::Find(const AccountId& account) {
  const std::uint64_t generation = changes_.generation();
  {
    const std::shared_lock lock(mutex_);
    if (memory_.generation == generation) {
      if (memory_.empty) return none_;
      if (const auto found = memory_.members.find(account); found != memory_.members.end()) return found->second;
    }
  }
  // Read without the lock: others go on meanwhile. What was read before a change that came in between is not kept.
  Memory read;
  const auto membership = db_.Read([&](storage::Reader& reader) {
    read.empty = !TreeStore::Any(reader);
    return read.empty ? none_ : Read(reader, account, read);
  });
  const std::unique_lock lock(mutex_);
  if (changes_.generation() != generation) return membership;
  if (memory_.generation != generation) {
    memory_ = Memory();
    memory_.generation = generation;
    memory_.empty = read.empty;
  }
  memory_.members.emplace(account, membership);
  return membership;
}

std::shared_ptr<const Directory::Membership> Directory::Read(storage::Reader& reader, const AccountId& id,
                                                             Memory& memory) const {
  const auto account = TreeStore::FindAccount(reader, id);
  if (!account) return none_;
  const Organization organization = TreeStore::Find(reader, account->organization).value();
  auto membership = std::make_shared<Membership>();
  membership->organization_id = organization.id;
  membership->path = TreeStore::PathTo(reader, organization, account->parent);
  membership->is_management_account = organization.management == id;
  if (membership->is_management_account) return membership;
  std::vector<std::string> line = TreeStore::LineTo(reader, organization, account->parent);
  line.push_back(id.str());
  membership->service_control = LevelsOf(reader, organization, line, kServiceControl, memory);
  membership->resource_control = LevelsOf(reader, organization, line, kResourceControl, memory);
  return membership;
}

std::vector<std::vector<auth::NamedPolicy>> Directory::LevelsOf(storage::Reader& reader,
                                                                const Organization& organization,
                                                                const std::vector<std::string>& line,
                                                                std::string_view type, Memory& memory) const {
  std::vector<std::vector<auth::NamedPolicy>> levels;
  if (!organization.Enables(type)) return levels;
  for (const std::string& target : line) {
    std::vector<auth::NamedPolicy>& level = levels.emplace_back();
    for (const Policy& policy : PolicyStore::ListOfTarget(reader, organization.id, target, type)) {
      auth::PolicyPtr& compiled = memory.policies[policy.id];
      if (!compiled) {
        auto outcome = auth::CompilePolicy(policy.content);
        // What was stored was validated; one that cannot be read allows nothing.
        if (!outcome.ok()) continue;
        compiled = *std::move(outcome);
      }
      level.push_back({PolicyArn(organization, policy), compiled});
    }
  }
  return levels;
}

}  // namespace stratolite::organizations
