#include "daemon/front_door.hpp"

#include <ctime>

#include <spdlog/spdlog.h>

#include "daemon/api_exchange.hpp"
#include "daemon/exposure.hpp"
#include "daemon/journal_page.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::string_view kJournalPath = "/_stratolite/requests";
constexpr std::string_view kStatusPath = "/_stratolite/status";

/// A line about what is no API request. Who only looks writes none at the usual level: scripts ask for the health again and again.
void LogRequest(RequestLog* log, const wire::HttpRequest& request, std::chrono::steady_clock::time_point begun,
                const wire::HttpResponse& response, std::string_view refusal = {}) {
  const bool looks = refusal.empty() && response.status < 500 && (request.method == "GET" || request.method == "HEAD");
  const auto level = looks ? spdlog::level::debug : RequestLevel(response.status);
  if (log == nullptr || !log->Wants(level)) return;
  const auto took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begun);
  JournalRecord record;
  // As the journal has it: real time.
  record.time = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) - took;
  record.duration_us = took.count();
  record.bytes_in = request.body.size();
  record.bytes_out = response.body.size();
  record.status = response.status;
  if (refusal.empty()) {
    record.service = "admin";
    record.operation = request.path().substr(request.path().rfind('/') + 1);
  }
  record.method = request.method;
  record.target = request.path();
  record.error = refusal.empty() ? "" : "Refused";
  log->Add(record, level, refusal);
}

/// An answer that was clear from the head.
class ReadyExchange final : public http::Exchange {
 public:
  ReadyExchange(wire::HttpRequest head, wire::HttpResponse response) : response_(std::move(response)) {
    request = std::move(head);
  }
  void Run(http::Responder respond) override { respond(std::move(response_)); }
  wire::HttpResponse TooLarge() override { return std::move(response_); }

 private:
  wire::HttpResponse response_;
};

class AdminExchange final : public http::Exchange {
 public:
  AdminExchange(const AdminApi& admin, RequestLog* log, wire::HttpRequest head) : admin_(admin), log_(log) {
    request = std::move(head);
    plan.max_bytes = 1024 * 1024;
    // What waits for the world to settle, or counts what it holds, must not hold up the other connections of its loop.
    const bool counts = request.path() == kStatusPath;
    if (request.method == "POST" || request.method == "DELETE" || counts) plan.lane = http::BodyPlan::Lane::kBlocking;
  }
  void Run(http::Responder respond) override {
    wire::HttpResponse response = admin_.Handle(request);
    BrowserRules::AddCorsFields(request.headers.Get("origin"), response);
    LogRequest(log_, request, begun_, response);
    respond(std::move(response));
  }
  wire::HttpResponse TooLarge() override {
    return AdminApi::Refuse(413, "The body of an admin request may have 1 MiB.");
  }

 private:
  const AdminApi& admin_;
  RequestLog* const log_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// `GET /_stratolite/requests`, which may wait for the next request.
class JournalExchange final : public http::Exchange {
 public:
  JournalExchange(RequestJournal& journal, wire::HttpRequest head) : journal_(journal) {
    request = std::move(head);
    question_ = ParseJournalQuestion(request.query());
    if (question_.ok() && question_->wait.count() > 0) plan.lane = http::BodyPlan::Lane::kBlocking;
  }
  void Run(http::Responder respond) override { respond(Answer()); }
  wire::HttpResponse TooLarge() override { return Answer(); }
  void Abandon() override {
    abandoned_ = true;
    journal_.Wake();
  }

 private:
  wire::HttpResponse Answer() {
    if (!question_.ok()) return AdminApi::Refuse(400, question_.error().message);
    if (question_->wait.count() > 0) journal_.Await(question_->filter, question_->wait, abandoned_);
    wire::HttpResponse response;
    response.headers.Add("Content-Type", "application/json");
    response.body =
        DescribeJournal(journal_.Read(question_->filter)).dump(-1, ' ', false, Json::error_handler_t::replace);
    response.body.push_back('\n');
    BrowserRules::AddCorsFields(request.headers.Get("origin"), response);
    return response;
  }

