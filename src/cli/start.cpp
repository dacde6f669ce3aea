#include "cli/start.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "daemon/daemon.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::cli {
namespace {

namespace fs = std::filesystem;

IamMode ParseIamMode(std::string_view name) {
  if (name == "enforce") return IamMode::kEnforce;
  return name == "audit" ? IamMode::kAudit : IamMode::kOff;
}

constexpr auto kStartTimeout = std::chrono::seconds(30);
constexpr auto kStartPoll = std::chrono::milliseconds(2);
/// Where LocalStack's users mount their scripts; https://docs.localstack.cloud/references/init-hooks/
constexpr const char* kLocalstackInitDir = "/etc/localstack/init/ready.d";

daemon::DaemonOptions ToDaemonOptions(const Settings& settings) {
  daemon::DaemonOptions options;
  if (!settings.listen.empty()) options.addresses = {settings.listen};
  options.port = settings.port;
  options.data_dir = settings.data_dir;
  options.ephemeral = settings.ephemeral;
  options.durability = settings.durability == "power" ? storage::Durability::kPower : storage::Durability::kProcess;
  options.auth = settings.auth == "strict" ? auth::AuthMode::kStrict : auth::AuthMode::kPermissive;
  options.iam = ParseIamMode(settings.iam);
  options.default_account = settings.default_account;
  options.default_region = settings.default_region;
  for (const std::string& text : settings.root_credentials) {
    auto credential = auth::ParseRootCredential(text, AccountId(settings.default_account));
    if (!credential.ok()) throw SettingsError("root-credentials: " + credential.error().message);
    options.root_credentials.push_back(
        {credential->access_key_id, credential->secret_access_key, credential->principal.account.str()});
  }
  options.seed = settings.seed;
  options.admin_hosts = settings.admin_hosts;
  options.admin_remote = settings.admin_remote;
  options.cors_origins = settings.cors_origins;
  options.allow_metadata_egress = settings.allow_metadata_egress;
  options.outgoing_insecure = settings.outgoing_insecure;
  options.outgoing_timeout = std::chrono::seconds(settings.outgoing_timeout_seconds);
  options.s3_domains = settings.s3_domains;
  options.s3_legacy_bucket_defaults = settings.s3_legacy_bucket_defaults;
  options.requests_kept = settings.requests_kept;
  options.max_memory = settings.max_memory;
  options.log_format = settings.log_format == "json" ? daemon::LogFormat::kJson : daemon::LogFormat::kText;
  options.log_level = settings.log_level;
  options.ready_file = settings.ready_file;
  options.init_dir = settings.init_dir;
  options.exit_with = settings.exit_with;
  if (options.init_dir.empty() && fs::is_directory(kLocalstackInitDir)) options.init_dir = kLocalstackInitDir;
  return options;
}

[[noreturn]] void RunInBackground(const daemon::DaemonOptions& options, int out) {
  setsid();
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(null, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  int status = 1;
  try {
    status = daemon::RunDaemon(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "stratolite: {}\n", error.what());
  }
  std::fflush(nullptr);
  _exit(status);
}

std::string TextFrom(const fs::path& file, std::uintmax_t offset) {
  std::ifstream in(file);
  in.seekg(static_cast<std::streamoff>(offset));
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

int WaitUntilReady(pid_t child, const fs::path& ready_file, const fs::path& log, std::uintmax_t log_start) {
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  while (!fs::exists(ready_file)) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) {
      fmt::print(stderr, "{}stratolite: the daemon did not start; its log is {}\n", TextFrom(log, log_start),
                 log.string());
      return 1;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      fmt::print(stderr, "stratolite: the daemon (process {}) does not answer yet; its log is {}\n", child,
                 log.string());
      return 1;
    }
    std::this_thread::sleep_for(kStartPoll);
  }
  const Json ready = Json::parse(TextFrom(ready_file, 0));
  fmt::print("Stratolite answers at {} (process {}); its log is {}\n", ready["endpoint"].get<std::string>(), child,
             log.string());
  return 0;
}

int StartDetached(daemon::DaemonOptions options) {
  const fs::path directory = options.ephemeral ? fs::temp_directory_path() : options.data_dir;
  std::error_code uncreated;
  if (fs::create_directories(directory, uncreated)) fs::permissions(directory, fs::perms::owner_all, uncreated);
  const fs::path log = directory / (options.ephemeral ? fmt::format("stratolite-{}.log", getpid()) : "daemon.log");
  // The child writes there: what keeps it from that must be said here.
  const int log_descriptor = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_descriptor < 0) {
    throw std::runtime_error(
        fmt::format("the log {} cannot be written: {}. Name a directory that you may write to with "
                    "--data-dir, or keep nothing with --ephemeral.",
                    log.string(), std::strerror(errno)));
  }
  const bool own_ready_file = options.ready_file.empty();
  if (own_ready_file) options.ready_file = directory / fmt::format(".stratolite-ready-{}.json", getpid());
  fs::remove(options.ready_file);
  std::error_code absent;
  const auto size = fs::file_size(log, absent);
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) RunInBackground(options, log_descriptor);
  close(log_descriptor);
  const int status = WaitUntilReady(child, options.ready_file, log, absent ? 0 : size);
  if (own_ready_file) fs::remove(options.ready_file);
  return status;
}

}  // namespace

int Start(const Settings& settings, bool detach) {
  daemon::DaemonOptions options = ToDaemonOptions(settings);
  return detach ? StartDetached(std::move(options)) : daemon::RunDaemon(options);
}

}  // namespace stratolite::cli
