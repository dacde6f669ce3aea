#include "sns/topic_attributes.hpp"

#include <charconv>

#include "stratolite/base/json_text.hpp"

namespace stratolite::sns {
namespace {

std::string_view StoredOr(const Topic& topic, std::string_view name, std::string_view fallback) {
  const auto found = topic.attributes.find(name);
  return found == topic.attributes.end() ? fallback : std::string_view(found->second);
}

/// `{"MessageRetentionPeriod":"30"}`; 0 where there is none.
int ArchiveDays(std::string_view text) {
  const Json policy = text.empty() ? Json() : ParseJsonText(text);
  if (!policy.is_object() || !policy.contains("MessageRetentionPeriod")) return 0;
  const Json& period = policy["MessageRetentionPeriod"];
  const std::string days = period.is_string() ? period.get<std::string>() : period.dump();
  int number = 0;
  std::from_chars(days.data(), days.data() + days.size(), number);
  return number;
}

}  // namespace

void ParseAttributes(Topic& topic) {
  topic.fifo = StoredOr(topic, "FifoTopic", "false") == "true";
  topic.content_based_deduplication = StoredOr(topic, "ContentBasedDeduplication", "false") == "true";
  topic.deduplicates_per_group = StoredOr(topic, "FifoThroughputScope", "Topic") == "MessageGroup";
  topic.signature_version = StoredOr(topic, "SignatureVersion", "1") == "2" ? 2 : 1;
  topic.archive_days = ArchiveDays(StoredOr(topic, "ArchivePolicy", ""));
}

}  // namespace stratolite::sns
