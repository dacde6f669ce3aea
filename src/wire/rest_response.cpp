#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "wire/json_codec.hpp"
#include "wire/rest_bindings.hpp"
#include "wire/scalar_text.hpp"
#include "wire/xml_codec.hpp"

namespace stratolite::wire::internal {
namespace {

// A bare LF or CR in a value would begin a header of the attacker's own.
void AppendHeaderSafe(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out += text;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
}

std::string HeaderText(const Member& member, const Json& value) {
  const Shape shape = member.shape();
  std::string out;
  if (shape.type() == ShapeType::kTimestamp) {
    const TimestampFormat format =
        member.timestamp_format() == TimestampFormat::kUnset ? TimestampFormat::kRfc822 : member.timestamp_format();
    // RFC 7231 dates have whole seconds, and the JavaScript SDK insists.
    const double seconds = format == TimestampFormat::kRfc822 ? std::floor(value.get<double>()) : value.get<double>();
    AppendTimestamp(out, seconds, format);
  } else if (shape.type() == ShapeType::kFloat || shape.type() == ShapeType::kDouble) {
    if (value.is_string()) {
      out = value.get<std::string>();
    } else if (shape.type() == ShapeType::kFloat && std::isfinite(value.get<double>())) {
      AppendFloatText(out, value.get<double>());
    } else {
      AppendNumber(out, value.get<double>());
    }
  } else if (member.jsonvalue()) {
    out = Base64Encode(value.is_string() ? value.get<std::string>() : value.dump());
  } else if (shape.type() == ShapeType::kString) {
    AppendHeaderSafe(out, value.get_ref<const std::string&>());
  } else {
    AppendScalar(out, shape, member.timestamp_format(), value);
  }
  return out;
}

std::string HeaderListText(const Shape& list, const Json& value) {
  const Member element = list.element();
  const bool strings = element.shape().type() == ShapeType::kString;
  std::string out;
  for (const Json& each : value) {
    if (each.is_null()) continue;
    if (!out.empty()) out += ", ";
    const std::string text = HeaderText(element, each);
    if (!strings || text.find_first_of(",\"") == std::string::npos) {
      out += text;
      continue;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out;
}

bool HasBodyMembers(const Shape& shape) {
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    const Location location = shape.member(i).location();
    if (location != Location::kHeader && location != Location::kHeaders && location != Location::kStatusCode)
      return true;
  }
  return false;
}

void EncodeXmlBody(const Operation& operation, std::string_view root, const Shape& shape, std::string_view xmlns,
                   const Json& value, HttpResponse& response) {
  response.headers.Set("Content-Type", "application/xml");
  const ServiceModel service = operation.service();
  if (!shape.xml_namespace_uri().empty()) {
    xmlns = {};
  } else if (xmlns.empty()) {
    xmlns = service.xml_namespace_uri();
  }
  EncodeXmlDocument(response.body, root, shape, value, xmlns, XmlStyleOf(service));
}

void EncodePayload(const Operation& operation, Protocol protocol, const Member& member, const Json& output,
                   HttpResponse& response) {
  const Shape shape = member.shape();
  const auto found = output.find(member.name());
  const bool present = found != output.end() && !found->is_null();
  if (shape.eventstream()) {
    response.headers.Set("Content-Type", "application/vnd.amazon.eventstream");
    return;
  }
  if (shape.type() == ShapeType::kBlob) {
    if (!response.headers.Has("Content-Type") && (present || member.streaming() || shape.streaming())) {
      response.headers.Set("Content-Type", "application/octet-stream");
    }
    if (present && found->is_binary()) {
      response.body.assign(reinterpret_cast<const char*>(found->get_binary().data()), found->get_binary().size());
    } else if (present && found->is_string()) {
      response.body = found->get<std::string>();
    }
    return;
  }
  if (!present) return;
  if (shape.type() == ShapeType::kString) {
    if (!response.headers.Has("Content-Type")) response.headers.Set("Content-Type", "text/plain");
    response.body = found->get<std::string>();
    return;
  }
  if (protocol == Protocol::kRestJson) {
    response.headers.Set("Content-Type", "application/json");
    AppendJson(response.body, shape, *found, BodyMembers::kAll, member.timestamp_format());
    return;
  }
  const std::string root(member.has_location_name()       ? member.wire_name()
                         : !shape.location_name().empty() ? shape.location_name()
                                                          : shape.name());
  EncodeXmlBody(operation, root, shape, member.xml_namespace_uri(), *found, response);
}

}  // namespace

void SetBoundHeaders(const Shape& shape, const Json& value, HttpResponse& response) {
  if (!value.is_object()) return;
  std::vector<std::pair<Member, const Json*>> own;
  for (const auto& [name, each] : value.get_ref<const Json::object_t&>()) {
    if (each.is_null()) continue;
    const auto member = shape.FindMember(name);
    if (!member) continue;
    if (member->location() == Location::kHeader) own.emplace_back(*member, &each);
    if (member->location() != Location::kHeaders) continue;
    const std::string prefix(member->has_location_name() ? member->wire_name() : std::string_view{});
    for (const auto& [key, text] : each.items()) {
      std::string safe;
      AppendHeaderSafe(safe, text.get_ref<const std::string&>());
      response.headers.Set(prefix + key, std::move(safe));
    }
  }
  // After the maps: a header of its own wins over the same name in one.
  for (const auto& [member, each] : own) {
    const Shape target = member.shape();
    response.headers.Set(std::string(member.wire_name()),
                         target.type() == ShapeType::kList ? HeaderListText(target, *each) : HeaderText(member, *each));
  }
}

HttpResponse EncodeRestOutput(const Operation& operation, Protocol protocol, const Json& output, const EncodeContext&) {
  HttpResponse response;
  response.status = operation.response_code();
  const auto shape = operation.output();
  if (!shape) return response;
  static const Json kEmpty = Json::object();
  const Json& value = output.is_object() ? output : kEmpty;
  SetBoundHeaders(*shape, value, response);
  for (std::size_t i = 0; i < shape->member_count(); ++i) {
    const Member member = shape->member(i);
    if (member.location() != Location::kStatusCode) continue;
    const auto found = value.find(member.name());
    if (found != value.end() && found->is_number()) response.status = found->get<int>();
  }
  if (!shape->payload().empty()) {
    if (const auto member = shape->FindMember(shape->payload()))
      EncodePayload(operation, protocol, *member, value, response);
    return response;
  }
  if (protocol == Protocol::kRestJson) {
    response.headers.Set("Content-Type", "application/json");
    AppendJson(response.body, *shape, value, BodyMembers::kUnbound);
  } else if (HasBodyMembers(*shape)) {
    EncodeXmlBody(operation, shape->location_name().empty() ? shape->name() : shape->location_name(), *shape, {}, value,
                  response);
  }
  return response;
}

}  // namespace stratolite::wire::internal
