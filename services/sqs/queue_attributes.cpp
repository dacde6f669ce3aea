#include "sqs/queue_attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sqs/errors.hpp"
#include "sqs/queue_url.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::sqs {
namespace {

struct IntegerAttribute {
  std::string_view name;
  std::int64_t min;
  std::int64_t max;
  std::string_view fallback;
};
constexpr std::array kIntegerAttributes = {
    IntegerAttribute{"DelaySeconds", 0, 900, "0"},
    IntegerAttribute{"MaximumMessageSize", 1024, 1'048'576, "1048576"},
    IntegerAttribute{"MessageRetentionPeriod", 60, 1'209'600, "345600"},
    IntegerAttribute{"ReceiveMessageWaitTimeSeconds", 0, 20, "0"},
    IntegerAttribute{"VisibilityTimeout", 0, 43'200, "30"},
    IntegerAttribute{"KmsDataKeyReusePeriodSeconds", 60, 86'400, "300"},
};

struct ChoiceAttribute {
  std::string_view name;
  std::string_view first;
  std::string_view second;
};
/// The first choice is the default.
constexpr std::array kFifoChoices = {
    ChoiceAttribute{"ContentBasedDeduplication", "false", "true"},
    ChoiceAttribute{"DeduplicationScope", "queue", "messageGroup"},
    ChoiceAttribute{"FifoThroughputLimit", "perQueue", "perMessageGroupId"},
};

constexpr int kMaxReceiveCountLimit = 1000;
constexpr std::size_t kMaxSourceArns = 10;

AwsError BadRedrivePolicy(std::string_view text, std::string_view reason) {
  return InvalidParameterValue(text, "RedrivePolicy", reason);
}

/// Returns the policy as AWS does: its two members, the count as a number.
Result<std::string> CheckRedrivePolicy(const std::string& text) {
  const Json policy = ParseJsonText(text);
  if (!policy.is_object()) return InvalidAttributeValue("RedrivePolicy", "Redrive policy is not a valid JSON map.");
  for (const char* name : {"maxReceiveCount", "deadLetterTargetArn"}) {
    if (!policy.contains(name)) {
      return BadRedrivePolicy(text, fmt::format("Redrive policy does not contain mandatory attribute: {}.", name));
    }
  }
  if (policy.size() > 2) {
    return BadRedrivePolicy(text, "Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].");
  }
  const Json& arn = policy["deadLetterTargetArn"];
  if (!arn.is_string() || !Arn::Parse(arn.get_ref<const std::string&>())) {
    return BadRedrivePolicy(text, "Invalid value for deadLetterTargetArn.");
  }
  if (!ParseQueueArn(arn.get_ref<const std::string&>())) {
    return BadRedrivePolicy(text, "Only SQS queues are valid resources for deadLetterTargetArn.");
  }
  const Json& count = policy["maxReceiveCount"];
  std::optional<std::int64_t> number;
  if (count.is_number_integer()) number = count.get<std::int64_t>();
  if (count.is_string()) number = ParseWholeNumber<std::int64_t>(count.get_ref<const std::string&>());
  if (!number || *number < 1 || *number > kMaxReceiveCountLimit) {
    return BadRedrivePolicy(
        text, fmt::format("Invalid value for maxReceiveCount: {}, valid values are from 1 to {} both inclusive.",
                          count.is_string() ? count.get<std::string>() : count.dump(), kMaxReceiveCountLimit));
  }
  return fmt::format(R"({{"deadLetterTargetArn":{},"maxReceiveCount":{}}})", arn.dump(), *number);
}

Result<std::string> CheckRedriveAllowPolicy(const std::string& text) {
  const auto unsupported = [] {
    return InvalidAttributeValue("RedriveAllowPolicy",
                                 "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.");
  };
  const auto bad = [&](std::string_view reason) {
    return InvalidParameterValue(text, "RedriveAllowPolicy",
                                 fmt::format("Amazon SQS can't create the redrive allow policy. {}", reason));
  };
  const Json policy = ParseJsonText(text);
  if (!policy.is_object()) return unsupported();
  const Json permission = policy.value("redrivePermission", Json());
  const Json sources = policy.value("sourceQueueArns", Json());
  const bool by_queue = permission == "byQueue";
  if (!by_queue && permission != "allowAll" && permission != "denyAll") return unsupported();
  if (policy.size() > (sources.is_null() ? 1U : 2U) || (!sources.is_null() && !sources.is_array()))
    return unsupported();
  for (const Json& arn : sources) {
    if (!arn.is_string() || !ParseQueueArn(arn.get_ref<const std::string&>())) return unsupported();
  }
  if (by_queue && sources.empty()) {
    return bad(
        "When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.");
  }
  if (!by_queue && !sources.empty()) {
    return bad("To specify one or more source queue ARNs, you must set redrivePermission to byQueue.");
  }
  if (sources.size() > kMaxSourceArns) return bad("The maximum number of source queue ARNs you can specify is 10.");
  return text;
}

/// Structure only: whom a policy lets in is decided where policies are evaluated.
bool IsPolicy(const std::string& text) {
  const Json policy = ParseJsonText(text);
  if (!policy.is_object() || !policy.contains("Statement")) return false;
  const Json statements = policy["Statement"].is_array() ? policy["Statement"] : Json::array({policy["Statement"]});
  return std::all_of(statements.begin(), statements.end(), [](const Json& statement) {
    if (!statement.is_object()) return false;
    const Json effect = statement.value("Effect", Json());
    return (effect == "Allow" || effect == "Deny") &&
           (statement.contains("Action") || statement.contains("NotAction")) &&
           (statement.contains("Principal") || statement.contains("NotPrincipal"));
  });
}

Result<std::string> CheckFifoAttribute(std::string_view name, const std::string& value) {
  if (name == "FifoQueue") {
    // Asked for with "false", AWS does not know the attribute when creating, and will not change it later.
    if (value == "true") return value;
    return InvalidAttributeValue(name, value == "false" ? "Modifying queue type is not supported." : "");
  }
  for (const ChoiceAttribute& choice : kFifoChoices) {
    if (choice.name == name && (value == choice.first || value == choice.second)) return value;
  }
  return InvalidAttributeValue(name);
}

bool IsFifoAttribute(std::string_view name) {
  return name == "FifoQueue" || std::any_of(kFifoChoices.begin(), kFifoChoices.end(),
                                            [&](const ChoiceAttribute& choice) { return choice.name == name; });
}

Result<std::string> CheckAttribute(std::string_view name, const std::string& value, bool fifo) {
  for (const IntegerAttribute& attribute : kIntegerAttributes) {
    if (attribute.name != name) continue;
    const std::optional<std::int64_t> number = ParseWholeNumber<std::int64_t>(value);
    if (!number || *number < attribute.min || *number > attribute.max) return InvalidAttributeValue(name);
    return fmt::format("{}", *number);
  }
  if (IsFifoAttribute(name)) {
    if (!fifo) return InvalidAttributeName(name);
    return CheckFifoAttribute(name, value);
  }
  if (name == "SqsManagedSseEnabled") {
    if (value != "true" && value != "false") return InvalidAttributeValue(name);
    return value;
  }
  if (name == "Policy") {
    if (!value.empty() && !IsPolicy(value)) return InvalidAttributeValue(name);
    return value;
  }
  if (name == "KmsMasterKeyId" || value.empty()) {
    const bool removable = name == "KmsMasterKeyId" || name == "RedrivePolicy" || name == "RedriveAllowPolicy";
    if (removable) return value;
  }
  if (name == "RedrivePolicy") return CheckRedrivePolicy(value);
  if (name == "RedriveAllowPolicy") return CheckRedriveAllowPolicy(value);
  return InvalidAttributeName(name);
}

std::string_view StoredOr(const Queue& queue, std::string_view name, std::string_view fallback) {
  const auto found = queue.attributes.find(name);
  return found == queue.attributes.end() ? fallback : std::string_view(found->second);
}

std::int64_t IntegerOf(const Queue& queue, std::string_view name) {
  const auto* attribute = std::find_if(kIntegerAttributes.begin(), kIntegerAttributes.end(),
                                       [&](const IntegerAttribute& entry) { return entry.name == name; });
  return ParseWholeNumber<std::int64_t>(StoredOr(queue, name, attribute->fallback)).value_or(0);
}

Duration SecondsOf(const Queue& queue, std::string_view name) { return std::chrono::seconds(IntegerOf(queue, name)); }

}  // namespace

Result<Attributes> CheckAttributes(const Json& given, bool fifo) {
  Attributes checked;
  for (const auto& [name, value] : given.items()) {
    ASSIGN_OR_RETURN(std::string normalised, CheckAttribute(name, value.get_ref<const std::string&>(), fifo));
    checked.emplace(name, std::move(normalised));
  }
  return checked;
}

Result<void> ApplyAttributes(Queue& queue, const Attributes& changes) {
  Attributes& attributes = queue.attributes;
  for (const auto& [name, value] : changes) {
    if (value.empty()) {
      attributes.erase(name);
    } else {
      attributes[name] = value;
    }
  }
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html: one kind at a time.
  const bool kms = attributes.contains("KmsMasterKeyId");
  const auto wanted = changes.find("SqsManagedSseEnabled");
  if (kms && wanted != changes.end() && wanted->second == "true") return ConflictingEncryption();
  if (kms) attributes["SqsManagedSseEnabled"] = "false";
  if (StoredOr(queue, "FifoThroughputLimit", "perQueue") == "perMessageGroupId" &&
      StoredOr(queue, "DeduplicationScope", "queue") != "messageGroup") {
    return InvalidAttributeValue("FifoThroughputLimit",
                                 "DeduplicationScope must be messageGroup for perMessageGroupId.");
  }
  ParseAttributes(queue);
  return {};
}

void ParseAttributes(Queue& queue) {
  queue.arn = ArnOf(queue.address);
  queue.fifo = IsFifoName(queue.address.name);
  queue.content_based_deduplication = StoredOr(queue, "ContentBasedDeduplication", "false") == "true";
  queue.delay = SecondsOf(queue, "DelaySeconds");
  queue.retention = SecondsOf(queue, "MessageRetentionPeriod");
  queue.wait = SecondsOf(queue, "ReceiveMessageWaitTimeSeconds");
  queue.visibility = SecondsOf(queue, "VisibilityTimeout");
  queue.max_message_bytes = IntegerOf(queue, "MaximumMessageSize");
  queue.redrive.reset();
  if (const auto found = queue.attributes.find("RedrivePolicy"); found != queue.attributes.end()) {
    const Json policy = Json::parse(found->second);
    queue.redrive =
        RedrivePolicy{policy["deadLetterTargetArn"].get<std::string>(), policy["maxReceiveCount"].get<int>()};
  }
}

std::optional<std::string> VisibleAttribute(const Queue& queue, std::string_view name) {
  if (name == "QueueArn") return queue.arn;
  if (name == "CreatedTimestamp") return fmt::format("{}", EpochSeconds(queue.created_at));
  if (name == "LastModifiedTimestamp") return fmt::format("{}", EpochSeconds(queue.modified_at));
  const bool kms_period = name == "KmsDataKeyReusePeriodSeconds";
  if (kms_period && !queue.attributes.contains("KmsMasterKeyId")) return std::nullopt;
  if (const auto found = queue.attributes.find(name); found != queue.attributes.end()) return found->second;
  for (const IntegerAttribute& attribute : kIntegerAttributes) {
    if (attribute.name == name) return std::string(attribute.fallback);
  }
  if (name == "SqsManagedSseEnabled") return "true";
  if (!queue.fifo) return std::nullopt;
  if (name == "FifoQueue") return "true";
  for (const ChoiceAttribute& choice : kFifoChoices) {
    if (choice.name == name) return std::string(choice.first);
  }
  return std::nullopt;
}

const std::vector<std::string_view>& AttributeNames() {
  static const std::vector<std::string_view> kNames = {"Policy",
                                                       "VisibilityTimeout",
                                                       "MaximumMessageSize",
                                                       "MessageRetentionPeriod",
                                                       "ApproximateNumberOfMessages",
                                                       "ApproximateNumberOfMessagesNotVisible",
                                                       "CreatedTimestamp",
                                                       "LastModifiedTimestamp",
                                                       "QueueArn",
                                                       "ApproximateNumberOfMessagesDelayed",
                                                       "DelaySeconds",
                                                       "ReceiveMessageWaitTimeSeconds",
                                                       "RedrivePolicy",
                                                       "FifoQueue",
                                                       "ContentBasedDeduplication",
                                                       "KmsMasterKeyId",
                                                       "KmsDataKeyReusePeriodSeconds",
                                                       "DeduplicationScope",
                                                       "FifoThroughputLimit",
                                                       "RedriveAllowPolicy",
                                                       "SqsManagedSseEnabled"};
  return kNames;
}

bool RedriveAllowPolicy::Allows(std::string_view source_arn) const {
  if (permission != Permission::kByQueue) return permission == Permission::kAllowAll;
  return std::find(source_arns.begin(), source_arns.end(), source_arn) != source_arns.end();
}

RedriveAllowPolicy RedriveAllowPolicyOf(const Queue& queue) {
  RedriveAllowPolicy policy;
  const auto found = queue.attributes.find("RedriveAllowPolicy");
  if (found == queue.attributes.end()) return policy;
  const Json parsed = Json::parse(found->second);
  if (parsed["redrivePermission"] == "denyAll") policy.permission = RedriveAllowPolicy::Permission::kDenyAll;
  if (parsed["redrivePermission"] == "byQueue") {
    policy.permission = RedriveAllowPolicy::Permission::kByQueue;
    policy.source_arns = parsed["sourceQueueArns"].get<std::vector<std::string>>();
  }
  return policy;
}

}  // namespace stratolite::sqs
