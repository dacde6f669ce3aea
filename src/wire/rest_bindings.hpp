#pragma once

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// The HTTP bindings of `rest-json` and `rest-xml`: URI labels, query string, headers, status code and payload around a JSON or XML body.
/// https://smithy.io/2.0/spec/http-bindings.html All functions: Thread-safe.

/// Errors: SerializationException (rest-json), InvalidArgument or MalformedXML (rest-xml), UnsupportedMediaTypeException and
/// NotAcceptableException (rest-json: a Content-Type or Accept that cannot be meant for this operation).
Result<Json> DecodeRest(const Operation& operation, Protocol protocol, const HttpRequest& request,
                        const DecodeLimits& limits);

/// Status, headers and body of a successful answer.
HttpResponse EncodeRestOutput(const Operation& operation, Protocol protocol, const Json& output,
                              const EncodeContext& context);

/// Sets the headers for `value`'s members with a header location (of outputs, errors). The status code member is left to the caller.
void SetBoundHeaders(const Shape& shape, const Json& value, HttpResponse& response);

}  // namespace stratolite::wire::internal
