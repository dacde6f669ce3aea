#pragma once

#include <filesystem>
#include <string>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/runtime/random.hpp"

namespace stratolite::daemon {

/// Root credentials that a daemon made for itself, so that somebody may do something where policies are enforced. Plain data.
struct BootstrapCredentials {
  auth::Credential credential;
  /// Where they are kept, readable by the user alone; empty: nowhere.
  std::filesystem::path file;
  /// Now; false: by an earlier process.
  bool made = false;
};

/// Those that `directory` keeps, or new ones, which it then keeps, durably; an empty directory keeps none. Throws std::runtime_error: the file cannot be written,
/// or is damaged.
BootstrapCredentials TakeBootstrapCredentials(const std::filesystem::path& directory, const AccountId& account,
                                              runtime::Random& random);

/// What is printed once, as text for a person or as one JSON object.
std::string DescribeBootstrap(const BootstrapCredentials& bootstrap, bool json);

}  // namespace stratolite::daemon
