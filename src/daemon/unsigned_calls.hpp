#pragma once

#include <memory>
#include <optional>

#include "daemon/universes.hpp"
#include "stratolite/auth/authenticator.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::daemon {

/// The world that a request is for: its key's. The links that SNS sends to endpoints (`GET /?Action=ConfirmSubscription…`, `…Unsubscribe…`) carry no key:
/// they are for the world that knows their token or subscription, `default` before others. Blocks. Throws StorageError.
std::shared_ptr<Universe> UniverseOf(Universes& universes, const std::optional<auth::ClaimedIdentity>& claim,
                                     const wire::HttpRequest& head);

}  // namespace stratolite::daemon
