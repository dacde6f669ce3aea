#include "service/access_errors.hpp"

namespace stratolite {
namespace {

constexpr int kForbidden = 403;

AwsError Refusal(std::string code, std::string message, int status) {
  return {.code = std::move(code), .message = std::move(message), .http_status = status};
}

}  // namespace

AwsError AccessDenied(std::string_view service, wire::Protocol protocol, std::string message) {
  if (service == "sns") return Refusal("AuthorizationErrorException", std::move(message), kForbidden);
  switch (protocol) {
    case wire::Protocol::kEc2:
      return Refusal("UnauthorizedOperation", std::move(message), kForbidden);
    case wire::Protocol::kQuery:
    case wire::Protocol::kRestXml:
      return Refusal("AccessDenied", std::move(message), kForbidden);
    case wire::Protocol::kRestJson:
      return Refusal("AccessDeniedException", std::move(message), kForbidden);
    case wire::Protocol::kJson10:
    case wire::Protocol::kJson11:
    case wire::Protocol::kRpcV2Cbor:
      break;
  }
  AwsError error = Refusal("AccessDeniedException", std::move(message), 400);
  // Of services that spoke Query before: SDKs go on to see the code that they always saw.
  // https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
  error.query_code = "AccessDenied";
  return error;
}

AwsError PlainAccessDenied(std::string_view service, wire::Protocol protocol) {
  return AccessDenied(service, protocol, "Access Denied");
}

}  // namespace stratolite
