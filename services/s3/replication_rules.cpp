#include "s3/replication_rules.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "s3/errors.hpp"
#include "s3/object_tags.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kMaxReplicationRules = 1000;
constexpr std::size_t kMaxReplicationRuleId = 255;
constexpr std::size_t kMaxRulePrefix = 1024;
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html
constexpr std::int64_t kReplicationMinutes = 15;
constexpr std::size_t kGeneratedIdLength = 48;
constexpr std::string_view kRuleIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kArnPrefix = "arn:";

bool IsEnabled(const Json& parent, std::string_view member) {
  return Fields(Fields(parent).Object(member)).StringOr("Status", "") == "Enabled";
}

AwsError WrongSchemaVersion(std::string_view what) {
  return InvalidRequest(std::string(what) +
                        " for this version of Cross Region Replication configuration schema. Please refer to S3 "
                        "Developer Guide for more information.");
}

bool HasTags(const Json& filter) {
  const Fields fields(filter);
  return fields.Has("Tag") || !Fields(fields.Object("And")).List("Tags").empty();
}

Result<void> CheckFilter(const Json& filter) {
  const Fields fields(filter);
  // The schema has a choice of one there.
  if (fields.Has("Prefix") + fields.Has("Tag") + fields.Has("And") > 1) return MalformedXml();
  Json tags = Fields(fields.Object("And")).List("Tags");
  if (const Json* const tag = fields.Find("Tag")) tags.push_back(*tag);
  if (!tags.empty()) RETURN_IF_ERROR(ValidateTagSet(tags, TagSubject::kObject));
  const std::string prefix = fields.StringOr("Prefix", Fields(fields.Object("And")).StringOr("Prefix", ""));
  if (prefix.size() > kMaxRulePrefix) {
    return InvalidRequest("The maximum size of a prefix is 1024.");
  }
  return {};
}

Result<void> CheckDestination(const Json& rule) {
  const Fields destination(Fields(rule).Object("Destination"));
  const Json& time = destination.Object("ReplicationTime");
  const Json& metrics = destination.Object("Metrics");
  const bool timed = IsEnabled(Fields(rule).Object("Destination"), "ReplicationTime");
  if (timed && !IsEnabled(Fields(rule).Object("Destination"), "Metrics")) {
    return InvalidRequest("Replication destination must contain both ReplicationTime and Metrics or neither.");
  }
  for (const Json* minutes : {&Fields(time).Object("Time"), &Fields(metrics).Object("EventThreshold")}) {
    if (Fields(*minutes).IntOr("Minutes", kReplicationMinutes) != kReplicationMinutes) {
      return InvalidRequest("Replication Time Control and its metrics support a threshold of 15 minutes only.");
    }
  }
  const std::string storage_class = destination.StringOr("StorageClass", "STANDARD");
  if (storage_class == "OUTPOSTS" || storage_class == "SNOW" || storage_class == "EXPRESS_ONEZONE" ||
      storage_class.starts_with("FSX") || storage_class.starts_with("AWS_BACKUP")) {
    return InvalidStorageClass(storage_class);
  }
  const bool translates = destination.Has("AccessControlTranslation");
  if (translates && !destination.Has("Account")) {
    return InvalidRequest("Account must be specified along with AccessControlTranslation.");
  }
  const bool takes_kms = IsEnabled(Fields(rule).Object("SourceSelectionCriteria"), "SseKmsEncryptedObjects");
  const bool has_key = !Fields(destination.Object("EncryptionConfiguration")).StringOr("ReplicaKmsKeyID", "").empty();
  if (takes_kms && !has_key) {
    return InvalidRequest("EncryptionConfiguration must be specified if SseKmsEncryptedObjects tag is present.");
  }
  if (has_key && !Fields(Fields(rule).Object("SourceSelectionCriteria")).Has("SseKmsEncryptedObjects")) {
    return InvalidRequest("SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.");
  }
  return {};
}

Result<void> CheckRule(const Json& rule) {
  const Fields fields(rule);
  if (fields.StringOr("ID", "").size() > kMaxReplicationRuleId) {
    return InvalidArgument("ID length should not exceed allowed limit of 255", "ID", fields.StringOr("ID", ""));
  }
  // Seen of AWS since existing objects are replicated by batch jobs.
  if (fields.Has("ExistingObjectReplication")) return MalformedXml();
  if (const Json* const filter = fields.Find("Filter")) {
    if (fields.Has("Prefix")) return MalformedXml();
    if (!fields.Has("Priority")) return WrongSchemaVersion("Priority must be specified");
    if (!fields.Has("DeleteMarkerReplication")) return WrongSchemaVersion("DeleteMarkerReplication must be specified");
    RETURN_IF_ERROR(CheckFilter(*filter));
    if (HasTags(*filter) && IsEnabled(rule, "DeleteMarkerReplication")) {
      return InvalidRequest(
          "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer "
          "Guide for more information.");
    }
  } else {
    if (!fields.Has("Prefix")) return MalformedXml();
    if (fields.Has("Priority")) return WrongSchemaVersion("Priority cannot be used");
    if (fields.Has("DeleteMarkerReplication")) {
      return WrongSchemaVersion("DeleteMarkerReplication cannot be used");
    }
  }
  return CheckDestination(rule);
}

