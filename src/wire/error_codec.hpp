#pragma once

#include <string>

#include "stratolite/base/result.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// Errors in each protocol's envelope, as codec.hpp's EncodeError describes. All functions: Thread-safe.

/// Works for any code, modelled or not, and for an empty `model` (a request whose service is unknown).
HttpResponse EncodeError(const ServiceModel& model, Protocol protocol, const AwsError& error,
                         const EncodeContext& context);

/// The HTTP status: the error's own, else its shape's, else 500 for faults and 400.
int ErrorStatus(const ServiceModel& model, const AwsError& error);

/// `QueueDoesNotExist` as JSON and CBOR name it in `__type`: the whole shape id (`com.amazonaws.sqs#QueueDoesNotExist`) in
/// JSON 1.0 and CBOR and from awsQueryCompatible services, the bare name in JSON 1.1.
std::string ErrorTypeName(const ServiceModel& model, Protocol protocol, const AwsError& error);

/// Adds the request id where AWS puts it: `x-amzn-requestid`, for S3 `x-amz-request-id` and `x-amz-id-2`. Empty ids add nothing.
void AddRequestIds(HttpResponse& response, const ServiceModel& model, const EncodeContext& context);

}  // namespace stratolite::wire::internal
