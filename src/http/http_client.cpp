#include "http/http_client.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>

#include "http/blocking_lane.hpp"
#include "http/certificate_authority.hpp"
#include "http/channel.hpp"
#include "http/egress_rules.hpp"
#include "http/outgoing_call.hpp"
#include "http/outgoing_url.hpp"

namespace stratolite::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kAnswerThreads = 4;
constexpr std::size_t kLookupThreads = 8;

// Where systems keep what they trust; OpenSSL itself, linked statically, knows the place of the system it was built on only.
constexpr std::array<const char*, 4> kTrustFiles = {"/etc/ssl/certs/ca-certificates.crt",
                                                    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
                                                    "/etc/ssl/cert.pem"};

AwsError Error(std::string_view code, std::string message) {
  return {.code = std::string(code), .message = std::move(message)};
}

AwsError Stopped() { return Error("Stopped", "The call was ended before there was an answer."); }

/// A caller's `done` that throws is a bug of the caller's, and not the end of the daemon.
void Tell(const ports::HttpClient::Done& done, Result<ports::HttpClient::Answer> outcome) {
  assert(done);
  try {
    done(std::move(outcome));
  } catch (const std::exception& error) {
    spdlog::error("what was to follow an outgoing call failed: {}", error.what());
  }
}

std::unique_ptr<asio::ssl::context> MakeTlsContext(CertificateAuthority* authority) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  boost::system::error_code ignored;
  context->set_default_verify_paths(ignored);
  if (std::getenv("SSL_CERT_FILE") == nullptr) {
    for (const char* const file : kTrustFiles) {
      struct stat info {};
      if (::stat(file, &info) != 0) continue;
      context->load_verify_file(file, ignored);
      break;
    }
  }
  if (authority != nullptr) {
    const std::string pem = authority->Pem();
    context->add_certificate_authority(asio::buffer(pem), ignored);
  }
  return context;
}

}  // namespace

/// What stands below `mutex_` aside, confined to the thread of `context_`.
class HttpClient::Traffic {
 public:
  explicit Traffic(const HttpClientOptions& options)
      : options_(options),
        rules_(options.allow_metadata),
        work_(asio::make_work_guard(context_)),
        lookups_(kLookupThreads),
        answers_(kAnswerThreads) {}
  ~Traffic() { Stop(); }

  void Send(Request request, Done done);

 private:
  struct Entry {
    OutgoingUrl url;
    Request request;
    Done done;
    /// Null while it waits.
    std::shared_ptr<OutgoingCall> call;
    bool over = false;
  };
  using EntryPtr = std::shared_ptr<Entry>;

  void Stop();
  void Admit(const EntryPtr& entry);
  /// Starts what may be started.
  void Pump();
  void Begin(const EntryPtr& entry);
  void End(const EntryPtr& entry, Result<Answer> outcome);
  void Cancel(const EntryPtr& entry);
  void Answered(const EntryPtr& entry, Result<Answer> outcome);

  const HttpClientOptions options_;
  const EgressRules rules_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::deque<EntryPtr> waiting_;
  std::set<EntryPtr> active_;
  std::map<std::string, std::size_t> active_by_host_;

  std::mutex mutex_;
  std::thread thread_;    // guarded by mutex_
  bool stopped_ = false;  // guarded by mutex_

  BlockingLane lookups_;
  BlockingLane answers_;
};

