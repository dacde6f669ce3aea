#include "wire/media_types.hpp"

#include <optional>

namespace stratolite::wire::internal {
namespace {

// The media type of a body of `shape`; empty: any, or no body.
std::string_view MediaTypeOf(const std::optional<Shape>& shape) {
  if (!shape) return {};
  if (const std::string_view payload = shape->payload(); !payload.empty()) {
    const auto member = shape->FindMember(payload);
    if (!member || member->shape().eventstream()) return {};
    switch (member->shape().type()) {
      case ShapeType::kBlob:
        return {};
      case ShapeType::kString:
        return "text/plain";
      default:
        return "application/json";
    }
  }
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    if (shape->member(i).location() == Location::kBody) return "application/json";
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
    const auto comma = accept.find(',');
    accept = comma == std::string_view::npos ? std::string_view{} : accept.substr(comma + 1);
  }
  return false;
}

}  // namespace

Result<void> CheckMediaTypes(const Operation& operation, const HttpRequest& request) {
  const std::string_view input = MediaTypeOf(operation.input());
  const std::string_view content_type = WithoutParameters(request.headers.Get("content-type"));
  if (!input.empty() && !request.body.empty() && !EqualsIgnoreCase(content_type, input)) {
    return AwsError{
        .code = "UnsupportedMediaTypeException",
        .message = "The Content-Type must be " + std::string(input) + ", not '" + std::string(content_type) + "'",
        .http_status = 415};
  }
  const std::string_view output = MediaTypeOf(operation.output());
  const auto accept = request.headers.Find("accept");
  if (!output.empty() && accept && !Accepts(*accept, output)) {
    return AwsError{.code = "NotAcceptableException",
                    .message = "The response is of type " + std::string(output),
                    .http_status = 406};
  }
  return {};
}

}  // namespace stratolite::wire::internal
