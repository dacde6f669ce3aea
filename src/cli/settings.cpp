#include "cli/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

#include "cli/toml.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/names.hpp"

namespace stratolite::cli {
namespace {

constexpr std::string_view kEnvironmentPrefix = "STRATOLITE_";
// Variables of ours that are not settings of the daemon: for the client commands and for the tests.
constexpr std::array<std::string_view, 6> kOtherVariables = {"STRATOLITE_BINARY",      "STRATOLITE_CONFIG",
                                                             "STRATOLITE_ENDPOINT",    "STRATOLITE_SHARED",
                                                             "STRATOLITE_TEST_BINARY", "STRATOLITE_TEST_ENDPOINT"};

constexpr std::uint64_t kLeastMaxMemory = 32 << 20;
constexpr std::uint64_t kLongestTimeoutSeconds = 300;

template <typename Number>
Number ParseNumber(const std::string& value, std::uint64_t max) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number > max) {
    throw SettingsError(fmt::format("must be a whole number from 0 to {}", max));
  }
  return static_cast<Number>(number);
}

/// `64MiB`, `2GiB`, `500MB`, `1073741824`: bytes, with a unit of 1000 or 1024.
std::uint64_t ParseSize(const std::string& value) {
  static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 11> kUnits = {{{"", 1},
                                                                                         {"b", 1},
                                                                                         {"k", 1 << 10},
                                                                                         {"kib", 1 << 10},
                                                                                         {"kb", 1000},
                                                                                         {"m", 1 << 20},
                                                                                         {"mib", 1 << 20},
                                                                                         {"mb", 1'000'000},
                                                                                         {"g", 1 << 30},
                                                                                         {"gib", 1 << 30},
                                                                                         {"gb", 1'000'000'000}}};
  std::uint64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, number);
  const std::string unit = AsciiLower(std::string_view(rest, static_cast<std::size_t>(end - rest)));
  const auto found = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& known) { return known.first == unit; });
  if (error != std::errc() || found == kUnits.end() || number > UINT64_MAX / found->second) {
    throw SettingsError("must be a size such as 512MiB or 2GiB");
  }
  return number * found->second;
}

bool ParseSwitch(const std::string& value) {
  if (value == "true" || value == "1" || value == "yes" || value == "on") return true;
  if (value == "false" || value == "0" || value == "no" || value == "off") return false;
  throw SettingsError("must be true or false");
}

template <std::size_t N>
std::string OneOf(const std::string& value, const std::array<std::string_view, N>& choices) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  throw SettingsError(fmt::format("must be one of {}", fmt::join(choices, ", ")));
}

std::filesystem::path NonEmptyPath(const std::string& value) {
  if (value.empty()) throw SettingsError("must name a path");
  return value;
}

/// Lower case, without the dot at either end.
std::string DomainName(std::string value) {
  for (char& c : value) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  if (value.ends_with('.')) value.pop_back();
  if (value.starts_with('.')) value.erase(0, 1);
  const bool name = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  if (!name) throw SettingsError("must be a domain name without a port");
  return value;
}

constexpr std::array<std::string_view, 2> kDurabilities = {"process", "power"};
constexpr std::array<std::string_view, 2> kAuthModes = {"permissive", "strict"};
constexpr std::array<std::string_view, 3> kIamModes = {"off", "audit", "enforce"};
constexpr std::array<std::string_view, 2> kLogFormats = {"text", "json"};
constexpr std::array<std::string_view, 6> kLogLevels = {"trace", "debug", "info", "warn", "error", "off"};

