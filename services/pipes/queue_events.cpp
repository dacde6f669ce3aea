#include "pipes/queue_events.hpp"

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::pipes {
namespace {

std::string DumpText(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Members in the order in which AWS writes them.
class RecordText {
 public:
  void Add(std::string_view name, const Json& value) {
    text_ += text_.empty() ? "{" : ",";
    text_ += DumpText(Json(name)) + ":" + DumpText(value);
  }
  std::string Finish() && { return text_ + "}"; }

 private:
  std::string text_;
};

/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
Json DescribeAttributes(const Json& attributes) {
  Json described = Json::object();
  for (const auto& [name, value] : attributes.items()) {
    const Fields in(value);
    Json attribute = {{"stringListValues", Json::array()},
                      {"binaryListValues", Json::array()},
                      {"dataType", in.StringOr("DataType", "")}};
    if (const auto text = in.OptionalString("StringValue")) attribute["stringValue"] = *text;
    if (const auto bytes = in.Blob("BinaryValue")) attribute["binaryValue"] = Base64Encode(*bytes);
    described[name] = std::move(attribute);
  }
  return described;
}

}  // namespace

QueueEvent MakeQueueEvent(const Json& message, const Arn& queue) {
  const Fields in(message);
  const Json& attributes = in.Object("Attributes");
  const std::string body = in.StringOr("Body", "");
  QueueEvent made;
  made.receipt_handle = in.StringOr("ReceiptHandle", "");
  made.trace_header = Fields(attributes).StringOr("AWSTraceHeader", "");
  if (Fields(attributes).Has("SequenceNumber")) made.group = Fields(attributes).StringOr("MessageGroupId", "");

  RecordText text;
  Json& view = made.event.view;
  const auto add = [&](const char* name, Json value) {
    text.Add(name, value);
    view[name] = std::move(value);
  };
  add("messageId", in.StringOr("MessageId", ""));
  add("receiptHandle", made.receipt_handle);
  add("body", body);
  add("attributes", attributes);
  add("messageAttributes", DescribeAttributes(in.Object("MessageAttributes")));
  if (const auto digest = in.OptionalString("MD5OfMessageAttributes")) add("md5OfMessageAttributes", *digest);
  add("md5OfBody", in.StringOr("MD5OfBody", ""));
  add("eventSource", "aws:sqs");
  add("eventSourceARN", queue.ToString());
  add("awsRegion", queue.region);
  made.event.text = std::move(text).Finish();
  if (Json parsed = ParseJsonText(body); parsed.is_structured()) view["body"] = std::move(parsed);
  return made;
}

std::vector<PipeEvent> ReadEnriched(std::string_view answer) {
  const Json parsed = ParseJsonText(answer);
  if (parsed.is_discarded()) {
    // Not JSON: one event that is a text.
    if (answer.empty()) return {};
    return {PipeEvent{std::string(answer), Json(answer)}};
  }
  std::vector<PipeEvent> events;
  if (parsed.is_array()) {
    for (const Json& element : parsed) events.push_back({DumpText(element), element});
  } else if (!parsed.is_null() && !(parsed.is_structured() && parsed.empty()) && parsed != Json("")) {
    events.push_back({std::string(answer), parsed});
  }
  return events;
}

}  // namespace stratolite::pipes
