#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stratolite::cli {

/// A setting that cannot be used; the text says which, where it came from, and what would do.
class SettingsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a user can decide about a daemon. Plain data; defaults are the documented ones.
struct Settings {
  std::uint16_t port = 4566;
  /// Empty: 127.0.0.1 and ::1.
  std::string listen;
  std::filesystem::path data_dir;
  bool ephemeral = false;
  std::string durability = "process";
  std::string auth = "permissive";
  std::string iam = "off";
  std::string default_account = "000000000000";
  std::string default_region = "us-east-1";
  std::vector<std::string> root_credentials;
  std::vector<std::string> admin_hosts;
  bool admin_remote = false;
  std::vector<std::string> cors_origins;
  bool allow_metadata_egress = false;
  bool outgoing_insecure = false;
  std::uint32_t outgoing_timeout_seconds = 30;
  /// Lower case.
  std::vector<std::string> s3_domains;
  bool s3_legacy_bucket_defaults = false;
  std::uint32_t requests_kept = 1000;
  /// Bytes; 0: no ceiling.
  std::uint64_t max_memory = 0;
  std::optional<std::uint64_t> seed;
  std::string log_format = "text";
  std::string log_level = "info";
  std::filesystem::path ready_file;
  /// Empty: /etc/localstack/init/ready.d where there is one.
  std::filesystem::path init_dir;
  /// 0: none.
  std::int32_t exit_with = 0;
};

/// One setting, under its three names: `--data-dir`, `STRATOLITE_DATA_DIR`, `data-dir` in the file. Immutable.
struct SettingDescriptor {
  std::string_view name;
  /// What stands for the value in help texts; empty: a switch.
  std::string_view placeholder;
  std::string_view help;
  bool repeatable = false;
  /// Throws SettingsError, without saying where the value came from.
  void (*apply)(Settings& settings, const std::string& value) = nullptr;
};

/// Every setting there is, in the order of `--help` and docs/settings.md.
std::span<const SettingDescriptor> AllSettings();
/// `STRATOLITE_DATA_DIR` for `data-dir`.
std::string EnvironmentName(std::string_view setting);

/// A value as the command line gave it, in order.
using FlagValues = std::vector<std::pair<std::string, std::string>>;

/// Where settings come from; later ones win: file, environment, flags. A repeatable setting given at one place replaces those of earlier places.
struct SettingSources {
  /// `--config`; empty: `STRATOLITE_CONFIG`, else `stratolite.toml` in the user's configuration directory if that exists.
  std::filesystem::path config_file;
  /// `NAME=value`, as `environ` has them.
  std::span<const char* const> environment;
  FlagValues flags;
};

/// Throws SettingsError: unknown names (with the nearest known one), values that cannot be read, an unreadable or malformed file.
Settings LoadSettings(const SettingSources& sources);

/// `$XDG_DATA_HOME/stratolite`, else `~/.local/share/stratolite`, else `/var/lib/stratolite` where there is no home.
std::filesystem::path DefaultDataDirectory();

}  // namespace stratolite::cli
