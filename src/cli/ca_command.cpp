#include "cli/ca_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "http/admin_client.hpp"
#include "http/certificate_authority.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameDigits = 16;

std::string TextOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// `$XDG_CACHE_HOME/stratolite`, else `~/.cache/stratolite`.
fs::path CacheDirectory() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
    return fs::path(cache) / "stratolite";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return fs::path(home) / ".cache/stratolite";
  throw std::runtime_error("no place for the certificate: neither HOME nor XDG_CACHE_HOME is set");
}

fs::path CopyIntoCache(const std::string& pem) {
  const fs::path file = CacheDirectory() / fmt::format("ca-{}.pem", Sha256Hex(pem).substr(0, kNameDigits));
  if (TextOf(file) == pem) return file;
  fs::create_directories(file.parent_path());
  const fs::path aside = fmt::format("{}.{}", file.string(), ::getpid());
  std::ofstream out(aside, std::ios::binary);
  out << pem;
  out.close();
  if (!out) throw std::runtime_error(fmt::format("cannot write {}", aside.string()));
  fs::rename(aside, file);
  return file;
}

}  // namespace

TrustedAuthority AuthorityOfDaemon(const std::string& endpoint) {
  const auto response = http::Request(endpoint, "GET", "/_stratolite/ca");
  if (response.status != 200) throw http::ClientError(fmt::format("{} shows no certificate authority", endpoint));
  // The daemon may run in a container or on another machine: its path counts only if the same file is here.
  const fs::path kept(std::string(response.headers.Get("x-stratolite-ca-file")));
  return {response.body, !kept.empty() && TextOf(kept) == response.body ? kept : CopyIntoCache(response.body)};
}

TrustedAuthority AuthorityOfDataDirectory(const fs::path& data_dir) {
  http::CertificateAuthority authority(fs::absolute(data_dir) / "ca");
  return {authority.Pem(), authority.file()};
}

int PrintAuthority(const TrustedAuthority& authority, bool path_only) {
  if (path_only) {
    fmt::print("{}\n", authority.file.string());
  } else {
    fmt::print("{}", authority.pem);
    // A person wants to know; a pipe wants the certificate only.
    if (::isatty(STDOUT_FILENO) != 0) fmt::print(stderr, "The same as a file: {}\n", authority.file.string());
  }
  return 0;
}

std::string AsHttps(const std::string& endpoint) {
  constexpr std::string_view kPlain = "http://";
  return endpoint.starts_with(kPlain) ? "https://" + endpoint.substr(kPlain.size()) : endpoint;
}

}  // namespace stratolite::cli
