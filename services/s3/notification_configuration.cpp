#include "s3/notification_configuration.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

struct KindNames {
  std::string_view list;
  std::string_view arn;
  std::string_view service;
  std::string_view argument;
  std::string_view noun;
};

/// In the order of TargetKind.
constexpr std::array<KindNames, 3> kKindNames = {{
    {"TopicConfigurations", "TopicArn", "sns", "Topic", "topic"},
    {"QueueConfigurations", "QueueArn", "sqs", "Queue", "queue"},
    {"LambdaFunctionConfigurations", "LambdaFunctionArn", "lambda", "CloudFunction", "Lambda"},
}};

const KindNames& NamesOf(TargetKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
constexpr std::array<std::string_view, 31> kKnownEvents = {
    "s3:ReducedRedundancyLostObject",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Post",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationReplicatedAfterThreshold",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectAcl:Put",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete",
    "s3:ObjectAnnotation:*",
    "s3:ObjectAnnotation:Put",
    "s3:ObjectAnnotation:Delete",
    "s3:ObjectRetention:Put",
};

constexpr std::size_t kMaxFilterValue = 1024;

/// `s3:ObjectCreated:*` covers `s3:ObjectCreated:Put`, and everything itself.
bool Covers(std::string_view configured, std::string_view event) {
  if (configured.ends_with(":*")) return event.starts_with(configured.substr(0, configured.size() - 1));
  return configured == event;
}

bool EventsOverlap(const Subscription& a, const Subscription& b) {
  for (const std::string& one : a.events) {
    for (const std::string& other : b.events) {
      if (Covers(one, other) || Covers(other, one)) return true;
    }
  }
  return false;
}

/// Whether some key may pass both filters: of two prefixes one begins the other, of two suffixes one ends the other.
bool FiltersOverlap(const Subscription& a, const Subscription& b) {
  const bool prefixes = a.prefix.starts_with(b.prefix) || b.prefix.starts_with(a.prefix);
  const bool suffixes = a.suffix.ends_with(b.suffix) || b.suffix.ends_with(a.suffix);
  return prefixes && suffixes;
}

/// Reads the filter's rules; answers them as AWS shows them: `Prefix` and `Suffix`, whatever case they were sent in.
Result<Json> ReadFilter(const Json& filter, Subscription& subscription) {
  Json rules = Json::array();
  std::set<std::string> seen;
  const Json& key = Fields(filter).Object("Key");
  for (const Json& rule : Fields(key).List("FilterRules")) {
    const Fields in(rule);
    if (!in.Has("Name") || !in.Has("Value")) return MalformedXml();
    const std::string sent = in.StringOr("Name", "");
    const std::string name = AsciiLower(sent);
    const std::string value = in.StringOr("Value", "");
    if (name != "prefix" && name != "suffix") {
      return InvalidArgument("filter rule name must be either prefix or suffix", sent, value);
    }
    if (!seen.insert(name).second) {
      return InvalidArgument("Cannot specify more than one " + name + " rule in a filter.", sent, value);
    }
    if (value.size() > kMaxFilterValue)
      return InvalidArgument("Filter rule value cannot be longer than 1024", sent, value);
    (name == "prefix" ? subscription.prefix : subscription.suffix) = value;
    rules.push_back({{"Name", name == "prefix" ? "Prefix" : "Suffix"}, {"Value", value}});
  }
  return Json{{"Key", {{"FilterRules", std::move(rules)}}}};
}

/// One entry as it was sent: as a Subscription and as AWS shows it.
Result<std::pair<Subscription, Json>> ReadEntry(const Json& entry, TargetKind kind, runtime::Random& random) {
  const KindNames& names = NamesOf(kind);
  const Fields in(entry);
  Subscription subscription;
  subscription.kind = kind;
  subscription.events = in.Strings("Events");
  const std::string arn = in.StringOr(names.arn, "");
  if (!in.Has(names.arn) || subscription.events.empty()) return MalformedXml();
  const std::optional<Arn> target = Arn::Parse(arn);
  if (!target || target->service != names.service || target->resource.empty()) {
    return InvalidArgument("The ARN could not be parsed", names.argument, arn);
  }
  subscription.target = *target;
  for (const std::string& event : subscription.events) {
    if (std::find(kKnownEvents.begin(), kKnownEvents.end(), event) == kKnownEvents.end()) {
      return InvalidArgument("The event '" + event + "' is not supported for notifications", "Event", event);
    }
  }
  subscription.id = in.StringOr("Id", "");
  if (subscription.id.empty()) subscription.id = Base64Encode(random.Uuid());

  Json shown = {{"Id", subscription.id}, {names.arn, arn}, {"Events", subscription.events}};
  if (in.Has("Filter")) {
    ASSIGN_OR_RETURN(shown["Filter"], ReadFilter(in.Object("Filter"), subscription));
  }
  return std::pair(std::move(subscription), std::move(shown));
}

Result<void> CheckTogether(const std::vector<Subscription>& subscriptions) {
  for (std::size_t i = 0; i < subscriptions.size(); ++i) {
    for (std::size_t j = i + 1; j < subscriptions.size(); ++j) {
      const Subscription& a = subscriptions[i];
      const Subscription& b = subscriptions[j];
      if (a.id == b.id) {
        return InvalidArgument("Same ID used for multiple configurations. IDs must be unique", "Id", a.id);
      }
      if (!EventsOverlap(a, b) || !FiltersOverlap(a, b)) continue;
      const bool filtered = !a.prefix.empty() || !a.suffix.empty() || !b.prefix.empty() || !b.suffix.empty();
      return MakeError(
          "InvalidArgument",
          filtered
              ? "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes "
                "are overlapping for the same event type."
              : "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
          400);
    }
  }
  return {};
}

}  // namespace

