#include "wire/event_stream.hpp"

#include <boost/crc.hpp>
#include <cmath>

#include "stratolite/base/json.hpp"
#include "stratolite/wire/codec.hpp"
#include "wire/cbor_codec.hpp"
#include "wire/json_codec.hpp"
#include "wire/xml_codec.hpp"

namespace stratolite::wire {
namespace internal {
namespace {

constexpr std::size_t kPreludeSize = 12;
constexpr std::size_t kMessageCrcSize = 4;

template <typename T>
void AppendNetworkOrder(std::string& out, T value) {
  using Bits = std::make_unsigned_t<T>;
  for (int shift = (static_cast<int>(sizeof(T)) - 1) * 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<Bits>(value) >> shift & 0xFF);
  }
}

std::uint32_t Crc32(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

std::string_view Bytes(const Json& blob) {
  if (!blob.is_binary()) return blob.get_ref<const std::string&>();
  return {reinterpret_cast<const char*>(blob.get_binary().data()), blob.get_binary().size()};
}

void AddHeader(EventMessage& message, const Member& member, const Json& value) {
  const std::string_view name = member.wire_name();
  switch (member.shape().type()) {
    case ShapeType::kBoolean:
      return message.AddBool(name, value.get<bool>());
    case ShapeType::kByte:
      return message.AddByte(name, value.get<std::int8_t>());
    case ShapeType::kShort:
      return message.AddShort(name, value.get<std::int16_t>());
    case ShapeType::kInteger:
      return message.AddInteger(name, value.get<std::int32_t>());
    case ShapeType::kLong:
      return message.AddLong(name, value.get<std::int64_t>());
    case ShapeType::kBlob:
      return message.AddBytes(name, Bytes(value));
    case ShapeType::kString:
      return message.AddString(name, value.get_ref<const std::string&>());
    case ShapeType::kTimestamp:
      return message.AddTimestamp(name, std::llround(value.get<double>() * 1000));
    default:
      break;
  }
}

std::string_view StructureType(Protocol protocol) {
  switch (protocol) {
    case Protocol::kRestXml:
    case Protocol::kQuery:
    case Protocol::kEc2:
      return "application/xml";
    case Protocol::kRpcV2Cbor:
      return "application/cbor";
    default:
      return "application/json";
  }
}

std::string EncodeStructure(Protocol protocol, const Shape& shape, std::string_view root, const Json& value) {
  if (protocol == Protocol::kRpcV2Cbor) return EncodeCbor(shape, value);
  if (StructureType(protocol) == "application/json") return EncodeJson(shape, value);
  std::string body;
  EncodeXmlDocument(body, root, shape, value, {});
  return body;
}

struct Payload {
  std::string_view content_type;
  std::string body;
};

// `eventpayload` marks the one member that is the payload; otherwise what is not a header forms a document.
std::optional<Payload> EncodePayloadOf(Protocol protocol, const Shape& shape, const Json& event) {
  Json rest = Json::object();
  bool has_payload_members = false;
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    const Member member = shape.member(i);
    const auto value = event.find(member.name());
    const bool present = value != event.end() && !value->is_null();
    if (member.event_payload()) {
      const Shape target = member.shape();
      if (target.type() == ShapeType::kBlob)
        return Payload{"application/octet-stream", present ? std::string(Bytes(*value)) : ""};
      if (target.type() == ShapeType::kString) return Payload{"text/plain", present ? value->get<std::string>() : ""};
      return Payload{StructureType(protocol), present ? EncodeStructure(protocol, target, target.name(), *value) : ""};
    }
    if (member.event_header()) continue;
    has_payload_members = true;
    if (present) rest[std::string(member.name())] = *value;
  }
  if (!has_payload_members) return std::nullopt;
  return Payload{StructureType(protocol), EncodeStructure(protocol, shape, shape.name(), rest)};
}

void AddEventHeaders(EventMessage& message, const Shape& shape, const Json& event) {
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    const Member member = shape.member(i);
    if (!member.event_header()) continue;
    const auto value = event.find(member.name());
    if (value != event.end() && !value->is_null()) AddHeader(message, member, *value);
  }
}

std::string FinishEvent(EventMessage& message, Protocol protocol, const Shape& shape, const Json& event) {
  const auto payload = EncodePayloadOf(protocol, shape, event);
  if (payload) message.AddString(":content-type", payload->content_type);
  AddEventHeaders(message, shape, event);
  return message.Finish(payload ? payload->body : std::string());
}

}  // namespace