  RequestJournal& journal_;
  Result<JournalQuestion> question_ = JournalQuestion{};
  std::atomic<bool> abandoned_ = false;
};

bool IsAdminPath(std::string_view path) {
  for (const std::string_view prefix : {"/_stratolite", "/_localstack", "/_aws"}) {
    if (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/')) return true;
  }
  return false;
}

}  // namespace

std::string_view HttpDateNow() {
  thread_local std::time_t cached_second = -1;
  thread_local std::string cached;
  // Real time, whatever the world's clock says: caches and proxies compare Date with their own.
  const std::time_t now = std::time(nullptr);
  if (now != cached_second) {
    cached = FormatHttpDate(TimePoint(std::chrono::seconds(now)));
    cached_second = now;
  }
  return cached;
}

/// Under a service's own host name such a path is the service's, under a bucket's it is an object's key. No bucket has such a name.
bool FrontDoor::IsAdminHost(std::string_view host) const {
  const HostMatch match = MatchHost(host, parts_.s3_domains);
  return match.service.empty() || (match.service == "s3" && match.bucket().empty() && !match.website);
}

std::shared_ptr<http::Exchange> FrontDoor::Begin(wire::HttpRequest head) {
  const bool admin = IsAdminPath(head.path()) && IsAdminHost(head.host());
  // Without an account or a world in the request: whoever received a signed message may ask.
  const bool certificate =
      AdminApi::IsSigningCertificate(head) && MatchHost(head.host(), parts_.s3_domains).bucket().empty();
  if (admin || certificate) return BeginAdmin(std::move(head), admin);
  try {
    return BeginCall(std::move(head));
  } catch (const std::exception& error) {
    spdlog::error("a request fails: {}", error.what());
    return std::make_shared<ReadyExchange>(wire::HttpRequest(), AdminApi::Refuse(500, error.what()));
  }
}

std::shared_ptr<http::Exchange> FrontDoor::BeginAdmin(wire::HttpRequest head, bool admin) {
  if (const auto refusal = parts_.browser_rules.Refusal(head, admin)) return Refuse(std::move(head), *refusal);
  if (const auto refusal = admin && parts_.admin_local_only ? RemoteAdminRefusal(head) : std::nullopt) {
    auto response = AdminApi::Refuse(403, *refusal);
    return std::make_shared<ReadyExchange>(std::move(head), std::move(response));
  }
  if (BrowserRules::IsPreflight(head)) {
    auto response = BrowserRules::AnswerPreflight(head);
    return std::make_shared<ReadyExchange>(std::move(head), std::move(response));
  }
  if (admin && parts_.journal != nullptr && head.path() == kJournalPath &&
      (head.method == "GET" || head.method == "HEAD"))
    return std::make_shared<JournalExchange>(*parts_.journal, std::move(head));
  return std::make_shared<AdminExchange>(parts_.admin, parts_.log, std::move(head));
}

std::shared_ptr<http::Exchange> FrontDoor::BeginCall(wire::HttpRequest head) {
  if (!head.headers.Has("origin")) {
    if (const auto refusal = parts_.browser_rules.Refusal(head, false)) return Refuse(std::move(head), *refusal);
    return std::make_shared<ApiExchange>(parts_, std::move(head));
  }
  auto exchange = std::make_shared<ApiExchange>(parts_, std::move(head));
  const bool admitted = exchange->AdmitsOrigin();
  if (const auto refusal = parts_.browser_rules.Refusal(exchange->request, false, admitted)) {
    // A page learns nothing of why; the user should.
    if (!exchange->AnswersPreflight()) return Refuse(std::move(exchange->request), *refusal);
    spdlog::info("a preflight of a foreign page is refused: {}", *refusal);
    return exchange;
  }
  if (admitted || !BrowserRules::IsPreflight(exchange->request)) return exchange;
  auto response = BrowserRules::AnswerPreflight(exchange->request);
  return std::make_shared<ReadyExchange>(std::move(exchange->request), std::move(response));
}

std::shared_ptr<http::Exchange> FrontDoor::Refuse(wire::HttpRequest head, const std::string& refusal) {
  auto response = AdminApi::Refuse(403, refusal);
  LogRequest(parts_.log, head, std::chrono::steady_clock::now(), response, refusal);
  return std::make_shared<ReadyExchange>(std::move(head), std::move(response));
}

wire::HttpResponse FrontDoor::Malformed(int status, std::string_view reason) {
  wire::HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain");
  response.headers.Add("Date", std::string(HttpDateNow()));
  response.body.assign(reason).append("\n");
  return response;
}

}  // namespace stratolite::daemon
