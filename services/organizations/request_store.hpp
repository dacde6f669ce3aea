#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "organizations/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::organizations {

/// What is under way or was: accounts that are being created, invitations, and AWS services that were let in. Stateless. Thread-safe. Blocks.
class RequestStore {
 public:
  static std::optional<AccountRequest> FindAccountRequest(storage::Reader& reader, std::string_view id);
  /// Of an organization, in order of ids.
  static std::vector<AccountRequest> ListAccountRequests(storage::Reader& reader, std::string_view organization);
  static void Insert(storage::Txn& txn, const AccountRequest& request);
  static void Update(storage::Txn& txn, const AccountRequest& request);

  static std::optional<Handshake> FindHandshake(storage::Reader& reader, std::string_view id);
  /// In order of ids.
  static std::vector<Handshake> ListHandshakesOf(storage::Reader& reader, std::string_view organization);
  static std::vector<Handshake> ListHandshakesTo(storage::Reader& reader, const AccountId& target);
  static void Insert(storage::Txn& txn, const Handshake& handshake);
  static void SetState(storage::Txn& txn, const Handshake& handshake, std::string_view state);

  /// Service principals and since when.
  static std::vector<std::pair<std::string, TimePoint>> ListServices(storage::Reader& reader,
                                                                     std::string_view organization);
  /// Nothing happens when it is enabled already.
  static void EnableService(storage::Txn& txn, std::string_view organization, std::string_view principal,
                            TimePoint now);
  static void DisableService(storage::Txn& txn, std::string_view organization, std::string_view principal);
};

}  // namespace stratolite::organizations
