#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stratolite/auth/authenticator.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::daemon {

/// What a daemon that listens beyond this machine says at its start, and what to do about it; nullopt: nobody else gets at anything. `admin_remote`: the
/// admin API answers others in strict mode too. Thread-safe.
std::optional<std::string> ExposureWarning(const std::vector<std::string>& addresses, auth::AuthMode mode,
                                           bool admin_remote);

/// Why a page of the admin API is not for this caller. Nobody signs for it, so that in strict mode, where the services are for known keys only, it is for this
/// machine only, but for what a health check and a TLS client need. nullopt: go on. Thread-safe.
std::optional<std::string> RemoteAdminRefusal(const wire::HttpRequest& request);

}  // namespace stratolite::daemon
