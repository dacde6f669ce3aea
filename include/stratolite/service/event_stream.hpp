#pragma once

#include <memory>
#include <optional>
#include <string>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite {

/// One event of an output's event stream: a member of the stream's union, and its value.
struct StreamEvent {
  std::string name;
  Json value = Json::object();
};

/// Makes events while they are sent. Called on one thread at a time. Blocks.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// nullopt: there are no more. An error is the last that the client gets, within the stream: what can be refused at all is better refused
  /// before the handler returns.
  virtual Result<std::optional<StreamEvent>> Next() = 0;
};

/// `Reply::body` of an operation whose output is an event stream: `call.reply->body = MakeEventStreamBody(*call.model, call.protocol, …)`.
/// Precondition: `operation.has_eventstream_output()`. The source throws for a broken disk; then the stream breaks off.
std::shared_ptr<wire::BodyProducer> MakeEventStreamBody(const wire::Operation& operation, wire::Protocol protocol,
                                                        std::unique_ptr<EventSource> source);

}  // namespace stratolite