enum class EventMessage::Type : std::uint8_t {
  kTrue,
  kFalse,
  kByte,
  kShort,
  kInteger,
  kLong,
  kBytes,
  kString,
  kTimestamp
};

void EventMessage::AddHead(std::string_view name, Type type) {
  AppendNetworkOrder(headers_, static_cast<std::uint8_t>(name.size()));
  headers_ += name;
  headers_ += static_cast<char>(type);
}

void EventMessage::AddBool(std::string_view name, bool value) { AddHead(name, value ? Type::kTrue : Type::kFalse); }

void EventMessage::AddByte(std::string_view name, std::int8_t value) {
  AddHead(name, Type::kByte);
  AppendNetworkOrder(headers_, value);
}

void EventMessage::AddShort(std::string_view name, std::int16_t value) {
  AddHead(name, Type::kShort);
  AppendNetworkOrder(headers_, value);
}

void EventMessage::AddInteger(std::string_view name, std::int32_t value) {
  AddHead(name, Type::kInteger);
  AppendNetworkOrder(headers_, value);
}

void EventMessage::AddLong(std::string_view name, std::int64_t value) {
  AddHead(name, Type::kLong);
  AppendNetworkOrder(headers_, value);
}

void EventMessage::AddBytes(std::string_view name, std::string_view value) {
  AddHead(name, Type::kBytes);
  AppendNetworkOrder(headers_, static_cast<std::uint16_t>(value.size()));
  headers_ += value;
}

void EventMessage::AddString(std::string_view name, std::string_view value) {
  AddHead(name, Type::kString);
  AppendNetworkOrder(headers_, static_cast<std::uint16_t>(value.size()));
  headers_ += value;
}

void EventMessage::AddTimestamp(std::string_view name, std::int64_t millis) {
  AddHead(name, Type::kTimestamp);
  AppendNetworkOrder(headers_, millis);
}

std::string EventMessage::Finish(std::string_view payload) const {
  std::string out;
  const std::size_t total = kPreludeSize + headers_.size() + payload.size() + kMessageCrcSize;
  out.reserve(total);
  AppendNetworkOrder(out, static_cast<std::uint32_t>(total));
  AppendNetworkOrder(out, static_cast<std::uint32_t>(headers_.size()));
  AppendNetworkOrder(out, Crc32(out));
  out += headers_;
  out += payload;
  AppendNetworkOrder(out, Crc32(out));
  return out;
}

std::string EncodeInitialResponse(const Operation& operation, Protocol protocol, const Json& output) {
  EventMessage message;
  message.AddString(":message-type", "event");
  message.AddString(":event-type", "initial-response");
  message.AddString(":content-type", StructureType(protocol));
  const auto shape = operation.output();
  Json rest = Json::object();
  for (std::size_t i = 0; shape && i < shape->member_count(); ++i) {
    const Member member = shape->member(i);
    const auto value = output.find(member.name());
    if (!member.shape().eventstream() && value != output.end()) rest[std::string(member.name())] = *value;
  }
  return message.Finish(shape ? EncodeStructure(protocol, *shape, shape->name(), rest) : "{}");
}

}  // namespace internal

std::string EncodeEvent(const Shape& stream, Protocol protocol, std::string_view event_name, const Json& event) {
  internal::EventMessage message;
  const auto member = stream.FindMember(event_name);
  message.AddString(":message-type", "event");
  message.AddString(":event-type", member ? member->wire_name() : event_name);
  if (!member) return message.Finish({});
  return internal::FinishEvent(message, protocol, member->shape(), event);
}

std::string EncodeEventError(const Shape& stream, Protocol protocol, const AwsError& error) {
  internal::EventMessage message;
  for (std::size_t i = 0; i < stream.member_count(); ++i) {
    const Member member = stream.member(i);
    const Shape shape = member.shape();
    if (!shape.is_error() || (shape.name() != error.code && member.name() != error.code)) continue;
    message.AddString(":message-type", "exception");
    message.AddString(":exception-type", member.wire_name());
    Json fields = error.fields && error.fields->is_object() ? *error.fields : Json::object();
    for (const auto* name : {"message", "Message"}) {
      if (shape.FindMember(name)) fields[name] = error.message;
    }
    return internal::FinishEvent(message, protocol, shape, fields);
  }
  message.AddString(":message-type", "error");
  message.AddString(":error-code", error.code);
  message.AddString(":error-message", error.message);
  return message.Finish({});
}

}  // namespace stratolite::wire
