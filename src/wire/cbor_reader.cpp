#include "wire/cbor_reader.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "stratolite/base/encoding.hpp"
#include "wire/decode_error.hpp"

namespace stratolite::wire::internal {
namespace {

constexpr unsigned char kBreak = 0xFF;
constexpr unsigned char kNull = 0xF6;
constexpr unsigned char kUndefined = 0xF7;
constexpr std::uint64_t kTagBigUnsigned = 2;
constexpr std::uint64_t kTagBigNegative = 3;

// RFC 8949 appendix D.
double FromHalf(std::uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const int mantissa = half & 0x3FF;
  double value = 0;
  if (exponent == 0) {
    value = std::ldexp(mantissa, -24);
  } else if (exponent != 31) {
    value = std::ldexp(mantissa + 1024, exponent - 25);
  } else {
    value = mantissa == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  }
  return half & 0x8000 ? -value : value;
}

bool InRange(ShapeType type, std::int64_t value) {
  switch (type) {
    case ShapeType::kByte:
      return value >= -128 && value <= 127;
    case ShapeType::kShort:
      return value >= -32768 && value <= 32767;
    case ShapeType::kInteger:
      return value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max();
    default:
      return true;
  }
}

}  // namespace

bool CborReader::Fail(std::string message) {
  error_ = SerializationError(std::move(message));
  return false;
}

std::optional<Json> CborReader::Read(const Shape& shape) {
  Json value;
  if (!Value(shape, value)) return std::nullopt;
  if (!rest_.empty()) {
    Fail("The request body has bytes after its CBOR value");
    return std::nullopt;
  }
  return value;
}

std::optional<CborReader::Head> CborReader::ReadHead() {
  if (rest_.empty()) {
    Fail("The CBOR request body ends too early");
    return std::nullopt;
  }
  const auto byte = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  Head head{static_cast<CborMajor>(byte >> 5), static_cast<std::uint8_t>(byte & 0x1F), 0};
  if (head.info < 24) {
    head.argument = head.info;
    return head;
  }
  if (head.info == 31) {
    const bool may =
        head.major != CborMajor::kUnsigned && head.major != CborMajor::kNegative && head.major != CborMajor::kTag;
    if (may && byte != kBreak) return head;
    Fail(byte == kBreak ? "Unexpected CBOR break" : "Malformed CBOR item");
    return std::nullopt;
  }
  if (head.info > 27) {
    Fail("Malformed CBOR item");
    return std::nullopt;
  }
  const std::size_t width = std::size_t{1} << (head.info - 24);
  if (rest_.size() < width) {
    Fail("The CBOR request body ends too early");
    return std::nullopt;
  }
  for (std::size_t i = 0; i < width; ++i) head.argument = head.argument << 8 | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(width);
  return head;
}

bool CborReader::AtBreak() {
  if (rest_.empty() || static_cast<unsigned char>(rest_.front()) != kBreak) return false;
  rest_.remove_prefix(1);
  return true;
}

bool CborReader::IsNull() const {
  if (rest_.empty()) return false;
  const auto byte = static_cast<unsigned char>(rest_.front());
  return byte == kNull || byte == kUndefined;
}

template <typename Item>
bool CborReader::Each(const Head& head, Item item) {
  if (++depth_ > limits_.max_depth) return Fail("Nesting is too deep");
  if (head.indefinite()) {
    while (!AtBreak()) {
      if (!item()) return false;
    }
  } else {
    const std::size_t least = head.major == CborMajor::kMap ? 2 : 1;
    if (head.argument > rest_.size() / least) return Fail("A CBOR length is larger than the request body");
    for (std::uint64_t i = 0; i < head.argument; ++i) {
      if (!item()) return false;
    }
  }
  --depth_;
  return true;
}

bool CborReader::Bytes(const Head& head, std::string& out) {
  if (!head.indefinite()) {
    if (head.argument > rest_.size()) return Fail("A CBOR length is larger than the request body");
    out.append(rest_.substr(0, head.argument));
    rest_.remove_prefix(head.argument);
    return true;
  }
  while (!AtBreak()) {
    const auto chunk = ReadHead();
    if (!chunk) return false;
    if (chunk->major != head.major || chunk->indefinite()) return Fail("Malformed CBOR string");
    if (!Bytes(*chunk, out)) return false;
  }
  return true;
}

bool CborReader::Text(std::string& out) {
  const auto head = ReadHead();
  if (!head) return false;
  if (head->major != CborMajor::kText) return Fail("A CBOR map key is not a text string");
  if (!Bytes(*head, out)) return false;
  return IsValidUtf8(out) || Fail("A CBOR text string is not valid UTF-8");
}

bool CborReader::Value(const Shape& shape, Json& out) {
  if (shape.document()) return Document(out);
  const auto head = ReadHead();
  if (!head) return false;
  if (head->major == CborMajor::kTag) return Tagged(shape, *head, out);
  switch (shape.type()) {
    case ShapeType::kStructure:
      if (head->major != CborMajor::kMap) return Fail("Unexpected field type");
      return Structure(shape, *head, out);
    case ShapeType::kList:
      if (head->major != CborMajor::kArray) return Fail("Expected list or null");
      return List(shape, *head, out);
    case ShapeType::kMap:
      if (head->major != CborMajor::kMap) return Fail("Expected map or null");
      return Map(shape, *head, out);
    default:
      return Scalar(shape, *head, out);
  }
}

bool CborReader::Structure(const Shape& shape, const Head& head, Json& out) {
  out = Json(Json::value_t::object);
  int unknown = 0;
  const bool read = Each(head, [&] {
    std::string key;
    if (!Text(key)) return false;
    const auto member = shape.FindMemberByWireName(key);
    if (!member) {
      if (key != "__type") ++unknown;
      return Skip();
    }
    if (IsNull()) {
      rest_.remove_prefix(1);
      return true;
    }
    return Value(member->shape(), out[std::string(member->name())]);
  });
  if (!read) return false;
  if (shape.is_union() && (out.size() != 1 || unknown != 0)) return Fail("Exactly one member of a union must be set");
  return true;
}

bool CborReader::List(const Shape& shape, const Head& head, Json& out) {
  out = Json(Json::value_t::array);
  const Shape element = shape.element().shape();
  const bool sparse = shape.sparse();
  return Each(head, [&] {
    if (IsNull() && !element.document()) {
      if (!sparse) return Fail("Null is not allowed as an element of a list");
      rest_.remove_prefix(1);
      out.emplace_back(nullptr);
      return true;
    }
    return Value(element, out.emplace_back(nullptr));
  });
}

bool CborReader::Map(const Shape& shape, const Head& head, Json& out) {
  out = Json(Json::value_t::object);
  const Shape element = shape.value().shape();
  const bool sparse = shape.sparse();
  return Each(head, [&] {
    std::string key;
    if (!Text(key)) return false;
    if (IsNull() && !element.document()) {
      if (!sparse) return Fail("Null is not allowed as a value of a map");
      rest_.remove_prefix(1);
      out[std::move(key)] = nullptr;
      return true;
    }
    return Value(element, out[std::move(key)]);
  });
}

bool CborReader::Scalar(const Shape& shape, const Head& head, Json& out) {
  switch (shape.type()) {
    case ShapeType::kString: {
      if (head.major != CborMajor::kText) return Fail("A value can not be converted to a String");
      std::string text;
      if (!Bytes(head, text)) return false;
      if (!IsValidUtf8(text)) return Fail("A CBOR text string is not valid UTF-8");
      out = std::move(text);
      return true;
    }
    case ShapeType::kBlob: {
      if (head.major != CborMajor::kBytes) return Fail("A value can not be converted to a Blob");
      std::string bytes;
      if (!Bytes(head, bytes)) return false;
      out = Json::binary(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
      return true;
    }
    case ShapeType::kBoolean:
      if (head.major != CborMajor::kSimple || (head.info != 20 && head.info != 21))
        return Fail("A value can not be converted to a Boolean");
      out = head.info == 21;
      return true;
    case ShapeType::kTimestamp:
      return Fail("A Timestamp must have CBOR tag 1");
    default:
      return Number(shape, head, out);
  }
}

std::optional<double> CborReader::Real(const Head& head) const {
  switch (head.major) {
    case CborMajor::kUnsigned:
      return static_cast<double>(head.argument);
    case CborMajor::kNegative:
      return -1.0 - static_cast<double>(head.argument);
    case CborMajor::kSimple:
      if (head.info == 25) return FromHalf(static_cast<std::uint16_t>(head.argument));
      if (head.info == 26) return std::bit_cast<float>(static_cast<std::uint32_t>(head.argument));
      if (head.info == 27) return std::bit_cast<double>(head.argument);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

bool CborReader::Number(const Shape& shape, const Head& head, Json& out) {
  const ShapeType type = shape.type();
  const auto real = Real(head);
  if (!real) return Fail("A value can not be converted to a Number");
  if (type == ShapeType::kFloat || type == ShapeType::kDouble || type == ShapeType::kBigDecimal) {
    out = *real;
    return true;
  }
  if (head.major == CborMajor::kSimple) {
    if (*real != std::floor(*real) || !std::isfinite(*real))
      return Fail("A NUMBER_VALUE can not be converted to an Integer");
    if (std::abs(*real) >= 9.2e18) {
      // As the writer puts a big integer that 64 bits do not hold.
      if (type != ShapeType::kBigInteger) return Fail("A NUMBER_VALUE can not be converted to an Integer");
      out = *real;
      return true;
    }
    const auto integral = static_cast<std::int64_t>(*real);
    if (!InRange(type, integral)) return Fail("A NUMBER_VALUE is out of range");
    out = integral;
    return true;
  }
  if (head.argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    if (type != ShapeType::kBigInteger) return Fail("A NUMBER_VALUE is out of range");
    out = head.major == CborMajor::kUnsigned ? Json(head.argument) : Json(*real);
    return true;
  }
  const auto magnitude = static_cast<std::int64_t>(head.argument);
  const std::int64_t value = head.major == CborMajor::kUnsigned ? magnitude : -1 - magnitude;
  if (!InRange(type, value)) return Fail("A NUMBER_VALUE is out of range");
  out = value;
  return true;
}

bool CborReader::Tagged(const Shape& shape, const Head& head, Json& out) {
  if (shape.type() == ShapeType::kTimestamp)
    return head.argument == 1 ? Timestamp(out) : Fail("A Timestamp must have CBOR tag 1");
  if (shape.type() == ShapeType::kBigInteger &&
      (head.argument == kTagBigUnsigned || head.argument == kTagBigNegative)) {
    return BigInteger(head.argument == kTagBigNegative, out);
  }
  if (++depth_ > limits_.max_depth) return Fail("Nesting is too deep");
  const bool read = Value(shape, out);
  --depth_;
  return read;
}

bool CborReader::Timestamp(Json& out) {
  const auto head = ReadHead();
  if (!head) return false;
  const auto number = Real(*head);
  if (!number || !std::isfinite(*number)) return Fail("A value can not be converted to a Timestamp");
  const double seconds = time_ == CborTime::kMilliseconds ? *number / 1000 : *number;
  if (seconds == std::floor(seconds) && std::abs(seconds) < 9.2e18) {
    out = static_cast<std::int64_t>(seconds);
  } else {
    out = seconds;
  }
  return true;
}

// The tree keeps 64 bits; beyond them the nearest double.
bool CborReader::BigInteger(bool negative, Json& out) {
  const auto head = ReadHead();
  if (!head) return false;
  std::string bytes;
  if (head->major != CborMajor::kBytes) return Fail("Malformed CBOR item");
  if (!Bytes(*head, bytes)) return false;
  double real = 0;
  std::uint64_t integral = 0;
  for (const char c : bytes) {
    real = real * 256 + static_cast<unsigned char>(c);
    integral = integral << 8 | static_cast<unsigned char>(c);
  }
  if (!std::isfinite(real)) return Fail("A NUMBER_VALUE is out of range");
  const bool fits = real < 9.2e18;
  if (negative) {
    out = fits ? Json(-1 - static_cast<std::int64_t>(integral)) : Json(-1 - real);
  } else {
    out = fits ? Json(integral) : Json(real);
  }
  return true;
}

bool CborReader::Document(Json& out) {
  if (IsNull()) {
    rest_.remove_prefix(1);
    out = nullptr;
    return true;
  }
  auto head = ReadHead();
  while (head && head->major == CborMajor::kTag) head = ReadHead();
  if (!head) return false;
  std::string bytes;
  switch (head->major) {
    case CborMajor::kArray:
      out = Json(Json::value_t::array);
      return Each(*head, [&] { return Document(out.emplace_back(nullptr)); });
    case CborMajor::kMap:
      out = Json(Json::value_t::object);
      return Each(*head, [&] {
        std::string key;
        return Text(key) && Document(out[std::move(key)]);
      });
    case CborMajor::kText:
      if (!Bytes(*head, bytes)) return false;
      if (!IsValidUtf8(bytes)) return Fail("A CBOR text string is not valid UTF-8");
      out = std::move(bytes);
      return true;
    case CborMajor::kBytes:
      if (!Bytes(*head, bytes)) return false;
      out = Json::binary(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
      return true;
    case CborMajor::kUnsigned:
      out = head->argument;
      return true;
    default:
      break;
  }
  if (head->major == CborMajor::kNegative && std::in_range<std::int64_t>(head->argument)) {
    out = -1 - static_cast<std::int64_t>(head->argument);
    return true;
  }
  if (head->major == CborMajor::kSimple && (head->info == 20 || head->info == 21)) {
    out = head->info == 21;
    return true;
  }
  const auto real = Real(*head);
  if (!real) return Fail("Unexpected CBOR value");
  out = *real;
  return true;
}

bool CborReader::Skip() {
  auto head = ReadHead();
  while (head && head->major == CborMajor::kTag) head = ReadHead();
  if (!head) return false;
  if (head->major == CborMajor::kArray) return Each(*head, [&] { return Skip(); });
  if (head->major == CborMajor::kMap) return Each(*head, [&] { return Skip() && Skip(); });
  if (head->major != CborMajor::kText && head->major != CborMajor::kBytes) return true;
  if (!head->indefinite()) {
    if (head->argument > rest_.size()) return Fail("A CBOR length is larger than the request body");
    rest_.remove_prefix(head->argument);
    return true;
  }
  std::string ignored;
  return Bytes(*head, ignored);
}

}  // namespace stratolite::wire::internal
