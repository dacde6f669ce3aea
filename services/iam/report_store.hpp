#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

enum class ReportKind { kCredentials = 0, kServiceLastAccessed = 1, kOrganizationAccess = 2 };

/// A report: what it says is known when it is asked for, and shown when it is ready. Plain data.
struct Report {
  /// A UUID.
  std::string id;
  AccountId account{""};
  ReportKind kind = ReportKind::kCredentials;
  TimePoint created_at;
  TimePoint ready_at;
  /// What was asked for, an object.
  Json request = Json::object();
  /// Of credentials: the text; of others a JSON object.
  std::string content;
};

/// Reports. Those of credentials are kept until the next one, others for a week. Thread-safe. Blocks.
class ReportStore {
 public:
  static std::optional<Report> Find(storage::Reader& reader, const AccountId& account, ReportKind kind,
                                    std::string_view id);
  static std::optional<Report> FindLatest(storage::Reader& reader, const AccountId& account, ReportKind kind);
  /// Forgets those of its kind in its account that are older than `forget_before`.
  static void Insert(storage::Txn& txn, const Report& report, TimePoint forget_before);
};

}  // namespace stratolite::iam
