#include "wire/protocol_detection.hpp"

#include "stratolite/base/encoding.hpp"
#include "stratolite/wire/codec.hpp"

namespace stratolite::wire {
namespace internal {
namespace {

std::optional<std::string> FindParameter(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const auto end = form.find('&');
    const std::string_view field = form.substr(0, end);
    if (field.size() > name.size() && field[name.size()] == '=' && field.starts_with(name)) {
      return PercentDecode(field.substr(name.size() + 1), true);
    }
    if (end == std::string_view::npos) break;
    form.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace

bool HasMediaType(const HttpRequest& request, std::string_view type) {
  std::string_view value = request.headers.Get("content-type");
  value = value.substr(0, value.find(';'));
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  return EqualsIgnoreCase(value, type);
}

bool IsAmzCbor(const HttpRequest& request) { return HasMediaType(request, "application/x-amz-cbor-1.1"); }

std::optional<std::string> FormParameter(const HttpRequest& request, std::string_view name) {
  if (auto value = FindParameter(request.query(), name)) return value;
  // SDKs say application/x-www-form-urlencoded; a bare `curl -d` and some old clients say nothing or another text type.
  if (request.body.empty() || request.body.front() == '{' || request.body.front() == '<') return std::nullopt;
  return FindParameter(request.body, name);
}

std::optional<Target> FindTarget(const HttpRequest& request) {
  const auto value = request.headers.Find("x-amz-target");
  if (!value) return std::nullopt;
  const auto dot = value->rfind('.');
  if (dot == std::string_view::npos) return Target{{}, *value};
  return Target{value->substr(0, dot), value->substr(dot + 1)};
}

std::optional<RpcPath> FindRpcPath(const HttpRequest& request) {
  const std::string_view path = request.path();
  const auto operation = path.rfind("/operation/");
  if (operation == std::string_view::npos || operation == 0) return std::nullopt;
  const auto service = path.rfind("/service/", operation - 1);
  if (service == std::string_view::npos) return std::nullopt;
  const RpcPath found{path.substr(service + 9, operation - service - 9), path.substr(operation + 11)};
  const bool plain =
      found.service.find('/') == std::string_view::npos && found.operation.find('/') == std::string_view::npos;
  if (!plain || found.service.empty() || found.operation.empty()) return std::nullopt;
  return found;
}

}  // namespace internal

Protocol DetectProtocol(const ServiceModel& model, const HttpRequest& request) {
  if (EqualsIgnoreCase(request.headers.Get("smithy-protocol"), "rpc-v2-cbor")) return Protocol::kRpcV2Cbor;
  if (model.Speaks(Protocol::kRpcV2Cbor) && internal::FindRpcPath(request)) return Protocol::kRpcV2Cbor;
  const bool json = model.Speaks(Protocol::kJson10) || model.Speaks(Protocol::kJson11);
  // A target is believed even where the model knows no JSON: newer CDK versions speak JSON 1.1 to STS.
  if (internal::FindTarget(request)) {
    if (internal::HasMediaType(request, "application/x-amz-json-1.0")) return Protocol::kJson10;
    if (internal::HasMediaType(request, "application/x-amz-json-1.1")) return Protocol::kJson11;
    return model.json_version() == "1.0" ? Protocol::kJson10 : Protocol::kJson11;
  }
  const bool query = model.Speaks(Protocol::kQuery);
  if ((query || model.Speaks(Protocol::kEc2)) && internal::FormParameter(request, "Action")) {
    return query ? Protocol::kQuery : Protocol::kEc2;
  }
  const bool form = request.method == "GET" || internal::HasMediaType(request, "application/x-www-form-urlencoded");
  if (query && json && form) return Protocol::kQuery;
  return model.primary_protocol();
}

}  // namespace stratolite::wire
