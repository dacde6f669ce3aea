#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"
#include "stratolite/storage/snapshot.hpp"

namespace stratolite::storage {
class BlobPool;
}
namespace stratolite::runtime {
class Sleeper;
}
namespace stratolite::ports {
class HttpClient;
}

namespace stratolite {

class AccessLearner;
struct AccessReport;

struct WorldOptions {
  storage::OpenOptions storage;
  /// Ids and randomness reproducible.
  std::optional<std::uint64_t> seed;
  /// The pool that the worlds of one daemon share; null: one of its own, in the world's directory.
  std::shared_ptr<storage::BlobPool> blobs = nullptr;
  /// The thread that waits for the worlds of one daemon; null: each has one of its own.
  std::shared_ptr<runtime::Sleeper> sleeper = nullptr;
  /// Makes the outgoing calls of the worlds of one daemon; null: none can be made.
  std::shared_ptr<ports::HttpClient> http = nullptr;
  IamMode iam = IamMode::kOff;
  /// New buckets are as AWS made them before April 2023.
  bool s3_legacy_bucket_defaults = false;
};

/// One isolated universe of AWS accounts: store, clock, timers, scheduler, credentials and service instances. Several fit in one process.
/// Services are made at their first call. Destroy only after Stop() and after the last call returned. Thread-safe.
class World {
 public:
  /// `descriptors` must outlive the world (composition's constant table).
  static std::unique_ptr<World> Open(const WorldOptions& options, std::span<const ServiceDescriptor> descriptors);
  virtual ~World() = default;

  /// Asks whether policies allow the call, where the world looks at them, and runs it through the operation table of `service`: plain handlers inline,
  /// asynchronous ones at their own pace; `done` is called exactly once. Unknown or unbuilt operations: NotImplemented. Exceptions of the environment: logged with the request id, InternalFailure.
  virtual void Dispatch(std::string_view service, std::shared_ptr<const Call> call, Completion done) = 0;

  /// The service's instance, made if need be; nullptr when it has no handlers.
  virtual Service* FindService(std::string_view name) = 0;
  /// What is built, for coverage: empty when the service has no handlers.
  virtual const OperationTable* FindOperations(std::string_view name) = 0;
  virtual const ServiceDescriptor* FindDescriptor(std::string_view name) const = 0;

  virtual runtime::AdjustableClock& clock() = 0;
  virtual runtime::Timers& timers() = 0;
  virtual auth::CredentialStore& credentials() = 0;
  virtual runtime::Random& random() = 0;
  virtual const ServiceDeps& deps() = 0;

  virtual IamMode iam_mode() const = 0;
  /// Of a request that was denied, or in audit would have been; nullptr: it was not, or that is forgotten.
  virtual std::shared_ptr<const AccessReport> FindAccessReport(std::string_view request_id) const = 0;
  virtual AccessLearner& learner() = 0;

  /// A copy of this world as it is at one moment, in `options.storage.directory`, which holds none yet; this one goes on meanwhile. Rows are copied,
  /// blobs shared (`options.blobs` is ignored), the clock shows the same time and goes as fast. Sessions come along, root keys do not. Whatever is due
  /// later waits for the copy's Resume. Throws StorageError; what it left in the directory is the caller's to remove.
  virtual std::unique_ptr<World> Fork(const WorldOptions& options) = 0;
  /// Writes one moment of the world to a file while it goes on; `about` comes back from Load. Throws StorageError.
  virtual storage::SnapshotSummary Save(const std::filesystem::path& file, std::string_view about) = 0;
  /// Puts what a file of Save holds in the place of everything here, in one transaction, and drops what services remember, as Reset does. Root keys and
  /// the clock's settings stay. Throws StorageError: no snapshot, a newer one, damaged; then nothing has changed.
  virtual storage::SnapshotSummary Load(const std::filesystem::path& file) = 0;
  virtual const std::shared_ptr<storage::BlobPool>& blob_pool() const = 0;
  /// Gives back what only serves speed, until the next use: for worlds that nobody uses for a while. Returns whether there was anything.
  virtual bool Rest() = 0;
  /// Stops, and frees the blobs that no other world refers to. Before the world's directory is removed; then only destruction follows.
  virtual void GiveUp() = 0;

  /// Takes up what an earlier process left due: makes the services that own pending tasks. Called once, after the daemon answers requests
  /// (opening a store costs milliseconds). Does nothing for a fresh world.
  virtual void Resume() = 0;

  /// Empties the world: every account, every region. Root keys and the clock's settings stay.
  virtual void Reset() = 0;
  /// After a change of the clock: returns when everything that became due has run and nothing is due any more, outgoing calls that were begun included.
  virtual void Settle() = 0;
  /// Moves the clock forward, running what becomes due in order of its time, and returns when it has settled.
  virtual void Advance(Duration by) = 0;
  /// Ends waiting calls and stops engines.
  virtual void Stop() = 0;
};

}  // namespace stratolite
