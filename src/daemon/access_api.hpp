#pragma once

#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite::daemon {

/// `off`, `audit`, `enforce`.
std::string_view IamModeName(IamMode mode);

/// What `POST /_stratolite/learn/start` and `…/stop` do and answer.
Json StartLearning(World& world);
Json StopLearning(World& world);

}  // namespace stratolite::daemon
