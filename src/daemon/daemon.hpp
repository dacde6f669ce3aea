#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "stratolite/auth/authenticator.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::daemon {

/// A root key that came with the settings.
struct RootCredential {
  std::string access_key_id;
  std::string secret_access_key;
  /// Empty: the default account.
  std::string account;
};

enum class LogFormat { kText, kJson };

/// What a daemon is started with. Plain data.
struct DaemonOptions {
  /// IP literals.
  std::vector<std::string> addresses{"127.0.0.1", "::1"};
  /// 0: any free one.
  std::uint16_t port = 4566;
  /// Empty: `~/.local/share/stratolite` is for the command line to decide; here it means ephemeral.
  std::filesystem::path data_dir;
  /// State is gone at exit.
  bool ephemeral = false;
  storage::Durability durability = storage::Durability::kProcess;
  auth::AuthMode auth = auth::AuthMode::kPermissive;
  IamMode iam = IamMode::kOff;
  std::string default_account = "000000000000";
  std::string default_region = "us-east-1";
  std::vector<RootCredential> root_credentials;
  /// Reproducible ids.
  std::optional<std::uint64_t> seed;
  /// Further names under which the admin API may be addressed, besides IP literals, `localhost`, `*.localhost` and names without a dot.
  std::vector<std::string> admin_hosts;
  /// In strict mode, answer the admin API to other machines as well.
  bool admin_remote = false;
  /// Further web origins that may call from a browser (`https://app.example.com`), `*` for any; loopback origins always may.
  std::vector<std::string> cors_origins;
  /// Outgoing calls may go to metadata services.
  bool allow_metadata_egress = false;
  /// Endpoints of outgoing calls may show any certificate.
  bool outgoing_insecure = false;
  /// The longest that an outgoing call may take.
  std::chrono::milliseconds outgoing_timeout{30'000};
  /// Domains whose sub-domains name buckets, lower case.
  std::vector<std::string> s3_domains;
  /// New buckets are as AWS made them before April 2023.
  bool s3_legacy_bucket_defaults = false;
  /// How many of the last requests the journal shows; 0: no journal.
  std::size_t requests_kept = 1000;
  /// Bytes that request bodies and ephemeral state may take in memory together, about; 0: no ceiling.
  std::uint64_t max_memory = 0;
  LogFormat log_format = LogFormat::kText;
  /// spdlog's names: trace, debug, info, warning, error, critical, off.
  std::string log_level = "info";
  /// Written once requests are answered: `{"pid":…,"port":…,"endpoint":"http://localhost:4566"}`.
  std::filesystem::path ready_file;
  /// Its scripts run once requests are answered; empty: none.
  std::filesystem::path init_dir;
  /// The daemon stops when this process has ended; 0: it does not ask.
  int exit_with = 0;
  /// How long requests in flight may take after SIGTERM.
  std::chrono::milliseconds grace{10'000};
};

/// Runs until SIGTERM or SIGINT and returns the exit status: 0 after a graceful stop; a second signal ends at once. Call on the main thread, before
/// any other thread exists (signals are blocked here and stay so in every thread). Throws std::runtime_error when it cannot start; the message says what to do.
int RunDaemon(const DaemonOptions& options);

}  // namespace stratolite::daemon
