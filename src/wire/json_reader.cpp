#include "wire/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "stratolite/base/encoding.hpp"
#include "wire/decode_error.hpp"
#include "wire/timestamps.hpp"

namespace stratolite::wire::internal {
namespace {

std::string_view TypeWithArticle(const Shape& shape) {
  switch (shape.type()) {
    case ShapeType::kString:
      return "a String";
    case ShapeType::kBlob:
      return "a Blob";
    case ShapeType::kBoolean:
      return "a Boolean";
    case ShapeType::kByte:
      return "a Byte";
    case ShapeType::kShort:
      return "a Short";
    case ShapeType::kInteger:
      return "an Integer";
    case ShapeType::kLong:
      return "a Long";
    case ShapeType::kFloat:
      return "a Float";
    case ShapeType::kDouble:
      return "a Double";
    case ShapeType::kBigInteger:
      return "a BigInteger";
    case ShapeType::kBigDecimal:
      return "a BigDecimal";
    case ShapeType::kTimestamp:
      return "a Timestamp";
    case ShapeType::kStructure:
    case ShapeType::kList:
    case ShapeType::kMap:
      break;
  }
  return "a value";
}

std::pair<std::int64_t, std::int64_t> IntegerRange(ShapeType type) {
  switch (type) {
    case ShapeType::kByte:
      return {-128, 127};
    case ShapeType::kShort:
      return {-32768, 32767};
    case ShapeType::kInteger:
      return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
    default:
      return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
}

bool IsIntegerType(ShapeType type) {
  return type == ShapeType::kByte || type == ShapeType::kShort || type == ShapeType::kInteger ||
         type == ShapeType::kLong || type == ShapeType::kBigInteger;
}

bool IsRealType(ShapeType type) {
  return type == ShapeType::kFloat || type == ShapeType::kDouble || type == ShapeType::kBigDecimal;
}

std::optional<double> SpecialFloat(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

}  // namespace

JsonReader::JsonReader(const Shape& shape, const DecodeLimits& limits, bool skip_bound)
    : shape_(shape), limits_(limits), skip_bound_(skip_bound) {
  stack_.reserve(8);
}

JsonReader::Slot JsonReader::Next() const {
  if (stack_.empty()) return {shape_.document() ? Kind::kDocument : Kind::kStructure, shape_};
  const Frame& top = stack_.back();
  switch (top.kind) {
    case Kind::kSkip:
    case Kind::kDocument:
      return {top.kind, top.shape};
    case Kind::kStructure: {
      if (!top.member) return {Kind::kSkip, top.shape};
      const Shape shape = top.member->shape();
      return {shape.document() ? Kind::kDocument : Kind::kStructure, shape, top.member->timestamp_format()};
    }
    case Kind::kList:
    case Kind::kMap: {
      const Member element = top.kind == Kind::kList ? top.shape.element() : top.shape.value();
      const Shape shape = element.shape();
      return {shape.document() ? Kind::kDocument : Kind::kStructure, shape, element.timestamp_format()};
    }
  }
  return {Kind::kSkip, shape_};
}

// The node for the value that Next() described. Stays put while the value is read: its container grows only afterwards.
Json& JsonReader::Place() {
  if (stack_.empty()) return root_;
  Frame& top = stack_.back();
  switch (top.kind) {
    case Kind::kStructure:
      return (*top.node)[std::string(top.member->name())];
    case Kind::kList:
      return top.node->emplace_back(nullptr);
    case Kind::kDocument:
      if (top.node->is_array()) return top.node->emplace_back(nullptr);
      [[fallthrough]];
    default:
      return (*top.node)[std::move(top.key)];
  }
}

bool JsonReader::Fail(std::string message) {
  error_ = SerializationError(std::move(message));
  return false;
}

// The words are those of AWS's JSON front end: `STRING_VALUE can not be converted to an Integer`.
bool JsonReader::Mismatch(std::string_view token, const Shape& shape) {
  switch (shape.type()) {
    case ShapeType::kStructure:
      return Fail("Unexpected field type");
    case ShapeType::kList:
      return Fail("Expected list or null");
    case ShapeType::kMap:
      return Fail("Expected map or null");
    default:
      return Fail(std::string(token) + " can not be converted to " + std::string(TypeWithArticle(shape)));
  }
}

bool JsonReader::Null() {
  if (stack_.empty()) {
    if (!shape_.document()) return Fail("Unexpected null");
    root_ = nullptr;
    return true;
  }
  const Frame& top = stack_.back();
  if (top.kind == Kind::kSkip) return true;
  if (top.kind == Kind::kStructure) {
    if (!top.member) return true;
    if (top.member->shape().document()) {
      Place() = nullptr;
    } else {
      top.node->erase(std::string(top.member->name()));
    }
    return true;
  }
  if (top.kind != Kind::kDocument && !top.shape.sparse() && Next().kind != Kind::kDocument) {
    return Fail(top.kind == Kind::kList ? "Null is not allowed as an element of a list"
                                        : "Null is not allowed as a value of a map");
  }
  Place() = nullptr;
  return true;
}

bool JsonReader::Boolean(bool value) {
  const Slot slot = Next();
  if (slot.kind == Kind::kSkip) return true;
  if (slot.kind != Kind::kDocument && slot.shape.type() != ShapeType::kBoolean) {
    return Mismatch(value ? "TRUE_VALUE" : "FALSE_VALUE", slot.shape);
  }
  Place() = value;
  return true;
}

template <typename Number>
bool JsonReader::Integer(const Slot& slot, Number value) {
  if (slot.kind == Kind::kSkip) return true;
  const ShapeType type = slot.shape.type();
  if (slot.kind == Kind::kDocument || type == ShapeType::kBigInteger) {
    Place() = value;
    return true;
  }
  if (IsIntegerType(type)) {
    const auto [low, high] = IntegerRange(type);
    if (!std::in_range<std::int64_t>(value) || static_cast<std::int64_t>(value) < low ||
        static_cast<std::int64_t>(value) > high) {
      return Mismatch("NUMBER_VALUE", slot.shape);
    }
    Place() = static_cast<std::int64_t>(value);
    return true;
  }
  return Real(slot, static_cast<double>(value));
}

bool JsonReader::Real(const Slot& slot, double value) {
  const ShapeType type = slot.shape.type();
  const bool timestamp = type == ShapeType::kTimestamp &&
                         (slot.format == TimestampFormat::kUnset || slot.format == TimestampFormat::kUnixTimestamp);
  if (!IsRealType(type) && !timestamp) return Mismatch("NUMBER_VALUE", slot.shape);
  Place() = value;
  return true;
}

bool JsonReader::IntegerNumber(std::int64_t value) { return Integer(Next(), value); }
bool JsonReader::UnsignedNumber(std::uint64_t value) { return Integer(Next(), value); }

bool JsonReader::RealNumber(double value) {
  const Slot slot = Next();
  if (slot.kind == Kind::kSkip) return true;
  if (slot.kind == Kind::kDocument) {
    Place() = value;
    return true;
  }
  if (slot.shape.type() == ShapeType::kBigInteger) {
    Place() = value;
    return true;
  }
  // 1.0 and 1e2 are integers to AWS, 1.5 is not.
  if (IsIntegerType(slot.shape.type()) && value == std::floor(value) && std::abs(value) < 9.2e18) {
    return Integer(slot, static_cast<std::int64_t>(value));
  }
  return Real(slot, value);
}

bool JsonReader::Text(const Slot& slot, std::string& value) {
  const ShapeType type = slot.shape.type();
  if (type == ShapeType::kBlob) {
    auto bytes = Base64Decode(value);
    if (!bytes) return Fail("Invalid Base64 in a Blob");
    Place() = Json::binary(std::vector<std::uint8_t>(bytes->begin(), bytes->end()));
    return true;
  }
  if (type == ShapeType::kFloat || type == ShapeType::kDouble) {
    const auto special = SpecialFloat(value);
    if (!special) return Mismatch("STRING_VALUE", slot.shape);
    Place() = *special;
    return true;
  }
  if (type == ShapeType::kTimestamp &&
      (slot.format == TimestampFormat::kIso8601 || slot.format == TimestampFormat::kRfc822)) {
    // JSON front ends want UTC; XML ones take offsets too.
    const bool utc = slot.format != TimestampFormat::kIso8601 || value.ends_with('Z');
    const auto seconds = utc ? ParseTimestamp(value, slot.format) : std::nullopt;
    if (!seconds) return Fail("Invalid timestamp: " + value);
    Place() = TimestampValue(*seconds);
    return true;
  }
  return Mismatch("STRING_VALUE", slot.shape);
}

bool JsonReader::String(std::string& value) {
  const Slot slot = Next();
  if (slot.kind == Kind::kSkip) return true;
  if (slot.kind != Kind::kDocument && slot.shape.type() != ShapeType::kString) return Text(slot, value);
  Place() = std::move(value);
  return true;
}

bool JsonReader::Push(Kind kind, const Shape& shape, Json* node) {
  if (stack_.size() >= static_cast<std::size_t>(limits_.max_depth)) return Fail("Nesting is too deep");
  stack_.push_back(Frame{.kind = kind, .shape = shape, .node = node});
  return true;
}

bool JsonReader::StartObject() {
  const Slot slot = Next();
  if (slot.kind == Kind::kSkip) return Push(Kind::kSkip, slot.shape, nullptr);
  const ShapeType type = slot.shape.type();
  Kind kind = Kind::kDocument;
  if (slot.kind != Kind::kDocument) {
    if (type != ShapeType::kStructure && type != ShapeType::kMap)
      return Fail("Start of structure or map found where not expected.");
    kind = type == ShapeType::kMap ? Kind::kMap : Kind::kStructure;
  }
  Json& node = Place();
  node = Json(Json::value_t::object);
  return Push(kind, slot.shape, &node);
}

bool JsonReader::Key(std::string& name) {
  Frame& top = stack_.back();
  if (top.kind == Kind::kSkip) return true;
  if (top.kind != Kind::kStructure) {
    top.key = std::move(name);
    return true;
  }
  top.member = top.shape.FindMemberByWireName(name);
  if (top.member && skip_bound_ && stack_.size() == 1 && top.member->location() != Location::kBody) top.member.reset();
  if (top.shape.is_union() && !top.member && name != "__type") ++top.unknown;
  return true;
}

bool JsonReader::EndObject() {
  const Frame& top = stack_.back();
  // A union with none or several of its members set means nothing.
  if (top.kind == Kind::kStructure && top.shape.is_union() && (top.node->size() != 1 || top.unknown != 0)) {
    return Fail("Exactly one member of a union must be set");
  }
  stack_.pop_back();
  return true;
}

bool JsonReader::StartArray() {
  const Slot slot = Next();
  if (slot.kind == Kind::kSkip) return Push(Kind::kSkip, slot.shape, nullptr);
  if (slot.kind != Kind::kDocument && slot.shape.type() != ShapeType::kList)
    return Fail("Start of list found where not expected");
  Json& node = Place();
  node = Json(Json::value_t::array);
  return Push(slot.kind == Kind::kDocument ? Kind::kDocument : Kind::kList, slot.shape, &node);
}

bool JsonReader::EndArray() {
  stack_.pop_back();
  return true;
}

bool JsonReader::Malformed(std::size_t offset, std::string_view rest) {
  std::string message = "The request body is not valid JSON at offset " + std::to_string(offset);
  const std::string_view near = rest.substr(0, 20);
  const bool plain = std::all_of(near.begin(), near.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (plain && !near.empty()) message.append(": ").append(near);
  return Fail(std::move(message));
}

}  // namespace stratolite::wire::internal
