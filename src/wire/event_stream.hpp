#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// Messages of `application/vnd.amazon.eventstream`: prelude, headers, payload, two CRCs.
/// https://smithy.io/2.0/aws/amazon-eventstream.html Not thread-safe.
class EventMessage {
 public:
  void AddBool(std::string_view name, bool value);
  void AddByte(std::string_view name, std::int8_t value);
  void AddShort(std::string_view name, std::int16_t value);
  void AddInteger(std::string_view name, std::int32_t value);
  void AddLong(std::string_view name, std::int64_t value);
  void AddBytes(std::string_view name, std::string_view value);
  void AddString(std::string_view name, std::string_view value);
  /// Milliseconds since the epoch.
  void AddTimestamp(std::string_view name, std::int64_t millis);

  std::string Finish(std::string_view payload) const;

 private:
  enum class Type : std::uint8_t;
  void AddHead(std::string_view name, Type type);
  std::string headers_;
};

/// What an RPC protocol (JSON, CBOR) sends before the events: the output's members outside the stream, as the event `initial-response`.
/// https://smithy.io/2.0/spec/streaming.html#initial-response-messages
std::string EncodeInitialResponse(const Operation& operation, Protocol protocol, const Json& output);

}  // namespace stratolite::wire::internal