constexpr auto kSettings =
    std::to_array<SettingDescriptor>(
        {
            {"port", "PORT", "Port to listen on, on 127.0.0.1 and ::1; 0 takes a free one", false,
             [](Settings& s, const std::string& v) { s.port = ParseNumber<std::uint16_t>(v, 65535); }},
            {"listen", "ADDRESS", "Listen on this address instead of loopback; others can then reach the daemon", false,
             [](Settings& s, const std::string& v) { s.listen = v; }},
            {"data-dir", "DIR", "Where state is kept", false,
             [](Settings& s, const std::string& v) { s.data_dir = NonEmptyPath(v); }},
            {"ephemeral", "", "Keep nothing: state lives in memory-backed files and goes with the daemon", false,
             [](Settings& s, const std::string& v) { s.ephemeral = ParseSwitch(v); }},
            {"durability", "LEVEL",
             "What acknowledged work survives: 'process' (kill -9) or 'power' (a power cut too; slower)", false,
             [](Settings& s, const std::string& v) { s.durability = OneOf(v, kDurabilities); }},
            {"auth", "MODE",
             "'permissive' verifies known access keys and accepts unknown ones; 'strict' refuses unknown ones", false,
             [](Settings& s, const std::string& v) { s.auth = OneOf(v, kAuthModes); }},
            {"iam", "MODE",
             "'off' allows everything, 'audit' too but shows what policies would deny, 'enforce' denies it", false,
             [](Settings& s, const std::string& v) { s.iam = OneOf(v, kIamModes); }},
            {"default-account", "ID", "Account of access keys that are unknown and not 12 digits themselves", false,
             [](Settings& s, const std::string& v) {
               if (!IsAccountId(v)) throw SettingsError("must be twelve digits");
               s.default_account = v;
             }},
            {"default-region", "REGION", "Region of unsigned requests that name none", false,
             [](Settings& s, const std::string& v) {
               if (!IsRegionName(v)) throw SettingsError("must look like us-east-1");
               s.default_region = v;
             }},
            {"root-credentials", "KEY:SECRET[:ACCOUNT]",
             "Makes a root access key known, so that its signatures are verified", true,
             [](Settings& s, const std::string& v) { s.root_credentials.push_back(v); }},
            {"admin-host", "NAME", "Answer the admin API under this host name too (beside localhost and IP addresses)",
             true, [](Settings& s, const std::string& v) { s.admin_hosts.push_back(v); }},
            {"admin-remote", "",
             "In strict mode, let other machines use the admin API too, which asks for no signature", false,
             [](Settings& s, const std::string& v) { s.admin_remote = ParseSwitch(v); }},
            {"cors-origin", "ORIGIN",
             "Let pages of this origin (https://app.example.com, * for any) call from a browser; those of localhost "
             "always may",
             true, [](Settings& s, const std::string& v) { s.cors_origins.push_back(v); }},
            {"allow-metadata-egress",
             "", "Let subscriptions and API destinations call link-local addresses and clouds' metadata services",
             false, [](Settings& s, const std::string& v) { s.allow_metadata_egress = ParseSwitch(v); }},
            {"outgoing-insecure",
             "", "Call https:// endpoints of subscriptions and API destinations whatever certificate they show", false,
             [](Settings& s, const std::string& v) { s.outgoing_insecure = ParseSwitch(v); }},
            {"outgoing-timeout", "SECONDS",
             "The longest that a call to such an endpoint may take, below what AWS allows it", false,
             [](Settings& s, const std::string& v) {
               s.outgoing_timeout_seconds = ParseNumber<std::uint32_t>(v, kLongestTimeoutSeconds);
               if (s.outgoing_timeout_seconds == 0) throw SettingsError("must be at least 1");
             }},
            {"s3-domain", "DOMAIN",
             "Take <bucket>.DOMAIN for the host name of a bucket, as <bucket>.localhost always is", true,
             [](Settings& s, const std::string& v) { s.s3_domains.push_back(DomainName(v)); }},
            {"s3-legacy-bucket-defaults",
             "", "New buckets have ACLs and nothing of public access is blocked, as on AWS before April 2023", false,
             [](Settings& s, const std::string& v) { s.s3_legacy_bucket_defaults = ParseSwitch(v); }},
            {"requests-kept", "N", "How many of the last requests /_stratolite/requests shows; 0 keeps none", false,
             [](Settings& s, const std::string& v) { s.requests_kept = ParseNumber<std::uint32_t>(v, 1'000'000); }},
            {"max-memory", "SIZE",
             "Stay below this much memory, such as 512MiB: spill to disk, or refuse; 0: no ceiling", false,
             [](Settings& s, const std::string& v) {
               s.max_memory = ParseSize(v);
               if (s.max_memory != 0 && s.max_memory < kLeastMaxMemory)
                 throw SettingsError("must be 0 or at least 32MiB");
             }},
            {"seed", "N", "Make ids and randomness reproducible", false,
             [](Settings& s, const std::string& v) { s.seed = ParseNumber<std::uint64_t>(v, UINT64_MAX); }},
            {"log-format", "FORMAT", "'text' or 'json' (one object a line)", false,
             [](Settings& s, const std::string& v) { s.log_format = OneOf(v, kLogFormats); }},
            {"log-level", "LEVEL", "trace, debug, info, warn, error or off", false,
             [](Settings& s, const std::string& v) { s.log_level = OneOf(v, kLogLevels); }},
            {"ready-file", "FILE", "Write {\"pid\",\"port\",\"endpoint\"} there once requests are answered", false,
             [](Settings& s, const std::string& v) { s.ready_file = NonEmptyPath(v); }},
            {"init-dir", "DIR", "Run the *.sh and *.py in there, in order, once requests are answered", false,
             [](Settings& s, const std::string& v) { s.init_dir = NonEmptyPath(v); }},
            {"exit-with", "PID",
             "Stop when this process has ended, however it ended: a daemon that dies with its test run", false,
             [](Settings& s, const std::string& v) { s.exit_with = ParseNumber<std::int32_t>(v, INT32_MAX); }},
        });