bool Subscription::Matches(std::string_view event, std::string_view key) const {
  if (!key.starts_with(prefix) || !key.ends_with(suffix)) return false;
  return std::any_of(events.begin(), events.end(), [&](const std::string& configured) {
    return Covers(std::string_view(configured).substr(3), event);
  });
}

Result<NotificationConfiguration> ParseNotificationConfiguration(const Json& input, runtime::Random& random) {
  NotificationConfiguration configuration;
  const Fields in(input);
  for (const TargetKind kind : kTargetKinds) {
    const std::string list(NamesOf(kind).list);
    for (const Json& entry : in.List(list)) {
      ASSIGN_OR_RETURN(auto read, ReadEntry(entry, kind, random));
      configuration.subscriptions.push_back(std::move(read.first));
      configuration.document[list].push_back(std::move(read.second));
    }
  }
  RETURN_IF_ERROR(CheckTogether(configuration.subscriptions));
  if (in.Has("EventBridgeConfiguration")) {
    configuration.event_bridge = true;
    configuration.document["EventBridgeConfiguration"] = Json::object();
  }
  return configuration;
}

NotificationConfiguration RestoreNotificationConfiguration(Json document) {
  NotificationConfiguration configuration;
  for (const TargetKind kind : kTargetKinds) {
    const KindNames& names = NamesOf(kind);
    for (const Json& entry : Fields(document).List(names.list)) {
      const Fields in(entry);
      Subscription& subscription = configuration.subscriptions.emplace_back();
      subscription.kind = kind;
      subscription.id = in.StringOr("Id", "");
      subscription.target = Arn::Parse(in.StringOr(names.arn, "")).value_or(Arn{});
      subscription.events = in.Strings("Events");
      const Json& key = Fields(in.Object("Filter")).Object("Key");
      for (const Json& rule : Fields(key).List("FilterRules")) {
        (rule["Name"] == "Prefix" ? subscription.prefix : subscription.suffix) = rule["Value"].get<std::string>();
      }
    }
  }
  configuration.event_bridge = document.contains("EventBridgeConfiguration");
  configuration.document = std::move(document);
  return configuration;
}

std::string_view ArgumentNameOf(TargetKind kind) { return NamesOf(kind).argument; }
std::string_view NounOf(TargetKind kind) { return NamesOf(kind).noun; }

}  // namespace stratolite::s3
