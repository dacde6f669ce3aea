#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sns/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {

/// A number of the SMS sandbox.
struct SandboxPhone {
  std::string number;
  bool verified = false;
  /// The one-time password that was sent last.
  std::string code;
  TimePoint sent_at;
};

/// What an account keeps about text messages in a region. Thread-safe. Blocks.
class SmsStore {
 public:
  static Attributes Settings(storage::Reader& reader, const Scope& scope);
  static void SetSettings(storage::Txn& txn, const Scope& scope, const Attributes& settings);

  static bool IsOptedOut(storage::Reader& reader, const Scope& scope, std::string_view number);
  static void OptOut(storage::Txn& txn, const Scope& scope, std::string_view number);
  static void OptIn(storage::Txn& txn, const Scope& scope, std::string_view number);
  /// In order, after `after`.
  static std::vector<std::string> ListOptedOut(storage::Reader& reader, const Scope& scope, std::string_view after,
                                               std::int64_t limit);

  static std::optional<SandboxPhone> FindSandboxPhone(storage::Reader& reader, const Scope& scope,
                                                      std::string_view number);
  static void PutSandboxPhone(storage::Txn& txn, const Scope& scope, const SandboxPhone& phone);
  static void DeleteSandboxPhone(storage::Txn& txn, const Scope& scope, std::string_view number);
  static std::vector<SandboxPhone> ListSandboxPhones(storage::Reader& reader, const Scope& scope,
                                                     std::string_view after, std::int64_t limit);
};

}  // namespace stratolite::sns
