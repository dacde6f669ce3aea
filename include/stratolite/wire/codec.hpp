#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire {

/// The wire engine: any of the six protocols into one tree of values (`Json`, see json_fwd.hpp) and back, by the model alone.
/// Nothing here throws for what a client sent; all functions: Thread-safe.

/// Which protocol of `model` a request speaks: `X-Amz-Target` (JSON 1.0 or 1.1 by Content-Type), `smithy-protocol` header or
/// `/service/…/operation/…` path (CBOR), `Action` in query string or form body (Query, EC2), else the model's REST protocol.
Protocol DetectProtocol(const ServiceModel& model, const HttpRequest& request);

/// The operation a request names: target, CBOR path, `Action`, or method and URI of the REST bindings (most specific template wins,
/// constant query parameters and, where two operations differ only there, present headers decide).
/// Errors: UnknownOperationException (JSON, REST, 404 for REST), InvalidAction (EC2: `The action X is not valid for this web service.`,
/// Query: `Could not find operation X for version V`), MissingAction.
Result<Operation> ResolveOperation(const ServiceModel& model, Protocol protocol, const HttpRequest& request);

/// Limits that keep hostile input cheap; exceeding one is a SerializationException, MalformedInput or the protocol's own spelling of it.
struct DecodeLimits {
  int max_depth = 128;
  std::size_t max_list_index = 100'000;
};

/// Decodes URI labels, query string, headers and body. With `request.stream` a streaming blob member is left out (the handler reads the
/// stream); a body that was read whole is the member's value.
/// Unknown members are ignored, as AWS does. Missing top-level `idempotencyToken` members stay absent.
/// Errors: SerializationException / MalformedQueryString / MalformedXML … by protocol, HTTP 400.
Result<Json> DecodeInput(const Operation& operation, Protocol protocol, const HttpRequest& request,
                         const DecodeLimits& limits = {});

/// Required members, lengths, ranges, patterns and enums of the model, with AWS's message
/// `N validation error(s) detected: Value '…' at '…' failed to satisfy constraint: …` (code ValidationException, or
/// ValidationError in the Query protocols). Services choose per operation whether AWS validates this way.
Result<void> ValidateInput(const Operation& operation, Protocol protocol, const Json& input);

struct EncodeContext {
  std::string request_id;
  /// S3's second id (`x-amz-id-2`), empty for others. Where it is set, the request id is called `x-amz-request-id`.
  std::string host_id = {};
  /// The request came as `application/x-amz-cbor-1.1` (JSON 1.1 routing, CBOR bodies), so the answer does too.
  bool amz_cbor = false;
};

/// A context that answers in the dialect of `request`.
EncodeContext MakeEncodeContext(const HttpRequest& request, std::string request_id);

/// Encodes a handler's output. Members that the model does not have assert in debug builds and are left out in release.
/// A streaming blob or event stream leaves the body empty unless the blob is in `output`: the caller sets `HttpResponse::stream`.
HttpResponse EncodeOutput(const Operation& operation, Protocol protocol, const Json& output,
                          const EncodeContext& context);

/// The protocol's error envelope. Works without an operation (`InvalidAction`, signature errors).
/// awsQueryCompatible services add `x-amzn-query-error: <query code>;Sender|Receiver`.
HttpResponse EncodeError(const ServiceModel& model, Protocol protocol, const AwsError& error,
                         const EncodeContext& context);

/// One `application/vnd.amazon.eventstream` frame for event `event_name` (a member of the event stream union `stream`), CRCs included.
/// Payload encoding follows `protocol`.
std::string EncodeEvent(const Shape& stream, Protocol protocol, std::string_view event_name, const Json& event);
/// A modelled (`:message-type: exception`) or unmodelled (`error`) error within an event stream.
std::string EncodeEventError(const Shape& stream, Protocol protocol, const AwsError& error);

}  // namespace stratolite::wire
