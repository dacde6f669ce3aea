#include "wire/scalar_text.hpp"

#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::wire::internal {
namespace {

template <typename T>
std::optional<Json> IntegerFromText(std::string_view text) {
  const auto number = ParseWholeNumber<std::int64_t>(text);
  if (!number || *number < std::numeric_limits<T>::min() || *number > std::numeric_limits<T>::max())
    return std::nullopt;
  return Json(*number);
}

std::optional<Json> DoubleFromText(std::string_view text) {
  if (text == "NaN") return Json(std::numeric_limits<double>::quiet_NaN());
  if (text == "Infinity") return Json(std::numeric_limits<double>::infinity());
  if (text == "-Infinity") return Json(-std::numeric_limits<double>::infinity());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return Json(number);
}

bool IsNumberText(std::string_view text, bool integer) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (integer || (c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-'))) return false;
  }
  return true;
}

// Numbers that no machine type holds stay text in the tree.
std::optional<Json> BigNumberFromText(std::string_view text, bool integer) {
  if (!IsNumberText(text, integer)) return std::nullopt;
  if (const auto number = ParseWholeNumber<std::int64_t>(text)) return Json(*number);
  if (const auto number = ParseWholeNumber<std::uint64_t>(text)) return Json(*number);
  return Json(std::string(text));
}

std::optional<Json> BlobFromText(std::string_view text) {
  std::string compact;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') compact += c;
  }
  auto bytes = Base64Decode(compact);
  if (!bytes) return std::nullopt;
  return Json::binary({bytes->begin(), bytes->end()});
}

void AppendIntegerText(std::string& out, const Json& value) {
  if (value.is_number_unsigned()) {
    out += std::to_string(value.get<std::uint64_t>());
  } else if (value.is_number_integer()) {
    out += std::to_string(value.get<std::int64_t>());
  } else if (value.is_number_float()) {
    const double number = value.get<double>();
    assert(std::fabs(number) < 9.3e18);
    if (std::fabs(number) < 9.2e18) out += std::to_string(static_cast<std::int64_t>(number));
  } else if (value.is_string()) {
    out += value.get_ref<const std::string&>();
  } else {
    assert(!"an integer shape needs a number");
  }
}

void AppendStringText(std::string& out, const Json& value) {
  assert(value.is_string() && "a string shape needs a string");
  if (value.is_string()) out += value.get_ref<const std::string&>();
}

}  // namespace

bool IsScalar(ShapeType type) {
  return type != ShapeType::kStructure && type != ShapeType::kList && type != ShapeType::kMap;
}

std::optional<Json> ParseScalar(const Shape& shape, TimestampFormat format, std::string_view text) {
  switch (shape.type()) {
    case ShapeType::kString:
      return Json(std::string(text));
    case ShapeType::kBlob:
      return BlobFromText(text);
    case ShapeType::kBoolean:
      if (EqualsIgnoreCase(text, "true")) return Json(true);
      if (EqualsIgnoreCase(text, "false")) return Json(false);
      return std::nullopt;
    case ShapeType::kByte:
      return IntegerFromText<std::int8_t>(text);
    case ShapeType::kShort:
      return IntegerFromText<std::int16_t>(text);
    case ShapeType::kInteger:
      return IntegerFromText<std::int32_t>(text);
    case ShapeType::kLong:
      return IntegerFromText<std::int64_t>(text);
    case ShapeType::kFloat:
    case ShapeType::kDouble:
      return DoubleFromText(text);
    case ShapeType::kBigInteger:
      return BigNumberFromText(text, true);
    case ShapeType::kBigDecimal:
      return BigNumberFromText(text, false);
    case ShapeType::kTimestamp: {
      const auto seconds = ParseTimestamp(text, format);
      if (!seconds) return std::nullopt;
      return TimestampValue(*seconds);
    }
    case ShapeType::kStructure:
    case ShapeType::kList:
    case ShapeType::kMap:
      return std::nullopt;
  }
  return std::nullopt;
}

void AppendDouble(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  char buffer[64];
  const double size = std::fabs(value);
  if (size == 0 || (size >= 1e-3 && size < 1e7)) {
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
    const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    out += text;
    if (text.find('.') == std::string_view::npos) out += ".0";
    return;
  }
  // Double.toString: `1.0E10`, `5.0E-4`.
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  out += text.substr(0, e);
  if (text.substr(0, e).find('.') == std::string_view::npos) out += ".0";
  out += 'E';
  std::string_view exponent = text.substr(e + 1);
  if (exponent.front() == '-') out += '-';
  exponent.remove_prefix(1);
  while (exponent.size() > 1 && exponent.front() == '0') exponent.remove_prefix(1);
  out += exponent;
}

void AppendScalar(std::string& out, const Shape& shape, TimestampFormat format, const Json& value,
                  Iso8601Fraction fraction) {
  switch (shape.type()) {
    case ShapeType::kString:
      return AppendStringText(out, value);
    case ShapeType::kBlob:
      assert(value.is_binary() && "a blob shape needs Json::binary");
      if (value.is_binary()) {
        const auto& bytes = value.get_binary();
        out += Base64Encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      }
      return;
    case ShapeType::kBoolean:
      assert(value.is_boolean() && "a boolean shape needs a boolean");
      if (value.is_boolean()) out += value.get<bool>() ? "true" : "false";
      return;
    case ShapeType::kByte:
    case ShapeType::kShort:
    case ShapeType::kInteger:
    case ShapeType::kLong:
    case ShapeType::kBigInteger:
      return AppendIntegerText(out, value);
    case ShapeType::kFloat:
    case ShapeType::kDouble:
    case ShapeType::kBigDecimal:
      if (value.is_string()) return AppendStringText(out, value);
      assert(value.is_number() && "a number shape needs a number");
      if (value.is_number()) AppendDouble(out, value.get<double>());
      return;
    case ShapeType::kTimestamp:
      assert(value.is_number() && "a timestamp shape needs seconds since the epoch");
      if (value.is_number()) AppendTimestamp(out, value.get<double>(), format, fraction);
      return;
    case ShapeType::kStructure:
    case ShapeType::kList:
    case ShapeType::kMap:
      assert(!"not a scalar shape");
  }
}

}  // namespace stratolite::wire::internal
