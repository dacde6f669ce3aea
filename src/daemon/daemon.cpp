#include "daemon/daemon.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/banner.hpp"
#include "daemon/bootstrap_credentials.hpp"
#include "daemon/exposure.hpp"
#include "daemon/front_door.hpp"
#include "daemon/init_scripts.hpp"
#include "daemon/linked_services.hpp"
#include "daemon/logging.hpp"
#include "daemon/process_watch.hpp"
#include "daemon/ready_file.hpp"
#include "daemon/terminal.hpp"
#include "http/certificate_authority.hpp"
#include "http/http_client.hpp"
#include "http/server.hpp"
#include "runtime/sleeper.hpp"
#include "storage/data_directory.hpp"

namespace stratolite::daemon {
namespace {

// Each arena that a thread makes of its own costs resident memory; the loops share these.
constexpr int kMallocArenas = 2;
constexpr int kSecondSignalStatus = 130;
constexpr rlim_t kMaxDescriptors = 65'536;

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void PrepareProcess() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  mallopt(M_ARENA_MAX, kMallocArenas);
  // A connection is a descriptor, and the default of 1024 is few for suites that run in parallel.
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, kMaxDescriptors);
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

std::string_view AuthModeName(auth::AuthMode mode) { return mode == auth::AuthMode::kStrict ? "strict" : "permissive"; }

std::string_view AuthModeMeaning(auth::AuthMode mode) {
  return mode == auth::AuthMode::kStrict ? "strict: only known keys, every signature verified"
                                         : "permissive: signatures of known keys verified, unknown keys accepted";
}

std::string_view IamModeMeaning(IamMode mode) {
  if (mode == IamMode::kEnforce) return "; policies enforced";
  return mode == IamMode::kAudit ? "; policies looked at, not enforced" : "";
}

AccountId ParseAccount(const std::string& text) {
  if (!IsAccountId(text))
    throw std::runtime_error(fmt::format("'{}' is not an AWS account: it must be 12 digits.", text));
  return AccountId(text);
}

void AddRootCredentials(const DaemonOptions& options, World& world) {
  for (const RootCredential& root : options.root_credentials) {
    auth::Credential credential;
    credential.access_key_id = root.access_key_id;
    credential.secret_access_key = root.secret_access_key;
    auth::Principal& principal = credential.principal;
    principal.type = auth::PrincipalType::kRoot;
    principal.account = ParseAccount(root.account.empty() ? options.default_account : root.account);
    principal.arn = fmt::format("arn:aws:iam::{}:root", principal.account.str());
    principal.user_id = principal.account.str();
    world.credentials().AddRootCredential(std::move(credential));
  }
}

/// Where policies are enforced and nobody was named who may do everything, somebody must be.
std::optional<BootstrapCredentials> AddBootstrapCredentials(const DaemonOptions& options, World& world) {
  if (options.iam != IamMode::kEnforce || !options.root_credentials.empty()) return std::nullopt;
  const bool kept = !options.ephemeral && !options.data_dir.empty();
  BootstrapCredentials bootstrap = TakeBootstrapCredentials(kept ? options.data_dir : std::filesystem::path(),
                                                            ParseAccount(options.default_account), world.random());
  world.credentials().AddRootCredential(bootstrap.credential);
  return bootstrap;
}

std::string Strictness(const DaemonOptions& options, bool exposed) {
  return fmt::format("{}{}{}", AuthModeMeaning(options.auth), IamModeMeaning(options.iam),
                     exposed ? "; OPEN TO OTHERS" : "");
}

void PrintStart(const DaemonOptions& options, const std::string& banner,
                const std::optional<BootstrapCredentials>& bootstrap) {
  fmt::print("{}", banner);
  if (bootstrap && bootstrap->made)
    fmt::print("{}", DescribeBootstrap(*bootstrap, options.log_format == LogFormat::kJson));
  std::fflush(stdout);
}

WorldOptions MakeWorldOptions(const DaemonOptions& options) {
  WorldOptions world;
  if (!options.ephemeral) world.storage.directory = options.data_dir;
  // Files in memory are memory: with a ceiling they lie on a disk, where only the system's cache of them takes any, which it gives back.
  if (options.ephemeral && options.max_memory != 0) world.storage.directory = storage::MakeEphemeralOnDisk();
  world.storage.durability = options.durability;
  world.seed = options.seed;
  world.iam = options.iam;
  world.s3_legacy_bucket_defaults = options.s3_legacy_bucket_defaults;
  return world;
}

/// Further worlds are like the first.
UniversesOptions MakeUniversesOptions(const WorldOptions& first, const auth::AuthOptions& auth) {
  return {.durability = first.storage.durability,
          .seed = first.seed,
          .auth = auth,
          .iam = first.iam,
          .s3_legacy_bucket_defaults = first.s3_legacy_bucket_defaults,
          .sleeper = first.sleeper,
          .http = first.http,
          .descriptors = LinkedServices()};
}

http::ServerOptions MakeServerOptions(const DaemonOptions& options, http::CertificateAuthority& authority) {
  http::ServerOptions server;
  server.addresses = options.addresses;
  server.port = options.port;
  server.authority = &authority;
  // The other half is for the rest: handlers at work, the store, connections' sockets.
  if (options.max_memory != 0) server.buffer_bytes = options.max_memory / 2;
  return server;
}

std::shared_ptr<ports::HttpClient> MakeHttpClient(const DaemonOptions& options, http::CertificateAuthority& authority) {
  http::HttpClientOptions client;
  client.allow_metadata = options.allow_metadata_egress;
  client.verify_tls = !options.outgoing_insecure;
  client.longest_call = options.outgoing_timeout;
  client.authority = &authority;
  return std::make_shared<http::HttpClient>(client);
}

/// What `stratolite env` prints; the key is one that strict authentication knows, if there is any.
EnvironmentVariables InitEnvironment(const DaemonOptions& options, const std::optional<BootstrapCredentials>& bootstrap,
                                     const std::string& endpoint) {
  RootCredential key{options.default_account, "test", {}};
  if (bootstrap) key = {bootstrap->credential.access_key_id, bootstrap->credential.secret_access_key, {}};
  if (!options.root_credentials.empty()) key = options.root_credentials.front();
  return {{"AWS_ENDPOINT_URL", endpoint},
          {"AWS_ACCESS_KEY_ID", key.access_key_id},
          {"AWS_SECRET_ACCESS_KEY", key.secret_access_key},
          {"AWS_DEFAULT_REGION", options.default_region},
          {"AWS_REGION", options.default_region},
          {"AWS_EC2_METADATA_DISABLED", "true"},
          {"STRATOLITE_ENDPOINT", endpoint}};
}

/// A stop as SIGTERM asks for it, as soon as `process` has ended.
std::unique_ptr<ProcessWatch> StopWith(int process) {
  if (process == 0) return nullptr;
  return std::make_unique<ProcessWatch>(process, [process] {
    spdlog::info("process {} has ended, and --exit-with names it", process);
    ::kill(::getpid(), SIGTERM);
  });
}

/// Returns at the first signal.
void WaitForStopSignal() {
  const sigset_t signals = StopSignals();
  int signal = 0;
  sigwait(&signals, &signal);
  spdlog::info("stopping ({})", signal == SIGTERM ? "SIGTERM" : "SIGINT");
}

/// Runs `stop` on a thread of its own, so that a second signal is heard meanwhile.
template <typename F>
void StopUnlessSignalled(Logging& log, F stop) {
  std::atomic<bool> done = false;
  const pthread_t main_thread = pthread_self();
  std::thread stopper([&] {
    stop();
    done = true;
    pthread_kill(main_thread, SIGTERM);
  });
  const sigset_t signals = StopSignals();
  int signal = 0;
  sigwait(&signals, &signal);
  if (!done) {
    spdlog::warn("second signal: leaving at once");
    log.Flush();
    ::_exit(kSecondSignalStatus);
  }
  stopper.join();
}

}  // namespace

