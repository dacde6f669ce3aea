#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {

/// A global endpoint: PutEvents with its id goes to the bus of its home region. Plain data.
struct Endpoint {
  std::int64_t id = 0;
  /// The region is its home.
  Scope scope;
  std::string name;
  std::string arn;
  /// `abcdefghij.klm`, as PutEvents gives it.
  std::string endpoint_id;
  /// Description, RoutingConfig, ReplicationConfig, EventBuses and RoleArn, as they were given.
  Json document;
  TimePoint created_at;
  TimePoint modified_at;
};
using EndpointPtr = std::shared_ptr<const Endpoint>;

/// Rows of endpoints. Within a transaction or a read. Thread-safe.
class EndpointStore {
 public:
  /// nullptr: none.
  static EndpointPtr Find(storage::Reader& reader, const Scope& scope, std::string_view name);
  static EndpointPtr FindById(storage::Reader& reader, const AccountId& account, std::string_view endpoint_id);
  static void Insert(storage::Txn& txn, const Endpoint& endpoint);
  /// The document and the time of the change.
  static void Update(storage::Txn& txn, const Endpoint& endpoint);
  static void Delete(storage::Txn& txn, const Endpoint& endpoint);
  /// By name, after `after`, at most `limit`.
  static std::vector<EndpointPtr> List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                       std::string_view after, std::int64_t limit);
};

}  // namespace stratolite::events
