#include "wire/json_codec.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "wire/decode_error.hpp"
#include "wire/json_parser.hpp"
#include "wire/json_reader.hpp"
#include "wire/timestamps.hpp"

namespace stratolite::wire::internal {
namespace {

// 0: as it is, 1: \u00XX, else the letter after the backslash.
constexpr std::array<char, 128> kEscapes = [] {
  std::array<char, 128> table{};
  for (int c = 0; c < 0x20; ++c) table[c] = 1;
  table['"'] = '"';
  table['\\'] = '\\';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['\b'] = 'b';
  table['\f'] = 'f';
  return table;
}();

std::size_t Utf8SequenceLength(std::string_view text) {
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (IsValidUtf8(text.substr(0, length))) return length;
  }
  return 0;
}

void AppendEscaped(std::string& out, std::string_view text, bool valid_utf8) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80 ? kEscapes[c] == 0 : valid_utf8) {
      ++i;
      continue;
    }
    out.append(text, done, i - done);
    if (c >= 0x80) {
      const std::size_t length = Utf8SequenceLength(text.substr(i));
      if (length == 0) {
        out += "\xEF\xBF\xBD";
      } else {
        out.append(text, i, length);
      }
      i += length == 0 ? 1 : length;
    } else {
      out += '\\';
      if (kEscapes[c] == 1) {
        out += "u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
      } else {
        out += kEscapes[c];
      }
      ++i;
    }
    done = i;
  }
  out.append(text, done);
}

template <typename T>
void AppendInteger(std::string& out, T value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void AppendFloat(std::string& out, const Shape& shape, const Json& value) {
  if (value.is_string()) return AppendJsonString(out, value.get_ref<const std::string&>());
  const double number = value.get<double>();
  if (!std::isfinite(number)) {
    out += '"';
    AppendNumber(out, number);
    out += '"';
    return;
  }
  const std::size_t start = out.size();
  if (shape.type() == ShapeType::kFloat) {
    AppendFloatText(out, number);
  } else {
    AppendNumber(out, number);
  }
  // AWS writes 1.0, and typed readers of some languages tell 1 from 1.0.
  if (out.find_first_of(".eE", start) == std::string::npos) out += ".0";
}

bool IsBoundInResponse(Location location) {
  return location == Location::kHeader || location == Location::kHeaders || location == Location::kStatusCode;
}

void AppendStructure(std::string& out, const Shape& shape, const Json& value, BodyMembers members) {
  assert(value.is_object());
  out += '{';
  bool first = true;
  if (value.is_object()) {
    for (const auto& [name, child] : value.get_ref<const Json::object_t&>()) {
      const auto member = shape.FindMember(name);
      assert(member.has_value() && "output member is not in the model");
      if (!member || child.is_null()) continue;
      if (members == BodyMembers::kUnbound && IsBoundInResponse(member->location())) continue;
      if (!first) out += ',';
      first = false;
      AppendJsonString(out, member->wire_name());
      out += ':';
      AppendJson(out, member->shape(), child, BodyMembers::kAll, member->timestamp_format());
    }
  }
  out += '}';
}

void AppendList(std::string& out, const Shape& shape, const Json& value) {
  const Member element = shape.element();
  const Shape element_shape = element.shape();
  const TimestampFormat format = element.timestamp_format();
  out += '[';
  bool first = true;
  for (const Json& child : value) {
    if (!first) out += ',';
    first = false;
    if (child.is_null()) {
      out += "null";
    } else {
      AppendJson(out, element_shape, child, BodyMembers::kAll, format);
    }
  }
  out += ']';
}

void AppendMap(std::string& out, const Shape& shape, const Json& value) {
  const Member element = shape.value();
  const Shape element_shape = element.shape();
  const TimestampFormat format = element.timestamp_format();
  out += '{';
  bool first = true;
  for (const auto& [key, child] : value.get_ref<const Json::object_t&>()) {
    if (child.is_null() && !shape.sparse()) continue;
    if (!first) out += ',';
    first = false;
    AppendJsonString(out, key);
    out += ':';
    if (child.is_null()) {
      out += "null";
    } else {
      AppendJson(out, element_shape, child, BodyMembers::kAll, format);
    }
  }
  out += '}';
}

std::string_view BlobBytes(const Json& value) {
  if (value.is_binary()) {
    const auto& bytes = value.get_binary();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  return value.get_ref<const std::string&>();
}

void AppendTimestampValue(std::string& out, const Json& value, TimestampFormat format) {
  if (format == TimestampFormat::kUnset) format = TimestampFormat::kUnixTimestamp;
  const bool text = format != TimestampFormat::kUnixTimestamp;
  if (text) out += '"';
  AppendTimestamp(out, value.get<double>(), format);
  if (text) out += '"';
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  bool plain = true;
  bool ascii = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      ascii = false;
    } else if (kEscapes[byte] != 0) {
      plain = false;
    }
  }
  const bool valid = ascii || IsValidUtf8(text);
  if (plain && valid) {
    out += text;
  } else {
    AppendEscaped(out, text, valid);
  }
  out += '"';
}

