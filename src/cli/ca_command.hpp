#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace stratolite::cli {

/// A daemon's certificate authority, for clients that take https:// endpoints.
struct TrustedAuthority {
  std::string pem;
  /// Where `pem` is kept on this machine.
  std::filesystem::path file;
};

/// Of the daemon at `endpoint`. What has no file here (the daemon keeps nothing, or runs elsewhere) is copied into the user's cache directory.
/// Throws http::ClientError when no daemon answers. Blocks.
TrustedAuthority AuthorityOfDaemon(const std::string& endpoint);
/// Of a data directory, made there if there is none yet. Blocks.
TrustedAuthority AuthorityOfDataDirectory(const std::filesystem::path& data_dir);

/// `stratolite ca`: prints the certificate, or with `path_only` where it is.
int PrintAuthority(const TrustedAuthority& authority, bool path_only);

/// The same endpoint with https://.
std::string AsHttps(const std::string& endpoint);

}  // namespace stratolite::cli