const SettingDescriptor* FindSetting(std::string_view name) {
  const auto found = std::find_if(kSettings.begin(), kSettings.end(), [&](const auto& s) { return s.name == name; });
  return found == kSettings.end() ? nullptr : &*found;
}

std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view nearest = NearestName(word, candidates);
  return nearest.empty() ? "" : fmt::format(" Did you mean {}?", nearest);
}

/// Values by setting, at one place (`where` names a value's origin for messages).
struct Given {
  std::string where;
  std::vector<std::string> values;
};
using GivenByName = std::map<std::string, Given>;

std::string TomlScalar(const toml::node& node, const std::string& where) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  throw SettingsError(fmt::format("{}: must be a string, a whole number, true or false", where));
}

/// A directory can be opened and reads as an empty file: nobody would notice that the settings are not used.
std::string ReadText(const std::filesystem::path& path) {
  const auto refuse = [&path](std::string_view why) {
    return SettingsError(fmt::format("the settings file {} cannot be read: {}. --config or STRATOLITE_CONFIG names it.",
                                     path.string(), why));
  };
  if (std::filesystem::is_directory(path)) throw refuse("it is a directory");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) throw refuse(std::strerror(errno));
  return text;
}

void ReadFile(const std::filesystem::path& path, GivenByName& given) {
  toml::table table;
  const std::string text = ReadText(path);
  // toml++ 3.3 relies on it where it classifies characters.
  if (!IsValidUtf8(text)) throw SettingsError(fmt::format("{}: it is not UTF-8", path.string()));
  try {
    table = toml::parse(text, path.string());
  } catch (const toml::parse_error& error) {
    const auto begin = error.source().begin;
    throw SettingsError(begin.line == 0 ? fmt::format("{}: {}", path.string(), error.description())
                                        : fmt::format("{}:{}: {}", path.string(), begin.line, error.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const std::string where = fmt::format("'{}' in {}", name, path.string());
    const SettingDescriptor* setting = FindSetting(name);
    if (setting == nullptr) {
      std::vector<std::string_view> names;
      for (const auto& known : kSettings) names.push_back(known.name);
      throw SettingsError(fmt::format("{}: no such setting.{}", where, DidYouMean(name, names)));
    }
    Given values{where, {}};
    if (const auto* list = node.as_array(); list != nullptr && setting->repeatable) {
      for (const auto& element : *list) values.values.push_back(TomlScalar(element, where));
    } else {
      values.values.push_back(TomlScalar(node, where));
    }
    given.insert_or_assign(name, std::move(values));
  }
}

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    if (end > start) parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

void ReadEnvironment(std::span<const char* const> environment, GivenByName& given) {
  std::vector<std::string> known;
  for (const auto& setting : kSettings) known.push_back(EnvironmentName(setting.name));
  for (const char* entry : environment) {
    const std::string_view text(entry);
    if (!text.starts_with(kEnvironmentPrefix)) continue;
    const std::size_t equals = text.find('=');
    const std::string_view variable = text.substr(0, equals);
    if (std::find(kOtherVariables.begin(), kOtherVariables.end(), variable) != kOtherVariables.end()) continue;
    const auto found = std::find(known.begin(), known.end(), variable);
    if (found == known.end()) {
      std::vector<std::string_view> names(known.begin(), known.end());
      names.insert(names.end(), kOtherVariables.begin(), kOtherVariables.end());
      throw SettingsError(
          fmt::format("environment variable {}: no such setting.{}", variable, DidYouMean(variable, names)));
    }
    const SettingDescriptor& setting = kSettings[static_cast<std::size_t>(found - known.begin())];
    const std::string value(equals == std::string_view::npos ? "" : text.substr(equals + 1));
    given.insert_or_assign(std::string(setting.name),
                           Given{fmt::format("environment variable {}", variable),
                                 setting.repeatable ? SplitList(value) : std::vector{value}});
  }
}

std::string_view FindVariable(std::span<const char* const> environment, std::string_view name) {
  for (const char* entry : environment) {
    const std::string_view text(entry);
    if (text.size() > name.size() && text.starts_with(name) && text[name.size()] == '=')
      return text.substr(name.size() + 1);
  }
  return {};
}

std::filesystem::path ConfigFile(const SettingSources& sources) {
  if (!sources.config_file.empty()) return sources.config_file;
  if (const auto given = FindVariable(sources.environment, "STRATOLITE_CONFIG"); !given.empty()) return given;
  std::filesystem::path directory = FindVariable(sources.environment, "XDG_CONFIG_HOME");
  if (directory.empty()) {
    const auto home = FindVariable(sources.environment, "HOME");
    if (home.empty()) return {};
    directory = std::filesystem::path(home) / ".config";
  }
  const auto file = directory / "stratolite" / "stratolite.toml";
  // One that may not be looked at is somebody else's: HOME often stays as it was for a process that gave up its rights.
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) ? file : std::filesystem::path();
}

}  // namespace

