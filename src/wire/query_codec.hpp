#pragma once

#include <string>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// The `query` and `ec2` protocols: form parameters in, XML out. All functions: Thread-safe.

/// Decodes the parameters of the query string and of the form body. Lists: `X.member.1`, flattened and renamed ones as the model says; EC2:
/// `X.1`. Elements are ordered by index and gaps close; `X=` is an empty list, `X=v` a list of one scalar. Unknown parameters are ignored.
/// Errors: MalformedQueryString (404) for escapes and UTF-8, MalformedInput (EC2: InvalidParameterValue) for values that do not fit.
Result<Json> DecodeQuery(const Operation& operation, Protocol protocol, const HttpRequest& request,
                         const DecodeLimits& limits);

/// The XML document of a successful answer. Query: `<OpResponse xmlns><OpResult>…</OpResult><ResponseMetadata><RequestId>`; EC2:
/// `<OpResponse xmlns>…<requestId>`. An empty request id leaves its element out.
std::string EncodeQueryOutput(const Operation& operation, Protocol protocol, const Json& output,
                              const EncodeContext& context);

}  // namespace stratolite::wire::internal
