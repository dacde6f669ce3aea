#include <spdlog/spdlog.h>

#include <atomic>
#include <exception>
#include <mutex>
#include <unordered_map>

#include "runtime/durable_scheduler.hpp"
#include "runtime/random_source.hpp"
#include "runtime/timer_queue.hpp"
#include "runtime/virtual_clock.hpp"
#include "service/authorizer.hpp"
#include "service/operation_caller.hpp"
#include "service/outbox.hpp"
#include "service/sent_messages_store.hpp"
#include "service/usage_log_store.hpp"
#include "service/world_http_client.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/once.hpp"
#include "stratolite/ports/access_checks.hpp"
#include "stratolite/ports/access_mode.hpp"
#include "stratolite/ports/bucket_defaults.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/service_starter.hpp"
#include "stratolite/service/access_learner.hpp"
#include "stratolite/service/errors.hpp"
#include "stratolite/service/failures.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/storage/blob_store.hpp"
#include "stratolite/storage/snapshot.hpp"

namespace stratolite {
namespace {

/// Where a snapshot lies, in the world's directory, until its rows are in the world.
constexpr std::string_view kLoadingPlace = "loading";

std::unique_ptr<runtime::Random> MakeRandom(const std::optional<std::uint64_t>& seed) {
  if (seed) return std::make_unique<runtime::SeededRandom>(*seed);
  return std::make_unique<runtime::SystemRandom>();
}

/// The world of one process. Members stand in the order of their dependencies: the last is destroyed first.
class LocalWorld final : public World,
                         public ports::ServiceStarter,
                         public ports::AccessMode,
                         public ports::AccessChecks,
                         public ports::BucketDefaults {
 public:
  LocalWorld(const WorldOptions& options, std::span<const ServiceDescriptor> descriptors)
      : db_(storage::Database::Open(options.storage)),
        random_(MakeRandom(options.seed)),
        sleeper_(options.sleeper),
        timers_(clock_, sleeper_.get()),
        scheduler_(*db_, clock_, timers_),
        credentials_(auth::MakeCredentialStore(*db_, clock_, *random_)),
        blob_pool_(options.blobs ? options.blobs
                                 : storage::BlobPool::Open(db_->directory(), options.storage.durability)),
        blobs_(blob_pool_->MakeStore(*db_)),
        events_(
            *db_, clock_, timers_, [this](std::string_view service) { FindService(service); }, GateFor(options.iam)),
        sent_messages_(*db_),
        usage_(*db_, timers_),
        http_(options.http),
        operation_caller_(*this, *random_),
        deps_{*db_, clock_, timers_, scheduler_, *random_, *credentials_, ports_, *blobs_, events_},
        descriptors_(descriptors),
        authorizer_(*this, options.iam),
        s3_legacy_bucket_defaults_(options.s3_legacy_bucket_defaults) {
    for (const ServiceDescriptor& descriptor : descriptors) {
      instances_.try_emplace(std::string(descriptor.name)).first->second.descriptor = &descriptor;
    }
    ports_.Offer<ports::HttpClient>(&http_);
    ports_.Offer<ports::OperationCaller>(&operation_caller_);
    ports_.Offer<ports::SentMessages>(&sent_messages_);
    ports_.Offer<ports::UsageLog>(&usage_);
    ports_.Offer<ports::ServiceStarter>(this);
    ports_.Offer<ports::AccessMode>(this);
    ports_.Offer<ports::AccessChecks>(this);
    ports_.Offer<ports::BucketDefaults>(this);
    // Here and not in Resume: by then somebody may be saving.
    if (!options.blobs) storage::RemoveUnfinishedSnapshots(db_->directory());
  }

  ~LocalWorld() override { Stop(); }

  void Dispatch(std::string_view service, std::shared_ptr<const Call> call, Completion done) override;
  Service* FindService(std::string_view name) override;
  void Start(std::string_view service) override { Make(service); }
  const OperationTable* FindOperations(std::string_view name) override;
  const ServiceDescriptor* FindDescriptor(std::string_view name) const override;

  runtime::AdjustableClock& clock() override { return clock_; }
  runtime::Timers& timers() override { return timers_; }
  auth::CredentialStore& credentials() override { return *credentials_; }
  runtime::Random& random() override { return *random_; }
  const ServiceDeps& deps() override { return deps_; }
  IamMode iam_mode() const override { return authorizer_.mode(); }
  IamMode mode() const override { return authorizer_.mode(); }
  bool active() const override { return authorizer_.active(); }
  std::vector<std::optional<AwsError>> CheckEach(std::string_view service, const Call& call,
                                                 const std::vector<AccessNeed>& needs) override {
    return authorizer_.CheckEach(service, call, needs);
  }
  bool legacy() const override { return s3_legacy_bucket_defaults_; }
  std::shared_ptr<const AccessReport> FindAccessReport(std::string_view request_id) const override {
    return authorizer_.reports().Find(request_id);
  }
  AccessLearner& learner() override { return authorizer_.learner(); }

  std::unique_ptr<World> Fork(const WorldOptions& options) override;
  storage::SnapshotSummary Save(const std::filesystem::path& file, std::string_view about) override;
  storage::SnapshotSummary Load(const std::filesystem::path& file) override;
  const std::shared_ptr<storage::BlobPool>& blob_pool() const override { return blob_pool_; }
  bool Rest() override { return db_->Rest(); }
  void GiveUp() override;
  void Resume() override;
  void Reset() override;
  void Settle() override;
  void Advance(Duration by) override;
  void Stop() override;

 private:
  struct Instance {
    const ServiceDescriptor* descriptor = nullptr;
    Once made;
    std::atomic<bool> ready = false;
    std::unique_ptr<Service> service;
    OperationTable operations;
  };
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };

