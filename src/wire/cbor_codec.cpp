#include "wire/cbor_codec.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "wire/cbor_reader.hpp"
#include "wire/json_codec.hpp"

namespace stratolite::wire::internal {
namespace {

constexpr char kFalse = static_cast<char>(0xF4);
constexpr char kTrue = static_cast<char>(0xF5);
constexpr char kNullByte = static_cast<char>(0xF6);
constexpr char kSingle = static_cast<char>(0xFA);
constexpr char kDouble = static_cast<char>(0xFB);

void AppendBigEndian(std::string& out, std::uint64_t value, int width) {
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

void AppendDoubleItem(std::string& out, double value) {
  out += kDouble;
  AppendBigEndian(out, std::bit_cast<std::uint64_t>(value), 8);
}

void AppendSigned(std::string& out, std::int64_t value) {
  if (value >= 0) return AppendCborHead(out, CborMajor::kUnsigned, static_cast<std::uint64_t>(value));
  AppendCborHead(out, CborMajor::kNegative, static_cast<std::uint64_t>(-1 - value));
}

void AppendIntegerItem(std::string& out, const Json& value) {
  if (value.is_number_unsigned()) return AppendCborHead(out, CborMajor::kUnsigned, value.get<std::uint64_t>());
  if (value.is_number_integer()) return AppendSigned(out, value.get<std::int64_t>());
  const double real = value.get<double>();
  if (real == std::floor(real) && std::abs(real) < 9.2e18) return AppendSigned(out, static_cast<std::int64_t>(real));
  AppendDoubleItem(out, real);
}

void AppendTime(std::string& out, double seconds, CborTime time) {
  AppendCborHead(out, CborMajor::kTag, 1);
  if (time == CborTime::kMilliseconds)
    return AppendSigned(out, static_cast<std::int64_t>(std::llround(seconds * 1000)));
  if (seconds == std::floor(seconds) && std::abs(seconds) < 9.2e18)
    return AppendSigned(out, static_cast<std::int64_t>(seconds));
  AppendDoubleItem(out, seconds);
}

void AppendBytes(std::string& out, const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    AppendCborHead(out, CborMajor::kBytes, text.size());
    out += text;
    return;
  }
  const auto& bytes = value.get_binary();
  AppendCborHead(out, CborMajor::kBytes, bytes.size());
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void AppendDocument(std::string& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      AppendCborHead(out, CborMajor::kMap, value.size());
      for (const auto& [key, child] : value.get_ref<const Json::object_t&>()) {
        AppendCborText(out, key);
        AppendDocument(out, child);
      }
      return;
    case Json::value_t::array:
      AppendCborHead(out, CborMajor::kArray, value.size());
      for (const Json& child : value) AppendDocument(out, child);
      return;
    case Json::value_t::string:
      return AppendCborText(out, value.get_ref<const std::string&>());
    case Json::value_t::boolean:
      out += value.get<bool>() ? kTrue : kFalse;
      return;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return AppendIntegerItem(out, value);
    case Json::value_t::number_float:
      return AppendDoubleItem(out, value.get<double>());
    case Json::value_t::binary:
      return AppendBytes(out, value);
    default:
      out += kNullByte;
  }
}

void AppendStructure(std::string& out, const Shape& shape, const Json& value, CborTime time) {
  assert(value.is_object());
  const auto& object = value.get_ref<const Json::object_t&>();
  const auto count = std::count_if(object.begin(), object.end(), [&](const auto& field) {
    return !field.second.is_null() && shape.FindMember(field.first).has_value();
  });
  AppendCborHead(out, CborMajor::kMap, static_cast<std::uint64_t>(count));
  for (const auto& [name, child] : object) {
    const auto member = shape.FindMember(name);
    assert(member.has_value() && "output member is not in the model");
    if (!member || child.is_null()) continue;
    AppendCborText(out, member->wire_name());
    AppendCbor(out, member->shape(), child, time);
  }
}

void AppendMap(std::string& out, const Shape& shape, const Json& value, CborTime time) {
  const Shape element = shape.value().shape();
  const bool sparse = shape.sparse();
  const auto& object = value.get_ref<const Json::object_t&>();
  const auto count =
      std::count_if(object.begin(), object.end(), [&](const auto& field) { return sparse || !field.second.is_null(); });
  AppendCborHead(out, CborMajor::kMap, static_cast<std::uint64_t>(count));
  for (const auto& [key, child] : object) {
    if (child.is_null() && !sparse) continue;
    AppendCborText(out, key);
    AppendCbor(out, element, child, time);
  }
}

}  // namespace

void AppendCborHead(std::string& out, CborMajor major, std::uint64_t argument) {
  const auto type = static_cast<unsigned>(major) << 5;
  if (argument < 24) {
    out += static_cast<char>(type | argument);
  } else if (argument <= 0xFF) {
    out += static_cast<char>(type | 24);
    AppendBigEndian(out, argument, 1);
  } else if (argument <= 0xFFFF) {
    out += static_cast<char>(type | 25);
    AppendBigEndian(out, argument, 2);
  } else if (argument <= 0xFFFFFFFF) {
    out += static_cast<char>(type | 26);
    AppendBigEndian(out, argument, 4);
  } else {
    out += static_cast<char>(type | 27);
    AppendBigEndian(out, argument, 8);
  }
}

void AppendCborText(std::string& out, std::string_view text) {
  AppendCborHead(out, CborMajor::kText, text.size());
  out += text;
}

void AppendCbor(std::string& out, const Shape& shape, const Json& value, CborTime time) {
  if (shape.document()) return AppendDocument(out, value);
  if (value.is_null()) {
    out += kNullByte;
    return;
  }
  switch (shape.type()) {
    case ShapeType::kStructure:
      return AppendStructure(out, shape, value, time);
    case ShapeType::kMap:
      return AppendMap(out, shape, value, time);
    case ShapeType::kList: {
      const Shape element = shape.element().shape();
      AppendCborHead(out, CborMajor::kArray, value.size());
      for (const Json& child : value) AppendCbor(out, element, child, time);
      return;
    }
    case ShapeType::kString:
      return AppendCborText(out, value.get_ref<const std::string&>());
    case ShapeType::kBlob:
      return AppendBytes(out, value);
    case ShapeType::kBoolean:
      out += value.get<bool>() ? kTrue : kFalse;
      return;
    case ShapeType::kFloat:
      if (!FitsFloat(value.get<double>())) return AppendDoubleItem(out, value.get<double>());
      out += kSingle;
      return AppendBigEndian(out, std::bit_cast<std::uint32_t>(static_cast<float>(value.get<double>())), 4);
    case ShapeType::kDouble:
    case ShapeType::kBigDecimal:
      return AppendDoubleItem(out, value.get<double>());
    case ShapeType::kTimestamp:
      return AppendTime(out, value.get<double>(), time);
    case ShapeType::kByte:
    case ShapeType::kShort:
    case ShapeType::kInteger:
    case ShapeType::kLong:
    case ShapeType::kBigInteger:
      return AppendIntegerItem(out, value);
  }
}

std::string EncodeCbor(const Shape& shape, const Json& value, CborTime time) {
  std::string out;
  out.reserve(256);
  AppendCbor(out, shape, value, time);
  return out;
}

Result<Json> DecodeCbor(const Shape& shape, std::string_view body, const DecodeLimits& limits, CborTime time) {
  if (body.empty()) return Json(Json::value_t::object);
  CborReader reader(body, limits, time);
  auto value = reader.Read(shape);
  if (!value) return reader.TakeError();
  return *std::move(value);
}

}  // namespace stratolite::wire::internal
