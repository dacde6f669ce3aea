#include "sns/sms_store.hpp"

#include "stratolite/base/json.hpp"

namespace stratolite::sns {
namespace {

SandboxPhone ToPhone(const storage::Row& row) {
  return {.number = row.Text(0), .verified = row.Int(1) != 0, .code = row.Text(2), .sent_at = row.Time(3)};
}

}  // namespace

Attributes SmsStore::Settings(storage::Reader& reader, const Scope& scope) {
  return reader
      .QueryOne("SELECT attributes FROM sns_sms_settings WHERE account = ? AND region = ?",
                {scope.account, scope.region},
                [](const storage::Row& row) { return Json::parse(row.TextView(0)).get<Attributes>(); })
      .value_or(Attributes{});
}

void SmsStore::SetSettings(storage::Txn& txn, const Scope& scope, const Attributes& settings) {
  txn.Run(
      "INSERT INTO sns_sms_settings (account, region, attributes) VALUES (?,?,?)"
      " ON CONFLICT (account, region) DO UPDATE SET attributes = excluded.attributes",
      {scope.account, scope.region, Json(settings).dump()});
}

bool SmsStore::IsOptedOut(storage::Reader& reader, const Scope& scope, std::string_view number) {
  return reader.QueryInt("SELECT 1 FROM sns_opted_out WHERE account = ? AND region = ? AND phone = ?",
                         {scope.account, scope.region, number}) == 1;
}

void SmsStore::OptOut(storage::Txn& txn, const Scope& scope, std::string_view number) {
  txn.Run("INSERT INTO sns_opted_out (account, region, phone) VALUES (?,?,?) ON CONFLICT DO NOTHING",
          {scope.account, scope.region, number});
}

void SmsStore::OptIn(storage::Txn& txn, const Scope& scope, std::string_view number) {
  txn.Run("DELETE FROM sns_opted_out WHERE account = ? AND region = ? AND phone = ?",
          {scope.account, scope.region, number});
}

std::vector<std::string> SmsStore::ListOptedOut(storage::Reader& reader, const Scope& scope, std::string_view after,
                                                std::int64_t limit) {
  std::vector<std::string> numbers;
  reader.Query("SELECT phone FROM sns_opted_out WHERE account = ? AND region = ? AND phone > ? ORDER BY phone LIMIT ?",
               {scope.account, scope.region, after, limit},
               [&](const storage::Row& row) { numbers.push_back(row.Text(0)); });
  return numbers;
}

std::optional<SandboxPhone> SmsStore::FindSandboxPhone(storage::Reader& reader, const Scope& scope,
                                                       std::string_view number) {
  return reader.QueryOne(
      "SELECT phone, verified, code, sent_at FROM sns_sandbox_phone WHERE account = ? AND region = ? AND phone = ?",
      {scope.account, scope.region, number}, ToPhone);
}

void SmsStore::PutSandboxPhone(storage::Txn& txn, const Scope& scope, const SandboxPhone& phone) {
  txn.Run(
      "INSERT INTO sns_sandbox_phone (account, region, phone, verified, code, sent_at) VALUES (?,?,?,?,?,?)"
      " ON CONFLICT (account, region, phone) DO UPDATE SET verified = excluded.verified, code = excluded.code,"
      " sent_at = excluded.sent_at",
      {scope.account, scope.region, phone.number, phone.verified, phone.code, phone.sent_at});
}

void SmsStore::DeleteSandboxPhone(storage::Txn& txn, const Scope& scope, std::string_view number) {
  txn.Run("DELETE FROM sns_sandbox_phone WHERE account = ? AND region = ? AND phone = ?",
          {scope.account, scope.region, number});
}

std::vector<SandboxPhone> SmsStore::ListSandboxPhones(storage::Reader& reader, const Scope& scope,
                                                      std::string_view after, std::int64_t limit) {
  std::vector<SandboxPhone> phones;
  reader.Query(
      "SELECT phone, verified, code, sent_at FROM sns_sandbox_phone WHERE account = ? AND region = ? AND phone > ?"
      " ORDER BY phone LIMIT ?",
      {scope.account, scope.region, after, limit}, [&](const storage::Row& row) { phones.push_back(ToPhone(row)); });
  return phones;
}

}  // namespace stratolite::sns