  /// nullptr: no such service, or one without handlers.
  Instance* Make(std::string_view name);
  void ResumePending();
  /// Null where policies are not looked at.
  Outbox::Gate GateFor(IamMode mode) {
    if (mode == IamMode::kOff) return nullptr;
    return [this](storage::Txn& txn, DeliveryTarget& target, const Delivery& delivery) {
      return authorizer_.CheckDelivery(txn, target, delivery);
    };
  }
  template <typename F>
  void ForEachService(F&& visit) {
    for (auto& [name, instance] : instances_) {
      if (instance.ready) visit(*instance.service);
    }
  }

  const std::unique_ptr<storage::Database> db_;
  const std::unique_ptr<runtime::Random> random_;
  runtime::VirtualClock clock_;
  const std::shared_ptr<runtime::Sleeper> sleeper_;
  runtime::TimerQueue timers_;
  runtime::DurableScheduler scheduler_;
  const std::unique_ptr<auth::CredentialStore> credentials_;
  ports::Registry ports_;
  const std::shared_ptr<storage::BlobPool> blob_pool_;
  const std::unique_ptr<storage::BlobStore> blobs_;
  Outbox events_;
  SentMessagesStore sent_messages_;
  UsageLogStore usage_;
  WorldHttpClient http_;
  DispatchingCaller operation_caller_;
  const ServiceDeps deps_;
  const std::span<const ServiceDescriptor> descriptors_;
  Authorizer authorizer_;
  const bool s3_legacy_bucket_defaults_;
  /// Keys are fixed after construction.
  std::unordered_map<std::string, Instance, NameHash, std::equal_to<>> instances_;
  /// Operator's changes of time and resets come one after the other.
  std::mutex control_;
  Once stopped_;
};

LocalWorld::Instance* LocalWorld::Make(std::string_view name) {
  const auto found = instances_.find(name);
  if (found == instances_.end() || found->second.descriptor->make == nullptr) return nullptr;
  Instance& instance = found->second;
  if (!instance.ready) {
    instance.made.Run([&] {
      instance.service = instance.descriptor->make(deps_);
      instance.service->Register(instance.operations);
      instance.ready = true;
    });
  }
  return &instance;
}

Service* LocalWorld::FindService(std::string_view name) {
  Instance* const instance = Make(name);
  return instance == nullptr ? nullptr : instance->service.get();
}

const OperationTable* LocalWorld::FindOperations(std::string_view name) {
  Instance* const instance = Make(name);
  return instance == nullptr ? nullptr : &instance->operations;
}

const ServiceDescriptor* LocalWorld::FindDescriptor(std::string_view name) const {
  const auto found = instances_.find(name);
  return found == instances_.end() ? nullptr : found->second.descriptor;
}

void LocalWorld::Dispatch(std::string_view service, std::shared_ptr<const Call> call, Completion done) {
  const auto fail = [&](const std::exception& error) {
    spdlog::error("{} {} failed, request {}: {}", service, call->operation, call->request_id, error.what());
    done(FailureOf(service, error));
  };
  const OperationTable::Entry* entry = nullptr;
  std::optional<AwsError> denied;
  try {
    const OperationTable* const operations = FindOperations(service);
    entry = operations == nullptr ? nullptr : operations->Find(call->operation);
    if (entry != nullptr && authorizer_.active()) denied = authorizer_.Check(service, *call);
  } catch (const std::exception& error) {
    return fail(error);
  }
  if (entry == nullptr) return done(NotImplemented(service, call->operation));
  // Attempts count too: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
  usage_.Record(call->caller, call->access_key_id, service, call->operation, call->scope.region.str(), clock_.Now());
  if (denied) return done(*std::move(denied));
  if (entry->async_handler) {
    try {
      entry->async_handler(call, done);
    } catch (const wire::BodyRejected& rejected) {
      done(rejected.error());
    } catch (const std::exception& error) {
      fail(error);
    }
    return;
  }
  std::optional<Result<Json>> outcome;
  try {
    outcome.emplace(entry->handler(*call));
  } catch (const wire::BodyRejected& rejected) {
    return done(rejected.error());
  } catch (const std::exception& error) {
    return fail(error);
  }
  done(*std::move(outcome));
}

std::unique_ptr<World> LocalWorld::Fork(const WorldOptions& options) {
  const std::scoped_lock lock(control_);
  usage_.Flush();
  const std::unique_ptr<storage::BlobPool::Hold> hold = blob_pool_->HoldFiles();
  db_->CopyTo(options.storage.directory);
  WorldOptions copy_options = options;
  copy_options.blobs = blob_pool_;
  copy_options.sleeper = sleeper_;
  copy_options.http = http_.client();
  copy_options.iam = authorizer_.mode();
  auto copy = std::make_unique<LocalWorld>(copy_options, descriptors_);
  blob_pool_->Forked(*blobs_, *copy->blobs_);
  if (clock_.frozen()) copy->clock_.Freeze();
  copy->clock_.SetSpeed(clock_.speed());
  copy->clock_.Set(clock_.Now());
  return copy;
}

storage::SnapshotSummary LocalWorld::Save(const std::filesystem::path& file, std::string_view about) {
  usage_.Flush();
  return storage::SaveSnapshot(*db_, *blob_pool_, file, about);
}

storage::SnapshotSummary LocalWorld::Load(const std::filesystem::path& file) {
  const std::scoped_lock lock(control_);
  const std::filesystem::path place = db_->directory() / kLoadingPlace;
  std::filesystem::remove_all(place);
  std::filesystem::create_directory(place);
  const struct Removed {
    const std::filesystem::path& path;
    ~Removed() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  } removed{place};
  // All services: tables that are newer than this binary are refused for those that it has made.
  for (const auto& [name, instance] : instances_) Make(name);
  storage::SnapshotSummary summary;
  {
    const std::unique_ptr<storage::BlobPool::Hold> hold = blob_pool_->HoldFiles();
    summary = storage::LoadSnapshot(file, place, *blob_pool_);
    db_->ReplaceBy(place);
    // A store that looks at the rows anew: no id of theirs is given out again.
    blob_pool_->MakeStore(*db_)->OpenReader();
  }
  blob_pool_->Sweep();
  credentials_->Clear();
  usage_.Clear();
  ForEachService([](Service& service) { service.OnReset(); });
  scheduler_.Refresh();
  ResumePending();
  return summary;
}

void LocalWorld::GiveUp() {
  Stop();
  blob_pool_->Retire(*blobs_);
}

void LocalWorld::Resume() {
  {
    const std::scoped_lock lock(control_);
    // Of a process that was killed while it loaded a snapshot.
    std::error_code ignored;
    std::filesystem::remove_all(db_->directory() / kLoadingPlace, ignored);
  }
  ResumePending();
}

void LocalWorld::ResumePending() {
  authorizer_.Prepare();
  events_.Resume();
  for (const std::string& kind : scheduler_.PendingKinds()) {
    // Kinds are named `<service>.<what>`.
    if (FindService(std::string_view(kind).substr(0, kind.find('.'))) == nullptr) {
      spdlog::warn("tasks of kind {} wait: this build has no service for them", kind);
    }
  }
}

void LocalWorld::Reset() {
  const std::scoped_lock lock(control_);
  db_->Clear([this](storage::Txn& txn) { blobs_->ReleaseAll(txn); });
  credentials_->Clear();
  usage_.Clear();
  ForEachService([](Service& service) { service.OnReset(); });
}

void LocalWorld::Settle() {
  const std::scoped_lock lock(control_);
  while (timers_.RunDue() || http_.WaitForAll()) {
  }
}

void LocalWorld::Advance(Duration by) {
  const std::scoped_lock lock(control_);
  timers_.AdvanceTo(clock_.Now() + by, [this] { return http_.WaitForAll(); });
}

void LocalWorld::Stop() {
  stopped_.Run([this] {
    events_.Stop();
    ForEachService([](Service& service) { service.OnStop(); });
    timers_.Stop();
    usage_.TryFlush();
    http_.Stop();
  });
}

}  // namespace

std::unique_ptr<World> World::Open(const WorldOptions& options, std::span<const ServiceDescriptor> descriptors) {
  return std::make_unique<LocalWorld>(options, descriptors);
}

}  // namespace stratolite
