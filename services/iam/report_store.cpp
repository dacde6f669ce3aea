#include "iam/report_store.hpp"

#define REPORT_COLUMNS "id, account, kind, created_at, ready_at, request, content"

namespace stratolite::iam {
namespace {

Report ReadReport(const storage::Row& row) {
  Report report;
  report.id = row.Text(0);
  report.account = AccountId(row.Text(1));
  report.kind = static_cast<ReportKind>(row.Int(2));
  report.created_at = row.Time(3);
  report.ready_at = row.Time(4);
  report.request = Json::parse(row.TextView(5));
  report.content = row.Text(6);
  return report;
}

}  // namespace

std::optional<Report> ReportStore::Find(storage::Reader& reader, const AccountId& account, ReportKind kind,
                                        std::string_view id) {
  return reader.QueryOne("SELECT " REPORT_COLUMNS " FROM iam_report WHERE id = ? AND account = ? AND kind = ?",
                         {id, account.str(), static_cast<std::int64_t>(kind)}, ReadReport);
}

std::optional<Report> ReportStore::FindLatest(storage::Reader& reader, const AccountId& account, ReportKind kind) {
  return reader.QueryOne("SELECT " REPORT_COLUMNS
                         " FROM iam_report WHERE account = ? AND kind = ? ORDER BY created_at DESC LIMIT 1",
                         {account.str(), static_cast<std::int64_t>(kind)}, ReadReport);
}

void ReportStore::Insert(storage::Txn& txn, const Report& report, TimePoint forget_before) {
  const auto kind = static_cast<std::int64_t>(report.kind);
  txn.Run("DELETE FROM iam_report WHERE account = ? AND kind = ? AND created_at < ?",
          {report.account.str(), kind, forget_before});
  txn.Run("INSERT INTO iam_report (id, account, kind, created_at, ready_at, request, content) VALUES (?,?,?,?,?,?,?)",
          {report.id, report.account.str(), kind, report.created_at, report.ready_at, report.request.dump(),
           report.content});
}

}  // namespace stratolite::iam
