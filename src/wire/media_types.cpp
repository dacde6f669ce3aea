#include "wire/media_types.hpp"

#include <algorithm>
#include <optional>

namespace stratolite::wire::internal {
namespace {

struct Expectation {
  /// Empty: any.
  std::string_view type;
  bool has_body = false;
};

Expectation BodyOf(const std::optional<Shape>& shape) {
  if (!shape) return {};
  if (const std::string_view payload = shape->payload(); !payload.empty()) {
    const auto member = shape->FindMember(payload);
    if (!member || member->shape().eventstream()) return {"", true};
    switch (member->shape().type()) {
      case ShapeType::kBlob: return {"", true};
      case ShapeType::kString: return {"text/plain", true};
      default: return {"application/json", true};
    }
  }
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    if (shape->member(i).location() == Location::kBody) return {"application/json", true};
  }
  return {};
}

std::string_view WithoutParameters(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  while (!type.empty() && type.front() == ' ') type.remove_prefix(1);
  return type;
}

bool Accepts(std::string_view accept, std::string_view type) {
  while (!accept.empty()) {
    const std::string_view range = WithoutParameters(accept.substr(0, accept.find(',')));
    if (range == "*/*" || EqualsIgnoreCase(range, type)) return true;
    if (range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1))) return true;
    accept.remove_prefix(std::min(accept.size(), accept.find(',') == std::string_view::npos ? accept.size() : accept.find(',') + 1));
  }
  return false;
}

}  // namespace

Result<void> CheckMediaTypes(const Operation& operation, const HttpRequest& request) {
  const Expectation input = BodyOf(operation.input());
  const auto content_type = request.headers.Find("content-type");
  if (!input.type.empty() && !request.body.empty() && content_type && !EqualsIgnoreCase(WithoutParameters(*content_type), input.type)) {
    return AwsError{.code = "UnsupportedMediaTypeException",
                    .message = "The media type " + std::string(*content_type) + " is not supported; expected " + std::string(input.type),
                    .http_status = 415};
  }
  const Expectation output = BodyOf(operation.output());
  const auto accept = request.headers.Find("accept");
  if (!output.type.empty() && accept && !Accepts(*accept, output.type)) {
    return AwsError{.code = "NotAcceptableException",
                    .message = "The response is of type " + std::string(output.type),
                    .http_status = 406};
  }
  return {};
}

}  // namespace stratolite::wire::internal
