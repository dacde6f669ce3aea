#include "stratolite/wire/codec.hpp"

#include "stratolite/base/json.hpp"
#include "wire/cbor_codec.hpp"
#include "wire/error_codec.hpp"
#include "wire/event_stream.hpp"
#include "wire/json_codec.hpp"
#include "wire/protocol_detection.hpp"
#include "wire/query_codec.hpp"
#include "wire/rest_bindings.hpp"
#include "wire/validation.hpp"

namespace stratolite::wire {
namespace internal {
namespace {

// The caller appends the events.
HttpResponse EncodeRpcEventStream(const Operation& operation, Protocol protocol, const Json& output) {
  HttpResponse response;
  response.headers.Add("Content-Type", "application/vnd.amazon.eventstream");
  response.body = EncodeInitialResponse(operation, protocol, output);
  return response;
}

HttpResponse EncodeRpcBody(const Operation& operation, const Json& output, std::string content_type) {
  HttpResponse response;
  response.headers.Add("Content-Type", std::move(content_type));
  const auto shape = operation.output();
  if (!shape || output.is_null()) {
    response.body = "{}";
  } else {
    response.body.reserve(256);
    AppendJson(response.body, *shape, output);
  }
  return response;
}

HttpResponse EncodeCborBody(const Operation& operation, const Json& output, CborTime time, std::string content_type) {
  HttpResponse response;
  const auto shape = operation.output();
  if (!shape) return response;
  response.headers.Add("Content-Type", std::move(content_type));
  static const Json kEmpty = Json::object();
  AppendCbor(response.body, *shape, output.is_null() ? kEmpty : output, time);
  return response;
}

HttpResponse EncodeBody(const Operation& operation, Protocol protocol, const Json& output,
                        const EncodeContext& context) {
  const bool rest = protocol == Protocol::kRestJson || protocol == Protocol::kRestXml;
  if (operation.has_eventstream_output() && !rest) return EncodeRpcEventStream(operation, protocol, output);
  switch (protocol) {
    case Protocol::kJson10:
      return EncodeRpcBody(operation, output, "application/x-amz-json-1.0");
    case Protocol::kJson11:
      if (context.amz_cbor)
        return EncodeCborBody(operation, output, CborTime::kMilliseconds, "application/x-amz-cbor-1.1");
      return EncodeRpcBody(operation, output, "application/x-amz-json-1.1");
    case Protocol::kRpcV2Cbor:
      return EncodeCborBody(operation, output, CborTime::kSeconds, "application/cbor");
    case Protocol::kRestJson:
    case Protocol::kRestXml:
      return EncodeRestOutput(operation, protocol, output, context);
    case Protocol::kQuery:
    case Protocol::kEc2:
      break;
  }
  HttpResponse response;
  response.headers.Add("Content-Type", protocol == Protocol::kEc2 ? "text/xml;charset=UTF-8" : "text/xml");
  response.body = EncodeQueryOutput(operation, protocol, output, context);
  return response;
}

}  // namespace
}  // namespace internal

Result<Json> DecodeInput(const Operation& operation, Protocol protocol, const HttpRequest& request,
                         const DecodeLimits& limits) {
  switch (protocol) {
    case Protocol::kQuery:
    case Protocol::kEc2:
      return internal::DecodeQuery(operation, protocol, request, limits);
    case Protocol::kRestJson:
    case Protocol::kRestXml:
      return internal::DecodeRest(operation, protocol, request, limits);
    case Protocol::kJson10:
    case Protocol::kJson11:
    case Protocol::kRpcV2Cbor:
      break;
  }
  const auto input = operation.input();
  if (!input) return Json(Json::value_t::object);
  if (protocol == Protocol::kRpcV2Cbor) return internal::DecodeCbor(*input, request.body, limits);
  if (internal::IsAmzCbor(request))
    return internal::DecodeCbor(*input, request.body, limits, internal::CborTime::kMilliseconds);
  return internal::DecodeJson(*input, request.body, limits);
}

EncodeContext MakeEncodeContext(const HttpRequest& request, std::string request_id) {
  return {.request_id = std::move(request_id), .host_id = {}, .amz_cbor = internal::IsAmzCbor(request)};
}

HttpResponse EncodeOutput(const Operation& operation, Protocol protocol, const Json& output,
                          const EncodeContext& context) {
  HttpResponse response = internal::EncodeBody(operation, protocol, output, context);
  if (protocol == Protocol::kRpcV2Cbor) response.headers.Add("smithy-protocol", "rpc-v2-cbor");
  internal::AddRequestIds(response, operation.service(), context);
  return response;
}

Result<void> ValidateInput(const Operation& operation, Protocol protocol, const Json& input) {
  return internal::ValidateInput(operation, protocol, input);
}

HttpResponse EncodeError(const ServiceModel& model, Protocol protocol, const AwsError& error,
                         const EncodeContext& context) {
  return internal::EncodeError(model, protocol, error, context);
}

}  // namespace stratolite::wire
