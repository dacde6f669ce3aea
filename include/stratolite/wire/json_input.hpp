#pragma once

#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire {

/// An operation's input that somebody wrote as JSON with the model's names of members, whatever protocol the service speaks: `{"QueueUrl": "…", "MessageBody": "…"}`.
/// The case of names does not matter; unknown ones are ignored; blobs are base64, timestamps seconds or ISO 8601. Not validated. A streaming blob is a member like
/// any other. Errors: SerializationException. Thread-safe.
Result<Json> DecodeJsonInput(const Operation& operation, std::string_view text);

}  // namespace stratolite::wire
