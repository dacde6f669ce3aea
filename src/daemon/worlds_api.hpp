#pragma once

#include <string_view>

#include "daemon/universes.hpp"
#include "stratolite/base/json_fwd.hpp"

namespace stratolite::daemon {

/// The admin API's pages about worlds as a whole (docs/worlds.md), as JSON in and out: `body` is what was posted. Thread-safe. Block.

/// `GET /_stratolite/worlds`: all of them, the default one first, without secrets.
Json DescribeWorlds(Universes& universes);
/// `GET /_stratolite/worlds/<name>`: one, with its secret.
Result<Json> DescribeWorld(Universes& universes, std::string_view name);
/// `POST /_stratolite/worlds`: `{"fork": "default", "name": …, "account": …}`, or `{"empty": true}`. Answers as DescribeWorld does.
Result<Json> CreateWorld(Universes& universes, std::string_view body);
/// `DELETE /_stratolite/worlds/<name>`.
Result<Json> DeleteWorld(Universes& universes, std::string_view name);
/// `POST /_stratolite/snapshot`: `{"save": "/path", "world": …}`, `{"load": "/path", "world": …}` or `{"load": "/path", "as": "new-name"}`. `world`: the one
/// meant when the body names none.
Result<Json> RunSnapshot(Universes& universes, const std::string& world, std::string_view body);

}  // namespace stratolite::daemon
