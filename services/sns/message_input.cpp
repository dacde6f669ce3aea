#include "sns/message_input.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sns/errors.hpp"
#include "sns/message_attributes.hpp"
#include "sns/publish_errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

constexpr std::size_t kMaxSubject = 100;
constexpr std::size_t kMaxToken = 128;

Result<std::string> ReadSubject(const Fields& in) {
  std::optional<std::string> subject = in.OptionalString("Subject");
  if (!subject) return std::string();
  const bool printable =
      std::none_of(subject->begin(), subject->end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
  if (subject->empty() || Utf8Length(*subject) > kMaxSubject || !printable) return InvalidParameter("Subject");
  return *std::move(subject);
}

/// Bodies by protocol; whatever is no text is left out.
Result<Json> ReadStructure(const std::string& text) {
  const Json given = ParseJsonText(text);
  if (!given.is_object()) return InvalidParameter("Message Structure - JSON message body failed to parse");
  Json bodies = Json::object();
  for (const auto& [name, body] : given.items()) {
    if (body.is_string()) bodies[name] = body;
  }
  if (!bodies.contains("default")) return InvalidParameter("Message Structure - No default entry in JSON message body");
  return bodies;
}

Result<void> CheckToken(std::string_view token, std::string_view name) {
  const bool printable = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!token.empty() && token.size() <= kMaxToken && printable) return {};
  return InvalidParameter(
      name,
      fmt::format("{} can only include alphanumeric and punctuation characters. 1 to {} in length", name, kMaxToken));
}

}  // namespace

std::size_t SizeOfEntry(const Json& entry) {
  const Fields in(entry);
  return in.StringOr("Message", "").size() + SizeOfAttributes(in.Object("MessageAttributes"));
}

Result<Message> ReadMessage(const Json& entry) {
  const Fields in(entry);
  Message message;
  if (!in.Has("Message")) return NullParameter("Message");
  std::string body = in.StringOr("Message", "");
  if (body.empty()) return EmptyMessage();
  ASSIGN_OR_RETURN(message.subject, ReadSubject(in));
  const Json& attributes = in.Object("MessageAttributes");
  RETURN_IF_ERROR(CheckMessageAttributes(attributes));
  message.attributes = KeepAttributes(attributes);
  const std::optional<std::string> structure = in.OptionalString("MessageStructure");
  if (structure && *structure != "json") return InvalidParameter("MessageStructure");
  if (structure) {
    ASSIGN_OR_RETURN(message.bodies, ReadStructure(body));
  } else {
    message.bodies = {{"default", std::move(body)}};
  }
  return message;
}

Result<void> ReadFifoMembers(const Topic& topic, const Json& entry, Message& message) {
  const Fields in(entry);
  const std::optional<std::string> group = in.OptionalString("MessageGroupId");
  const std::optional<std::string> deduplication = in.OptionalString("MessageDeduplicationId");
  if (topic.fifo && !group) return MessageGroupRequired();
  if (group) {
    RETURN_IF_ERROR(CheckToken(*group, "MessageGroupId"));
    message.group_id = *group;
  }
  if (deduplication && !topic.fifo) {
    return InvalidParameter("MessageDeduplicationId",
                            "The request includes MessageDeduplicationId parameter that is not valid for this topic "
                            "type");
  }
  if (deduplication) {
    RETURN_IF_ERROR(CheckToken(*deduplication, "MessageDeduplicationId"));
    message.deduplication_id = *deduplication;
  } else if (topic.fifo) {
    if (!topic.content_based_deduplication) return DeduplicationRequired();
    message.deduplication_id = Sha256Hex(in.StringOr("Message", ""));
  }
  return {};
}

}  // namespace stratolite::sns