void HttpClient::Traffic::Send(Request request, Done done) {
  Result<OutgoingUrl> url = ParseOutgoingUrl(request.url);
  const bool sendable = IsSendableField(request.method, "") &&
                        std::all_of(request.headers.begin(), request.headers.end(),
                                    [](const auto& field) { return IsSendableField(field.first, field.second); });
  if (url.ok() && !sendable) url = Error("Refused", "A header field of the request cannot be sent.");
  if (!url.ok()) {
    return answers_.Run([done = std::move(done), error = std::move(url).error()] { Tell(done, error); });
  }
  request.timeout = std::min(request.timeout, options_.longest_call);
  const runtime::CancellationToken cancellation = request.cancellation;
  const auto entry = std::make_shared<Entry>(Entry{*std::move(url), std::move(request), std::move(done), nullptr});
  bool stopped = false;
  {
    const std::scoped_lock lock(mutex_);
    stopped = stopped_;
    if (!stopped && !thread_.joinable()) {
      thread_ = std::thread([this] {
        BlockBrokenPipeSignals();
        context_.run();
      });
    }
    // From here on the entry is that thread's.
    if (!stopped) asio::post(context_, [this, entry] { Admit(entry); });
  }
  if (stopped) return Tell(entry->done, Stopped());
  cancellation.OnCancel([this, weak = std::weak_ptr<Entry>(entry)] {
    // Entries do not outlive this object.
    if (const EntryPtr held = weak.lock()) asio::post(context_, [this, held] { Cancel(held); });
  });
}

void HttpClient::Traffic::Admit(const EntryPtr& entry) {
  if (entry->over) return;
  if (waiting_.size() >= options_.max_waiting)
    return Answered(entry, Error("Unreachable", "Too many outgoing calls wait already."));
  waiting_.push_back(entry);
  Pump();
}

void HttpClient::Traffic::Pump() {
  for (auto next = waiting_.begin(); next != waiting_.end() && active_.size() < options_.max_calls;) {
    const auto host = active_by_host_.find((*next)->url.authority);
    if (host != active_by_host_.end() && host->second >= options_.max_calls_per_host) {
      ++next;
      continue;
    }
    const EntryPtr entry = *next;
    next = waiting_.erase(next);
    Begin(entry);
  }
}

void HttpClient::Traffic::Begin(const EntryPtr& entry) {
  if (entry->url.tls && !tls_) {
    try {
      tls_ = MakeTlsContext(options_.authority);
    } catch (const std::exception& error) {
      return Answered(entry, Error("Unreachable", fmt::format("TLS is not possible: {}", error.what())));
    }
  }
  active_.insert(entry);
  ++active_by_host_[entry->url.authority];
  const OutgoingCall::Surroundings around{context_, tls_.get(), options_.verify_tls, rules_, lookups_};
  entry->call = std::make_shared<OutgoingCall>(around, entry->url, std::move(entry->request));
  entry->call->Start([this, entry](Result<Answer> outcome) { End(entry, std::move(outcome)); });
}

void HttpClient::Traffic::End(const EntryPtr& entry, Result<Answer> outcome) {
  active_.erase(entry);
  if (const auto host = active_by_host_.find(entry->url.authority); --host->second == 0) active_by_host_.erase(host);
  Answered(entry, std::move(outcome));
  Pump();
}

void HttpClient::Traffic::Answered(const EntryPtr& entry, Result<Answer> outcome) {
  entry->over = true;
  entry->call = nullptr;
  answers_.Run(
      [done = std::move(entry->done), outcome = std::move(outcome)]() mutable { Tell(done, std::move(outcome)); });
}

void HttpClient::Traffic::Cancel(const EntryPtr& entry) {
  if (entry->over) return;
  if (const auto call = entry->call) return call->Fail("Stopped", Stopped().message);
  std::erase(waiting_, entry);
  Answered(entry, Stopped());
}

void HttpClient::Traffic::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(stopped_, true) || !thread_.joinable()) return;
  }
  asio::post(context_, [this] {
    for (const EntryPtr& entry : std::exchange(waiting_, {})) Cancel(entry);
    for (const EntryPtr& entry : std::vector(active_.begin(), active_.end())) Cancel(entry);
    work_.reset();
  });
  thread_.join();
}

HttpClient::HttpClient(const HttpClientOptions& options) : traffic_(std::make_unique<Traffic>(options)) {}

HttpClient::~HttpClient() = default;

void HttpClient::Send(Request request, Done done) { traffic_->Send(std::move(request), std::move(done)); }

}  // namespace stratolite::http
