#include "service/usage_log_store.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <functional>

namespace stratolite {
namespace {

constexpr std::string_view kUsageOwner = "usage";
constexpr std::array<std::string_view, 2> kUsageSteps = {
    // `access_key`: empty for sessions.
    "CREATE TABLE usage_log (entity TEXT NOT NULL, access_key TEXT NOT NULL, service TEXT NOT NULL,"
    " operation TEXT NOT NULL, region TEXT NOT NULL, used_at BIGINT NOT NULL, principal TEXT NOT NULL,"
    " PRIMARY KEY (entity, access_key, service, operation, region)) WITHOUT ROWID",
    "CREATE INDEX usage_log_access_key ON usage_log (access_key, used_at)",
};

constexpr Duration kFlushAfter = std::chrono::seconds(5);
constexpr std::string_view kLongTermKey = "AKIA";
/// What memory holds of one shard before what is in the table anyway is forgotten.
constexpr std::size_t kMostRemembered = 4096;

/// `AROA…:session` without the session.
std::string_view EntityOf(const auth::Principal& caller) {
  return std::string_view(caller.user_id).substr(0, caller.user_id.find(':'));
}

std::size_t HashOf(std::initializer_list<std::string_view> parts) {
  std::size_t sum = 0;
  for (const std::string_view part : parts) sum = sum * 31 + std::hash<std::string_view>{}(part);
  return sum;
}

ports::UsageLog::Use ReadUse(const storage::Row& row) {
  return {row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Time(5), row.Text(6)};
}

}  // namespace

void UsageLogStore::Record(const auth::Principal& caller, std::string_view access_key_id, std::string_view service,
                           std::string_view operation, std::string_view region, TimePoint time) {
  if (caller.type != auth::PrincipalType::kUser && caller.type != auth::PrincipalType::kAssumedRole) return;
  const bool long_term = access_key_id.starts_with(kLongTermKey);
  const std::string_view entity = EntityOf(caller);
  const std::string_view who = long_term ? access_key_id : entity;
  const KindView kind{who, service, operation, region, HashOf({who, service, operation, region})};
  // The upper half: unordered_map uses the lower bits for its buckets.
  Shard& shard = shards_[(kind.hash >> 32) % shards_.size()];
  {
    const std::scoped_lock lock(shard.mutex);
    auto found = shard.kinds.find(kind);
    if (found == shard.kinds.end()) {
      Kind added{std::string(kind.who), std::string(service), std::string(operation), std::string(region), kind.hash};
      found = shard.kinds.try_emplace(std::move(added)).first;
      found->second.entity = entity;
      if (long_term) found->second.access_key_id = access_key_id;
    }
    Last& last = found->second;
    last.time = time;
    last.written = false;
    if (last.principal_arn != caller.arn) last.principal_arn = caller.arn;
  }
  if (!flush_awaited_.load(std::memory_order_relaxed) && !flush_awaited_.exchange(true)) {
    timers_.AfterRealTime(kFlushAfter, [this] { TryFlush(); });
  }
}

void UsageLogStore::TryFlush() {
  try {
    Flush();
  } catch (const std::exception& error) {
    spdlog::warn("who used what when could not be written: {}", error.what());
  }
}

std::vector<ports::UsageLog::Use> UsageLogStore::TakeUnwritten() {
  std::vector<Use> uses;
  for (Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    for (auto& [kind, last] : shard.kinds) {
      if (last.written) continue;
      last.written = true;
      uses.push_back(
          {last.entity, last.access_key_id, kind.service, kind.operation, kind.region, last.time, last.principal_arn});
    }
  }
  return uses;
}

void UsageLogStore::Flush() {
  const std::scoped_lock lock(flushing_);
  // Before looking: what is recorded from now on waits for a flush of its own.
  flush_awaited_.store(false);
  const std::vector<Use> uses = TakeUnwritten();
  if (uses.empty()) return;
  try {
    Write(uses);
    Shrink();
  } catch (...) {
    Rewrite();
    throw;
  }
}

void UsageLogStore::Write(const std::vector<Use>& uses) {
  db_.Migrate({kUsageOwner, kUsageSteps});
  db_.Transact([&](storage::Txn& txn) {
    for (const Use& use : uses) {
      txn.Run(
          "INSERT INTO usage_log (entity, access_key, service, operation, region, used_at, principal)"
          " VALUES (?,?,?,?,?,?,?) ON CONFLICT (entity, access_key, service, operation, region)"
          " DO UPDATE SET used_at = excluded.used_at, principal = excluded.principal",
          {use.entity, use.access_key_id, use.service, use.operation, use.region, use.time, use.principal_arn});
    }
  });
}

/// The next flush writes everything again.
void UsageLogStore::Rewrite() {
  for (Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    for (auto& [kind, last] : shard.kinds) last.written = false;
  }
}

/// What is in the table need not be remembered: the next use of its kind is written again.
void UsageLogStore::Shrink() {
  for (Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    if (shard.kinds.size() <= kMostRemembered) continue;
    std::erase_if(shard.kinds, [](const auto& kind) { return kind.second.written; });
  }
}

void UsageLogStore::Clear() {
  const std::scoped_lock lock(flushing_);
  for (Shard& shard : shards_) {
    const std::scoped_lock shard_lock(shard.mutex);
    shard.kinds.clear();
  }
}

std::vector<ports::UsageLog::Use> UsageLogStore::FindByEntity(std::string_view entity) {
  Flush();
  db_.Migrate({kUsageOwner, kUsageSteps});
  std::vector<Use> uses;
  db_.Read([&](storage::Reader& reader) {
    reader.Query(
        "SELECT entity, access_key, service, operation, region, used_at, principal FROM usage_log WHERE entity = ?"
        " ORDER BY used_at",
        {entity}, [&](const storage::Row& row) { uses.push_back(ReadUse(row)); });
  });
  return uses;
}

std::vector<ports::UsageLog::Use> UsageLogStore::FindByAccount(const AccountId& account) {
  Flush();
  db_.Migrate({kUsageOwner, kUsageSteps});
  std::vector<Use> uses;
  db_.Read([&](storage::Reader& reader) {
    reader.Query(
        "SELECT entity, access_key, service, operation, region, used_at, principal FROM usage_log"
        " WHERE principal LIKE ?",
        {"arn:%::" + account.str() + ":%"}, [&](const storage::Row& row) { uses.push_back(ReadUse(row)); });
  });
  return uses;
}

std::optional<ports::UsageLog::Use> UsageLogStore::FindLastOfKey(std::string_view access_key_id) {
  Flush();
  db_.Migrate({kUsageOwner, kUsageSteps});
  return db_.Read([&](storage::Reader& reader) {
    return reader.QueryOne(
        "SELECT entity, access_key, service, operation, region, used_at, principal FROM usage_log"
        " WHERE access_key = ? ORDER BY used_at DESC LIMIT 1",
        {access_key_id}, ReadUse);
  });
}

}  // namespace stratolite