void AppendNumber(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
  } else {
    char buffer[32];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  }
}

void AppendFloatText(std::string& out, double value) {
  if (!FitsFloat(value)) return AppendNumber(out, value);
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(value)).ptr);
}

void AppendNumber(std::string& out, const Json& number) {
  if (number.is_number_unsigned()) return AppendInteger(out, number.get<std::uint64_t>());
  if (number.is_number_integer()) return AppendInteger(out, number.get<std::int64_t>());
  const double value = number.get<double>();
  // An integer shape whose value came through arithmetic on doubles is still written as an integer.
  if (value == std::floor(value) && std::abs(value) < 9e18) return AppendInteger(out, static_cast<std::int64_t>(value));
  AppendNumber(out, value);
}

void AppendJsonDocument(std::string& out, const Json& value) {
  out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AppendJson(std::string& out, const Shape& shape, const Json& value, BodyMembers members, TimestampFormat format) {
  if (shape.document()) return AppendJsonDocument(out, value);
  switch (shape.type()) {
    case ShapeType::kStructure:
      return AppendStructure(out, shape, value, members);
    case ShapeType::kList:
      return AppendList(out, shape, value);
    case ShapeType::kMap:
      return AppendMap(out, shape, value);
    case ShapeType::kString:
      assert(value.is_string());
      return AppendJsonString(out, value.get_ref<const std::string&>());
    case ShapeType::kBlob:
      out += '"';
      out += Base64Encode(BlobBytes(value));
      out += '"';
      return;
    case ShapeType::kBoolean:
      out += value.get<bool>() ? "true" : "false";
      return;
    case ShapeType::kFloat:
    case ShapeType::kDouble:
      return AppendFloat(out, shape, value);
    case ShapeType::kTimestamp:
      return AppendTimestampValue(out, value, format);
    case ShapeType::kByte:
    case ShapeType::kShort:
    case ShapeType::kInteger:
    case ShapeType::kLong:
    case ShapeType::kBigInteger:
    case ShapeType::kBigDecimal:
      return AppendNumber(out, value);
  }
}

std::string EncodeJson(const Shape& shape, const Json& value, BodyMembers members) {
  std::string out;
  out.reserve(256);
  AppendJson(out, shape, value, members);
  return out;
}

Result<Json> DecodeJson(const Shape& shape, std::string_view body, const DecodeLimits& limits, BodyMembers members) {
  if (body.empty()) return Json(Json::value_t::object);
  JsonReader reader(shape, limits, members == BodyMembers::kUnbound);
  if (!ParseJson(body, reader)) return reader.TakeError();
  return reader.TakeValue();
}

}  // namespace stratolite::wire::internal
