#include "iam/credential_report_operations.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "iam/credential_errors.hpp"
#include "iam/entity_store.hpp"
#include "iam/mfa_store.hpp"
#include "iam/password_policy.hpp"
#include "iam/report_store.hpp"
#include "iam/user_credential_store.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/usage_log.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr Duration kReportTakes = std::chrono::seconds(2);
constexpr Duration kReportLasts = std::chrono::hours(4);
constexpr std::int64_t kUsersAtATime = 1000;
constexpr std::int64_t kCredentialsPerUser = 2;
constexpr std::string_view kNone = "N/A";
constexpr std::string_view kNotSupported = "not_supported";

constexpr std::string_view kColumns =
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/// What a row is written from.
struct Holder {
  std::string name;
  std::string arn;
  TimePoint created_at;
  bool root = false;
  std::optional<LoginProfile> login;
  bool mfa = false;
  std::vector<UserCredential> keys;
  std::vector<UserCredential> certificates;
};

std::string DateOf(TimePoint time) {
  std::string text = FormatIso8601(std::chrono::floor<std::chrono::seconds>(time));
  text.pop_back();
  return text.append("+00:00");
}

std::string_view WordOf(bool truth) { return truth ? "true" : "false"; }

/// One line, field by field. None has a comma, quote or line break but names: those cannot have either.
class CsvLine {
 public:
  CsvLine& Put(std::string_view field) {
    if (!text_.empty()) text_.push_back(',');
    text_.append(field);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Holder ReadHolder(storage::Reader& reader, const AccountId& account, EntityId owner) {
  Holder holder;
  holder.login = UserCredentialStore::FindLogin(reader, account, owner);
  holder.mfa = MfaStore::Count(reader, account, owner) > 0;
  holder.keys = UserCredentialStore::List(reader, account, CredentialKind::kAccessKey, owner, 0, kCredentialsPerUser);
  holder.certificates =
      UserCredentialStore::List(reader, account, CredentialKind::kSigningCertificate, owner, 0, kCredentialsPerUser);
  return holder;
}

void AddPassword(CsvLine& line, const Holder& holder, const PasswordPolicy& policy) {
  if (holder.root) {
    line.Put(kNotSupported).Put("no_information").Put(kNotSupported).Put(kNotSupported);
    return;
  }
  line.Put(WordOf(holder.login.has_value()));
  if (!holder.login) {
    line.Put(kNone).Put(kNone).Put(kNone);
    return;
  }
  // Nobody can sign in here.
  line.Put("no_information").Put(DateOf(holder.login->changed_at));
  line.Put(policy.max_age ? DateOf(holder.login->changed_at + std::chrono::hours(24 * *policy.max_age))
                          : std::string(kNone));
}

}  // namespace

void CredentialReportOperations::Register(OperationTable& operations) {
  operations.Add("GenerateCredentialReport", this, &CredentialReportOperations::GenerateCredentialReport);
  operations.Add("GetCredentialReport", this, &CredentialReportOperations::GetCredentialReport);
}

std::string CredentialReportOperations::Write(const Call& call) {
  const AccountId& account = call.scope.account;
  std::vector<Holder> holders(1);
  PasswordPolicy policy;
  deps_.db.Read([&](storage::Reader& reader) {
    policy = PasswordPolicyOf(reader, account);
    Holder& root = holders.front() = ReadHolder(reader, account, kRootUser);
    root.root = true;
    root.name = "<root_account>";
    root.arn = auth::RootPrincipal(account, PartitionOf(call.scope.region)).arn;
    root.created_at = deps_.clock.Now();
    std::string last;
    for (bool ended = false; !ended;) {
      const auto users = EntityStore::List(reader, account, EntityKind::kUser, "", last, kUsersAtATime);
      ended = users.size() < kUsersAtATime;
      for (const Entity& user : users) {
        Holder holder = ReadHolder(reader, account, user.id);
        holder.name = user.name;
        holder.arn = user.arn;
        holder.created_at = user.created_at;
        // Nobody knows when the account was made: before everything in it.
        holders.front().created_at = std::min(holders.front().created_at, user.created_at);
        holders.push_back(std::move(holder));
        last = AsciiLower(user.name);
      }
    }
  });
  auto* const usage = deps_.ports.Find<ports::UsageLog>();
  std::string text(kColumns);
  for (const Holder& holder : holders) {
    CsvLine line;
    line.Put(holder.name).Put(holder.arn).Put(DateOf(holder.created_at));
    AddPassword(line, holder, policy);
    line.Put(WordOf(holder.mfa));
    for (std::size_t i = 0; i < kCredentialsPerUser; ++i) {
      if (i >= holder.keys.size()) {
        line.Put(WordOf(false)).Put(kNone).Put(kNone).Put(kNone).Put(kNone);
        continue;
      }
      const UserCredential& key = holder.keys[i];
      line.Put(WordOf(key.active)).Put(DateOf(key.created_at));
      const auto last = usage == nullptr ? std::nullopt : usage->FindLastOfKey(key.id);
      if (last) {
        line.Put(DateOf(last->time)).Put(last->region).Put(last->service);
      } else {
        line.Put(kNone).Put(kNone).Put(kNone);
      }
    }
    for (std::size_t i = 0; i < kCredentialsPerUser; ++i) {
      const bool there = i < holder.certificates.size();
      line.Put(WordOf(there && holder.certificates[i].active));
      line.Put(there ? DateOf(holder.certificates[i].created_at) : std::string(kNone));
    }
    text.append("\n").append(line.text());
  }
  return text;
}

Result<Json> CredentialReportOperations::GenerateCredentialReport(const Call& call) {
  const TimePoint now = deps_.clock.Now();
  const auto latest = deps_.db.Read([&](storage::Reader& reader) {
    return ReportStore::FindLatest(reader, call.scope.account, ReportKind::kCredentials);
  });
  if (latest && now < latest->ready_at)
    return Json{{"State", "INPROGRESS"}, {"Description", "Report generation task is in progress."}};
  if (latest && now < latest->created_at + kReportLasts) return Json{{"State", "COMPLETE"}};
  Report report;
  report.id = deps_.random.Uuid();
  report.account = call.scope.account;
  report.kind = ReportKind::kCredentials;
  report.created_at = now;
  report.ready_at = now + kReportTakes;
  report.content = Write(call);
  deps_.db.Transact([&](storage::Txn& txn) { ReportStore::Insert(txn, report, now); });
  return Json{{"State", "STARTED"}, {"Description", "No report exists. Starting a new report generation task"}};
}

Result<Json> CredentialReportOperations::GetCredentialReport(const Call& call) {
  const TimePoint now = deps_.clock.Now();
  const auto latest = deps_.db.Read([&](storage::Reader& reader) {
    return ReportStore::FindLatest(reader, call.scope.account, ReportKind::kCredentials);
  });
  if (!latest) return ReportNotPresent();
  if (now < latest->ready_at) return ReportInProgress();
  if (now >= latest->created_at + kReportLasts) return ReportExpired();
  return Json{{"Content", ToJsonBlob(latest->content)},
              {"ReportFormat", "text/csv"},
              {"GeneratedTime", ToJson(std::chrono::floor<std::chrono::seconds>(latest->created_at))}};
}

}  // namespace stratolite::iam
