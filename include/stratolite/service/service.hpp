#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/runtime/cancellation.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::storage {
class BlobStore;
class Database;
}  // namespace stratolite::storage
namespace stratolite::runtime {
class Clock;
class Random;
class Scheduler;
class Timers;
}  // namespace stratolite::runtime
namespace stratolite::auth {
class CredentialStore;
}
namespace stratolite::ports {
class Registry;
}

namespace stratolite {

class AccessGuide;
class EventRouter;
class HttpSurface;
class HttpVisit;
struct HttpHead;

/// Everything a service may use. All of it belongs to one world and outlives its services. Plain references; each target says its own thread rule.
struct ServiceDeps {
  storage::Database& db;
  runtime::Clock& clock;
  runtime::Timers& timers;
  runtime::Scheduler& scheduler;
  runtime::Random& random;
  auth::CredentialStore& credentials;
  ports::Registry& ports;
  storage::BlobStore& blobs;
  EventRouter& events;
};

/// What an answer holds beside the members of its output; filled by the few handlers that need it. Plain data.
struct Reply {
  /// The output's streaming blob, sent after the handler returned. A small one may be a member of the output instead.
  std::shared_ptr<wire::BodyProducer> body;
  /// 0: what the model says. S3 answers ranges with 206.
  int http_status = 0;
};

/// One API call, as a handler sees it: the same whatever the protocol. Valid until the handler returned or, for asynchronous handlers,
/// until `done` was called. Immutable.
struct Call {
  std::string_view operation;
  /// Absent only in unit tests that bypass the wire.
  std::optional<wire::Operation> model;
  wire::Protocol protocol = wire::Protocol::kJson10;
  Json input;
  /// Where the caller acts: the account of its credentials, the region of its signature.
  Scope scope;
  /// Whether the client chose `scope.region`, by its signature or by the host it called: else it is the daemon's default.
  bool names_region = false;
  auth::Principal caller;
  /// The access key the request was signed with, as sent; empty for anonymous requests.
  std::string access_key_id;
  /// `http://localhost:4566`: scheme and authority exactly as the client addressed us, for URLs in answers.
  std::string endpoint;
  std::string request_id;
  std::string source_ip;
  std::string user_agent;
  bool tls = false;
  /// The body of operations with a streaming input, verified and without the framing of `aws-chunked`; null for others.
  wire::BodyReader* body = nullptr;
  /// Never null behind the front door and in the service harness.
  Reply* reply = nullptr;
  /// Request headers, for the few rules that no model expresses (X-Ray trace header). May be null in unit tests.
  const wire::Headers* headers = nullptr;
  /// Cancelled when the client left or the daemon stops.
  runtime::CancellationToken cancellation;
};

/// Receives the outcome of an asynchronous handler, exactly once, from any thread.
using Completion = std::function<void(Result<Json>)>;

/// One service's API: operation name to handler. Filled once by Service::Register, then Immutable. Thread-safe.
class OperationTable {
 public:
  using Handler = std::function<Result<Json>(const Call&)>;
  using AsyncHandler = std::function<void(std::shared_ptr<const Call>, Completion)>;
  /// For the coverage table: full, or partial with what is missing.
  struct Entry {
    Handler handler;
    AsyncHandler async_handler;
    std::string partial_note;
  };

  /// A plain handler: runs on an I/O thread and may block for the milliseconds that the store takes.
  template <typename S>
  Entry& Add(std::string_view name, S* self, Result<Json> (S::*method)(const Call&)) {
    return Insert(name, Entry{[self, method](const Call& call) { return (self->*method)(call); }, nullptr, {}});
  }
  template <typename S>
  Entry& Add(std::string_view name, const S* self, Result<Json> (S::*method)(const Call&) const) {
    return Insert(name, Entry{[self, method](const Call& call) { return (self->*method)(call); }, nullptr, {}});
  }
  Entry& Add(std::string_view name, Handler handler) { return Insert(name, Entry{std::move(handler), nullptr, {}}); }
  /// A handler that may wait for long (long poll, invoke): it returns at once and calls `done` later. It must call `done` soon after
  /// `call->cancellation` fired.
  Entry& AddAsync(std::string_view name, AsyncHandler handler) {
    return Insert(name, Entry{nullptr, std::move(handler), {}});
  }

  /// nullptr: not built.
  const Entry* Find(std::string_view name) const;
  /// Sorted.
  std::vector<std::string_view> names() const;

 private:
  Entry& Insert(std::string_view name, Entry entry);

  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  std::unordered_map<std::string, Entry, NameHash, std::equal_to<>> entries_;
};

/// One AWS service in one world. Made lazily, at its first request. Thread-safe.
class Service {
 public:
  virtual ~Service() = default;
  virtual void Register(OperationTable& operations) = 0;
  /// Called at reset, after the store was cleared: drop what memory holds. Waiting calls end as if their time were over.
  virtual void OnReset() {}
  /// Called once before destruction, when no new calls arrive: end waiting calls, stop engines.
  virtual void OnStop() {}
  /// Admin pages of a service: `GET /_stratolite/<service>/<path>`; nullopt: no such page. `query` holds decoded parameters.
  struct AdminRequest {
    std::string path;
    std::unordered_map<std::string, std::string> query;
    Scope default_scope;
    /// As in Call, for URLs in answers.
    std::string endpoint = {};
  };
  virtual std::optional<Result<Json>> Admin(const AdminRequest&) { return std::nullopt; }
  /// Belongs to the service. nullptr: the table of permissions says it all, and its resources have neither policies nor tags.
  virtual AccessGuide* access_guide() { return nullptr; }
  /// Belongs to the service. nullptr: it answers nothing but its operations.
  virtual HttpSurface* http_surface() { return nullptr; }
};

struct BlobUses;
struct ResourceList;

/// What the composition (src/daemon) knows of a service before making it.
struct ServiceDescriptor {
  /// botocore's name, the model's: `sqs`.
  std::string_view name;
  /// Null for a service that has a model but no handlers.
  std::unique_ptr<Service> (*make)(const ServiceDeps&);
  /// Whether AWS validates input against the model for this service with the generic constraint messages before its own checks.
  bool validates_input = true;
  /// Compares the document that a request carries with the digests in its header fields, for services whose clients send any; null: they do not.
  /// `with_checksums`: the operation is modelled with checksums of its request.
  Result<void> (*check_document)(const wire::Headers& headers, std::string_view document,
                                 bool with_checksums) = nullptr;
  /// Null: no row of the service refers to a blob.
  const BlobUses* blob_uses = nullptr;
  /// What of it `stratolite status` shows, the `most` largest; asked when somebody looks, once the service was made. It answers within tens of
  /// milliseconds however much there is. Null: nothing.
  ResourceList (*describe)(const ServiceDeps&, std::size_t most) = nullptr;
  /// Tells by its head a request that is no operation of the model but for Service::http_surface; null: it is one. Null: all are.
  std::unique_ptr<HttpVisit> (*visit)(const HttpHead& head) = nullptr;
};

}  // namespace stratolite