int RunDaemon(const DaemonOptions& options) {
  PrepareProcess();
  Logging log(options.log_format, options.log_level, options.default_account);
  const AccountId default_account = ParseAccount(options.default_account);

  const auto companion = StopWith(options.exit_with);

  http::CertificateAuthority authority(options.ephemeral || options.data_dir.empty() ? std::filesystem::path()
                                                                                     : options.data_dir / "ca");
  // Bound first: who connects while the store opens waits instead of being refused.
  http::Server server(MakeServerOptions(options, authority));

  WorldOptions world_options = MakeWorldOptions(options);
  world_options.sleeper = std::make_shared<runtime::Sleeper>();
  world_options.http = MakeHttpClient(options, authority);
  const auth::AuthOptions auth_options{options.auth, default_account, options.iam == IamMode::kEnforce};
  const auto universe =
      std::make_shared<Universe>("default", World::Open(world_options, LinkedServices()), auth_options);
  World* const world = universe->world.get();
  AddRootCredentials(options, *world);
  const auto bootstrap = AddBootstrapCredentials(options, *world);
  Universes universes(universe, MakeUniversesOptions(world_options, auth_options));
  const std::string endpoint = fmt::format("http://localhost:{}", server.port());
  const auto init = options.init_dir.empty() ? nullptr
                                             : std::make_unique<InitScripts>(
                                                   options.init_dir, InitEnvironment(options, bootstrap, endpoint));
  // The domains of buckets are the user's own as well.
  std::vector<std::string> own_hosts = options.admin_hosts;
  own_hosts.insert(own_hosts.end(), options.s3_domains.begin(), options.s3_domains.end());
  const BrowserRules browser_rules(std::move(own_hosts), options.cors_origins);
  const bool persistent = !options.ephemeral && !options.data_dir.empty();
  const auto started = std::chrono::steady_clock::now();
  RequestStatistics statistics(started);
  const AdminApi admin(universes, AdminFacts{.auth_mode = std::string(AuthModeName(options.auth)),
                                             .data_dir = persistent ? options.data_dir.string() : "",
                                             .persistent = persistent,
                                             .default_account = default_account,
                                             .default_region = Region(options.default_region),
                                             .init = init.get(),
                                             .authority = &authority,
                                             .status = {.started = started,
                                                        .statistics = &statistics,
                                                        .endpoint = endpoint,
                                                        .addresses = server.endpoints()}});
  const auto journal = options.requests_kept == 0 ? nullptr : std::make_unique<RequestJournal>(options.requests_kept);
  FrontDoorParts parts{universes,          browser_rules, admin,           Region(options.default_region),
                       options.s3_domains, journal.get(), &log.requests(), &statistics};
  parts.admin_local_only = options.auth == auth::AuthMode::kStrict && !options.admin_remote;
  FrontDoor front_door(parts);
  server.Start(front_door);
  const auto exposure = ExposureWarning(options.addresses, options.auth, options.admin_remote);
  if (exposure) spdlog::warn("{}", *exposure);

  if (!options.ready_file.empty()) WriteReadyFile(options.ready_file, server.port(), endpoint);
  const std::string auth = Strictness(options, exposure.has_value());
  PrintStart(options, Banner(options, endpoint, server.endpoints(), auth, WantsColours(STDOUT_FILENO)), bootstrap);
  const auto stop = [&] {
    if (init) init->Stop();
    server.Stop(options.grace);
    universes.Stop();
  };
  try {
    world->Resume();
    universes.Resume();
    if (init) init->Start();
  } catch (...) {
    stop();
    throw;
  }

  WaitForStopSignal();
  StopUnlessSignalled(log, stop);
  return 0;
}

}  // namespace stratolite::daemon
