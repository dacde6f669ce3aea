#include "s3/select/value.hpp"

#include <cmath>

#include <fmt/format.h>

#include "stratolite/base/numbers.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::s3::select {
namespace {

std::string_view TrimBlanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

std::optional<std::partial_ordering> CompareNumbers(const Value& a, const Value& b) {
  if (a.As<std::int64_t>() && b.As<std::int64_t>()) return *a.As<std::int64_t>() <=> *b.As<std::int64_t>();
  const auto x = ToDecimal(a);
  const auto y = ToDecimal(b);
  if (x && y) return *x <=> *y;
  const auto real = [](const Value& value, const std::optional<Decimal>& exact) {
    return exact ? exact->ToDouble() : *value.As<double>();
  };
  return real(a, x) <=> real(b, y);
}

}  // namespace

bool SameName(std::string_view a, std::string_view b) { return wire::EqualsIgnoreCase(a, b); }

std::optional<Value> NumberOf(std::string_view text) {
  text = TrimBlanks(text);
  if (const auto whole = ParseWholeNumber<std::int64_t>(text)) return Value(*whole);
  if (const auto decimal = Decimal::Parse(text)) return Value(*decimal);
  return std::nullopt;
}

std::optional<Decimal> ToDecimal(const Value& value) {
  if (const auto* whole = value.As<std::int64_t>()) return Decimal(*whole);
  if (const auto* decimal = value.As<Decimal>()) return *decimal;
  if (const auto* real = value.As<double>()) return Decimal::FromDouble(*real);
  return std::nullopt;
}

std::optional<std::partial_ordering> Compare(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b);
  const auto* text_a = a.As<std::string>();
  const auto* text_b = b.As<std::string>();
  if (text_a && text_b) return text_a->compare(*text_b) <=> 0;
  if (a.is_number() && text_b) {
    const auto number = NumberOf(*text_b);
    return number ? CompareNumbers(a, *number) : std::nullopt;
  }
  if (text_a && b.is_number()) {
    const auto number = NumberOf(*text_a);
    return number ? CompareNumbers(*number, b) : std::nullopt;
  }
  if (a.As<bool>() && b.As<bool>()) return *a.As<bool>() <=> *b.As<bool>();
  if (a.As<Timestamp>() && b.As<Timestamp>()) return *a.As<Timestamp>() <=> *b.As<Timestamp>();
  if ((a.list() && b.list()) || (a.members() && b.members())) {
    // Equal or not: they have no order.
    if (ToText(a) == ToText(b)) return std::partial_ordering::equivalent;
    return std::partial_ordering::unordered;
  }
  return std::nullopt;
}

std::string ToText(const Value& value) {
  if (value.is_absent()) return {};
  if (const auto* text = value.As<std::string>()) return *text;
  if (const auto* time = value.As<Timestamp>()) return time->ToText();
  std::string out;
  AppendJsonText(out, value);
  return out;
}

void AppendJsonText(std::string& out, const Value& value) {
  if (value.is_absent()) {
    out += "null";
  } else if (const auto* truth = value.As<bool>()) {
    out += *truth ? "true" : "false";
  } else if (const auto* whole = value.As<std::int64_t>()) {
    out += fmt::format("{}", *whole);
  } else if (const auto* decimal = value.As<Decimal>()) {
    out += decimal->ToText();
  } else if (const auto* real = value.As<double>()) {
    // JSON knows neither infinity nor NaN.
    out += std::isfinite(*real) ? fmt::format("{}", *real) : fmt::format("\"{}\"", *real);
  } else if (const auto* text = value.As<std::string>()) {
    AppendJsonString(out, *text);
  } else if (const auto* time = value.As<Timestamp>()) {
    AppendJsonString(out, time->ToText());
  } else if (const List* const list = value.list()) {
    out += '[';
    for (const Value& each : *list) {
      if (out.back() != '[') out += ',';
      AppendJsonText(out, each);
    }
    out += ']';
  } else if (const Members* const members = value.members()) {
    out += '{';
    for (const auto& [name, each] : *members) {
      if (out.back() != '{') out += ',';
      AppendJsonString(out, name);
      out += ':';
      AppendJsonText(out, each);
    }
    out += '}';
  }
}

}  // namespace stratolite::s3::select
