#include "daemon/bootstrap_credentials.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBootstrapFile = "root-credentials.json";
constexpr std::string_view kRootKeyPrefix = "AKIA";
constexpr std::string_view kRootSecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kRootSecretSize = 40;
constexpr std::size_t kEntropyBytes = 16;

[[noreturn]] void BootstrapFailed(std::string_view doing, const fs::path& file) {
  throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(errno)));
}

auth::Credential ReadCredential(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) BootstrapFailed("open", file);
  const Json json = ParseJsonText(std::string{std::istreambuf_iterator<char>(in), {}});
  const auto field = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : "";
  };
  auth::Credential credential;
  credential.access_key_id = field("access_key_id");
  credential.secret_access_key = field("secret_access_key");
  const std::string account = field("account");
  if (credential.access_key_id.empty() || credential.secret_access_key.empty() || !IsAccountId(account)) {
    throw std::runtime_error(fmt::format(
        "{} is damaged: put a backup in its place, or remove it and new root credentials are made", file.string()));
  }
  credential.principal = auth::RootPrincipal(AccountId(account));
  return credential;
}

/// Whole or not at all, and on the disk: what it says was printed once.
void WriteCredential(const fs::path& file, const auth::Credential& credential) {
  const std::string text = Json{{"access_key_id", credential.access_key_id},
                                {"secret_access_key", credential.secret_access_key},
                                {"account", credential.principal.account.str()}}
                               .dump(2) +
                           "\n";
  const fs::path draft = fs::path(file) += ".new";
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) BootstrapFailed("create", draft);
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  close(fd);
  if (!written) BootstrapFailed("write", draft);
  if (rename(draft.c_str(), file.c_str()) != 0) BootstrapFailed("create", file);
  const int directory = open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = directory >= 0 && fsync(directory) == 0;
  if (directory >= 0) close(directory);
  if (!synced) BootstrapFailed("make durable", file);
}

}  // namespace

BootstrapCredentials TakeBootstrapCredentials(const fs::path& directory, const AccountId& account,
                                              runtime::Random& random) {
  BootstrapCredentials bootstrap;
  if (!directory.empty()) bootstrap.file = directory / kBootstrapFile;
  if (!bootstrap.file.empty() && fs::exists(bootstrap.file)) {
    bootstrap.credential = ReadCredential(bootstrap.file);
    return bootstrap;
  }
  bootstrap.made = true;
  auth::Credential& credential = bootstrap.credential;
  credential.access_key_id = auth::MakeUniqueId(kRootKeyPrefix, account, random.Bytes(kEntropyBytes));
  credential.secret_access_key = random.String(kRootSecretSize, kRootSecretAlphabet);
  credential.principal = auth::RootPrincipal(account);
  if (!bootstrap.file.empty()) WriteCredential(bootstrap.file, credential);
  return bootstrap;
}

std::string DescribeBootstrap(const BootstrapCredentials& bootstrap, bool json) {
  const auth::Credential& credential = bootstrap.credential;
  const std::string kept = bootstrap.file.empty() ? std::string() : bootstrap.file.string();
  if (json) {
    const Json line{{"level", "info"},
                    {"message", "Root credentials were made; they are not shown again."},
                    {"account", credential.principal.account.str()},
                    {"access_key_id", credential.access_key_id},
                    {"secret_access_key", credential.secret_access_key},
                    {"file", kept.empty() ? Json() : Json(kept)}};
    return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return fmt::format(
      "Policies are enforced. Root credentials of account {}, made now and not shown again{}:\n"
      "  AWS_ACCESS_KEY_ID={}\n"
      "  AWS_SECRET_ACCESS_KEY={}\n",
      credential.principal.account.str(), kept.empty() ? "" : fmt::format(" ({} keeps them)", kept),
      credential.access_key_id, credential.secret_access_key);
}

}  // namespace stratolite::daemon