bool Matches(const Json& rule, const Object& object) {
  const Fields fields(rule);
  const Fields filter(fields.Object("Filter"));
  const Fields both(filter.Object("And"));
  const std::string prefix = fields.StringOr("Prefix", filter.StringOr("Prefix", both.StringOr("Prefix", "")));
  if (!object.key.starts_with(prefix)) return false;
  const auto has = [&](const Json& tag) {
    const auto found = object.tags.find(Fields(tag).StringOr("Key", ""));
    return found != object.tags.end() && found->second == Fields(tag).StringOr("Value", "");
  };
  if (const Json* const tag = filter.Find("Tag"); tag != nullptr && !has(*tag)) return false;
  const Json& tags = both.List("Tags");
  return std::all_of(tags.begin(), tags.end(), has);
}

/// What a rule that matches leaves out.
bool Takes(const Json& rule, const Object& object) {
  // Rules of the first version take delete markers always.
  if (object.is_delete_marker) return !Fields(rule).Has("Filter") || IsEnabled(rule, "DeleteMarkerReplication");
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnt-replicated.html
  if (object.storage_class == "GLACIER" || object.storage_class == "DEEP_ARCHIVE") return false;
  const bool kms = object.details.encryption.method == Encryption::Method::kKms ||
                   object.details.encryption.method == Encryption::Method::kDoubleKms;
  return !kms || IsEnabled(Fields(rule).Object("SourceSelectionCriteria"), "SseKmsEncryptedObjects");
}

}  // namespace

Result<Json> ParseReplication(const Json& given, std::string_view bucket, runtime::Random& random) {
  Json kept = given;
  Json& rules = kept["Rules"];
  if (rules.empty()) return MalformedXml();
  if (rules.size() > kMaxReplicationRules) {
    return InvalidRequest("The number of replication rules must not exceed the allowed limit of 1000 rules.");
  }
  if (!Arn::Parse(Fields(given).StringOr("Role", ""))) {
    return InvalidArgument("Invalid Role ARN", "Role", Fields(given).StringOr("Role", ""));
  }
  std::set<std::string> ids;
  std::set<std::string> targets;
  std::set<std::pair<std::string, std::int64_t>> priorities;
  bool any_filter = false;
  bool all_filters = true;
  for (Json& rule : rules) {
    RETURN_IF_ERROR(CheckRule(rule));
    if (Fields(rule).StringOr("ID", "").empty()) rule["ID"] = random.String(kGeneratedIdLength, kRuleIdAlphabet);
    if (!ids.insert(rule["ID"]).second) {
      return InvalidArgument("Rule Id must be unique. Found same Id for more than one rule", "ID",
                             rule["ID"].get<std::string>());
    }
    const std::string arn = rule["Destination"]["Bucket"];
    if (!arn.starts_with(kArnPrefix) || !Arn::Parse(arn)) return InvalidArgument("Invalid bucket ARN", "Bucket", arn);
    const std::string target = ReplicationTarget(rule);
    if (target == bucket) return InvalidRequest("Destination bucket cannot be the same as the source bucket.");
    targets.insert(target);
    const bool filtered = Fields(rule).Has("Filter");
    any_filter = any_filter || filtered;
    all_filters = all_filters && filtered;
    if (filtered && !priorities.emplace(target, Fields(rule).IntOr("Priority", 0)).second) {
      return InvalidRequest("Found duplicate priority " + std::to_string(Fields(rule).IntOr("Priority", 0)));
    }
  }
  if (any_filter && !all_filters) return MalformedXml();
  if (!any_filter && targets.size() > 1) {
    return InvalidRequest("Number of distinct destination bucket ARNs cannot exceed 1");
  }
  return kept;
}

std::string ReplicationTarget(const Json& rule) {
  const auto arn = Arn::Parse(Fields(Fields(rule).Object("Destination")).StringOr("Bucket", ""));
  return arn ? arn->resource : std::string();
}

std::vector<const Json*> RulesThatReplicate(const Json& configuration, const Object& object) {
  std::map<std::string, const Json*> by_target;
  for (const Json& rule : Fields(configuration).List("Rules")) {
    if (Fields(rule).StringOr("Status", "") != "Enabled" || !Matches(rule, object)) continue;
    const Json*& chosen = by_target[ReplicationTarget(rule)];
    if (chosen == nullptr || Fields(*chosen).IntOr("Priority", 0) < Fields(rule).IntOr("Priority", 0)) chosen = &rule;
  }
  std::vector<const Json*> rules;
  for (const auto& [target, rule] : by_target) {
    if (Takes(*rule, object)) rules.push_back(rule);
  }
  return rules;
}

bool ReplicatesModifications(const Json& rule) {
  return IsEnabled(Fields(rule).Object("SourceSelectionCriteria"), "ReplicaModifications");
}

bool HasReplicationMetrics(const Json& rule) { return IsEnabled(Fields(rule).Object("Destination"), "Metrics"); }

}  // namespace stratolite::s3
