#pragma once

#include <string_view>

#include "stratolite/base/json_fwd.hpp"

namespace stratolite::sts {

/// Whether a JSON web key (RFC 7517) is one that `algorithm` (`RS256`, `RS384`, `RS512`, `ES256`, `ES384`, `ES512`) verifies with.
bool FitsAlgorithm(const Json& key, std::string_view algorithm);

/// Whether `signature`, as JSON web signatures hold it, is over `text` and by `key`'s private half. False for keys and signatures that are malformed.
bool VerifyByPublicKey(std::string_view algorithm, const Json& key, std::string_view text, std::string_view signature);

}  // namespace stratolite::sts
