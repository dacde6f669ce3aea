#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "stratolite/base/json.hpp"

namespace stratolite::cli {

/// The JSON that `/_stratolite/<path>` answers, or nullopt after having said on stderr what the daemon said. Throws http::ClientError when none answers.
std::optional<Json> Ask(const std::string& endpoint, const std::string& method, const std::string& path,
                        const Json& body = nullptr, std::chrono::seconds timeout = std::chrono::seconds(30));
/// `path` about a world; empty: the default one.
std::string InWorld(const std::string& path, const std::string& world);
/// A text without the quotes that JSON puts around it.
std::string Plain(const Json& value);

}  // namespace stratolite::cli