std::span<const SettingDescriptor> AllSettings() { return kSettings; }

std::string EnvironmentName(std::string_view setting) {
  std::string name(kEnvironmentPrefix);
  for (const char c : setting) name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

Settings LoadSettings(const SettingSources& sources) {
  GivenByName given;
  if (const auto file = ConfigFile(sources); !file.empty()) ReadFile(file, given);
  ReadEnvironment(sources.environment, given);
  GivenByName flags;
  for (const auto& [name, value] : sources.flags) {
    Given& values = flags[name];
    values.where = "--" + name;
    values.values.push_back(value);
  }
  if (flags.contains("ephemeral") && flags.contains("data-dir")) {
    throw SettingsError(
        "--ephemeral and --data-dir exclude each other: one keeps nothing, the other says where to keep it");
  }
  for (auto& [name, values] : flags) given.insert_or_assign(name, std::move(values));

  Settings settings;
  for (const auto& [name, values] : given) {
    for (const std::string& value : values.values) {
      try {
        FindSetting(name)->apply(settings, value);
      } catch (const SettingsError& error) {
        throw SettingsError(fmt::format("{}: '{}' {}", values.where, value, error.what()));
      }
    }
  }
  if (settings.data_dir.empty()) settings.data_dir = DefaultDataDirectory();
  return settings;
}

std::filesystem::path DefaultDataDirectory() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return std::filesystem::path(data) / "stratolite";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/' && home[1] != '\0') {
    return std::filesystem::path(home) / ".local/share/stratolite";
  }
  return "/var/lib/stratolite";
}

}  // namespace stratolite::cli
