#include "stratolite/wire/json_input.hpp"

#include <optional>
#include <string>
#include <utility>

#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/wire/http_message.hpp"
#include "wire/json_codec.hpp"

namespace stratolite::wire {
namespace {

std::optional<Member> FindMemberInAnyCase(const Shape& shape, std::string_view name) {
  if (auto member = shape.FindMember(name)) return member;
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    if (EqualsIgnoreCase(shape.member(i).name(), name)) return shape.member(i);
  }
  return std::nullopt;
}

/// Seconds or ISO 8601, as the member's own format wants it. What is neither stays for the decoder to refuse.
Json WithWireTime(TimestampFormat format, Json value) {
  std::optional<TimePoint> time;
  if (value.is_number()) time = FromEpochSeconds(value.get<double>());
  if (value.is_string()) time = ParseIso8601(value.get_ref<const std::string&>());
  if (!time) return value;
  if (format == TimestampFormat::kIso8601) return FormatIso8601(*time);
  if (format == TimestampFormat::kRfc822) return FormatHttpDate(*time);
  return EpochSecondsWithFraction(*time);
}

Json WithWireNames(const Shape& shape, Json value);

Json WithWireNames(const Member& member, Json value) {
  if (member.shape().type() == ShapeType::kTimestamp) return WithWireTime(member.timestamp_format(), std::move(value));
  return WithWireNames(member.shape(), std::move(value));
}

/// The same document with the names that the members have on the wire. Bounded by ParseJsonText's depth.
Json WithWireNames(const Shape& shape, Json value) {
  if (shape.document()) return value;
  if (shape.type() == ShapeType::kStructure && value.is_object()) {
    Json renamed = Json::object();
    for (auto& [name, part] : value.items()) {
      if (const auto member = FindMemberInAnyCase(shape, name))
        renamed[std::string(member->wire_name())] = WithWireNames(*member, std::move(part));
    }
    return renamed;
  }
  if (shape.type() == ShapeType::kList && value.is_array()) {
    for (Json& part : value) part = WithWireNames(shape.element(), std::move(part));
  }
  if (shape.type() == ShapeType::kMap && value.is_object()) {
    for (auto& [key, part] : value.items()) part = WithWireNames(shape.value(), std::move(part));
  }
  return value;
}

}  // namespace

Result<Json> DecodeJsonInput(const Operation& operation, std::string_view text) {
  const auto input = operation.input();
  if (!input) return Json(Json::object());
  Json document = ParseJsonText(text);
  // The decoder finds the words for what is no JSON.
  if (document.is_discarded() || !document.is_object()) return internal::DecodeJson(*input, text, {});
  return internal::DecodeJson(*input, WithWireNames(*input, std::move(document)).dump(), {});
}

}  // namespace stratolite::wire
