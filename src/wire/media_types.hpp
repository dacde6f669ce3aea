#pragma once

#include "stratolite/base/result.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// Whether a rest-json request's Content-Type and Accept can be meant for `operation`. Blob payloads take and give any type (their
/// media type is not in the model). Errors: UnsupportedMediaTypeException (415), NotAcceptableException (406). Thread-safe.
Result<void> CheckMediaTypes(const Operation& operation, const HttpRequest& request);

}  // namespace stratolite::wire::internal
