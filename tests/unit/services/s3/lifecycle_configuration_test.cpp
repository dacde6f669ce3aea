#include "s3/lifecycle_configuration.hpp"

#include <tuple>

#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"
#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

/// A rule about everything, with `more` members in the place of its own.
Json RuleWith(Json more) {
  Json rule = {{"Status", "Enabled"}, {"Filter", Json::object()}};
  rule.update(more);
  return rule;
}

Json OfPrefix(const std::string& prefix, Json more) {
  more["Prefix"] = prefix;
  more["Status"] = "Enabled";
  return more;
}

const Json kSoon = {{"Days", 1}};

class LifecycleConfigurationTest : public S3Test {
 protected:
  static Json Putting(const std::vector<Json>& rules) {
    return {{"Bucket", "bucket"}, {"LifecycleConfiguration", {{"Rules", Json(rules)}}}};
  }
  Json RulesAfter(const std::vector<Json>& rules) {
    s3_.MustCall("PutBucketLifecycleConfiguration", Putting(rules));
    return s3_.MustCall("GetBucketLifecycleConfiguration", {{"Bucket", "bucket"}})["Rules"];
  }
};

TEST_F(LifecycleConfigurationTest, ABucketHasNoneAtFirstAndNoneAfterItsDeletion) {
  EXPECT_EQ(s3_.ErrorCode("GetBucketLifecycleConfiguration", {{"Bucket", "bucket"}}), "NoSuchLifecycleConfiguration");
  RulesAfter({RuleWith({{"Expiration", kSoon}})});
  s3_.MustCall("DeleteBucketLifecycle", {{"Bucket", "bucket"}});
  const AwsError error = Error("GetBucketLifecycleConfiguration", {{"Bucket", "bucket"}});
  EXPECT_EQ(error.code, "NoSuchLifecycleConfiguration");
  EXPECT_EQ(error.message, "The lifecycle configuration does not exist");
  EXPECT_EQ(error.http_status, 404);
  s3_.MustCall("DeleteBucketLifecycle", {{"Bucket", "bucket"}});
}

TEST_F(LifecycleConfigurationTest, RulesComeBackAsTheyWereWithIds) {
  const Json filter = {{"And", {{"Prefix", ""}, {"ObjectSizeGreaterThan", 0}}}};
  const Json rules = RulesAfter({RuleWith({{"ID", "mine"}, {"Filter", filter}, {"Expiration", kSoon}}),
                                 RuleWith({{"NoncurrentVersionExpiration", {{"NoncurrentDays", 3}}}})});
  EXPECT_EQ(rules[0], RuleWith({{"ID", "mine"}, {"Filter", filter}, {"Expiration", kSoon}}));
  EXPECT_EQ(rules[1]["ID"].get<std::string>().size(), 48U);
  EXPECT_EQ(rules[1]["Filter"], Json::object());
}

TEST_F(LifecycleConfigurationTest, TheDefaultMinimumSizeIsKeptAndAnswered) {
  Json request = Putting({RuleWith({{"Expiration", kSoon}})});
  EXPECT_EQ(s3_.MustCall("PutBucketLifecycleConfiguration", request)["TransitionDefaultMinimumObjectSize"],
            "all_storage_classes_128K");
  request["TransitionDefaultMinimumObjectSize"] = "varies_by_storage_class";
  s3_.MustCall("PutBucketLifecycleConfiguration", request);
  EXPECT_EQ(
      s3_.MustCall("GetBucketLifecycleConfiguration", {{"Bucket", "bucket"}})["TransitionDefaultMinimumObjectSize"],
      "varies_by_storage_class");
  request["TransitionDefaultMinimumObjectSize"] = "small";
  EXPECT_EQ(s3_.ErrorCode("PutBucketLifecycleConfiguration", request), "InvalidRequest");
}

/// What is refused: the rules, the code, the message (empty: the code's usual one).
struct RefusedRules {
  const char* what;
  std::vector<Json> rules;
  const char* code;
  const char* message;
};

Json DateOf(const char* text) { return ToJson(*ParseIso8601(text)); }

Json MoveAfter(int days, const char* storage_class) { return {{"Days", days}, {"StorageClass", storage_class}}; }

std::vector<RefusedRules> FormRefusals() {
  const Json expires = {{"Expiration", kSoon}};
  return {
      {"no rules", {}, "InvalidRequest", "At least one lifecycle rule must be specified."},
      {"a long id",
       {RuleWith({{"ID", std::string(256, 'i')}, {"Expiration", kSoon}})},
       "InvalidArgument",
       "ID length should not exceed allowed limit of 255"},
      {"one id twice",
       {RuleWith({{"ID", "a"}, {"Expiration", kSoon}}), RuleWith({{"ID", "a"}, {"Expiration", kSoon}})},
       "InvalidArgument",
       "Rule ID must be unique. Found same ID for more than one rule"},
      {"another status", {RuleWith({{"Status", "enabled"}, {"Expiration", kSoon}})}, "MalformedXML", ""},
      {"neither prefix nor filter", {Json{{"Status", "Enabled"}, {"Expiration", kSoon}}}, "MalformedXML", ""},
      {"no action",
       {RuleWith(Json::object())},
       "InvalidRequest",
       "At least one action needs to be specified in a rule"},
      {"a prefix beside filters",
       {RuleWith(expires), OfPrefix("a", expires)},
       "InvalidRequest",
       "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter."},
      {"a filter beside prefixes",
       {OfPrefix("a", expires), RuleWith(expires)},
       "InvalidRequest",
       "Filter element can only be used in Lifecycle V2."},
      {"overlapping prefixes",
       {OfPrefix("ab", expires), OfPrefix("a", expires)},
       "InvalidRequest",
       "Found overlapping prefixes 'a' and 'ab' for same action type 'Expiration'"},
      {"two predicates without And",
       {RuleWith({{"Filter", {{"Prefix", "a"}, {"ObjectSizeLessThan", 5}}}, {"Expiration", kSoon}})},
       "MalformedXML",
       ""},
      {"And of one", {RuleWith({{"Filter", {{"And", {{"Prefix", "a"}}}}}, {"Expiration", kSoon}})}, "MalformedXML", ""},
      {"sizes that exclude each other",
       {RuleWith({{"Filter", {{"And", {{"ObjectSizeGreaterThan", 25}, {"ObjectSizeLessThan", 15}}}}},
                  {"Expiration", kSoon}})},
       "InvalidRequest",
       "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'."},
      {"a negative size",
       {RuleWith({{"Filter", {{"ObjectSizeGreaterThan", -1}}}, {"Expiration", kSoon}})},
       "InvalidRequest",
       "'ObjectSizeGreaterThan' should be between 0 and 1099511627776000."},
  };
}

std::vector<RefusedRules> ActionRefusals() {
  const Json tags = {{"Filter", {{"Tag", {{"Key", "k"}, {"Value", "v"}}}}}};
  const Json sizes = {{"Filter", {{"ObjectSizeLessThan", 5}}}};
  const auto with = [](Json base, const Json& more) { return base.update(more), RuleWith(base); };
  return {
      {"no days at all", {RuleWith({{"Expiration", Json::object()}})}, "MalformedXML", ""},
      {"days and date",
       {RuleWith({{"Expiration", {{"Days", 1}, {"Date", DateOf("2030-01-01T00:00:00Z")}}}})},
       "MalformedXML",
       ""},
      {"zero days",
       {RuleWith({{"Expiration", {{"Days", 0}}}})},
       "InvalidArgument",
       "'Days' for Expiration action must be a positive integer"},
      {"noon",
       {RuleWith({{"Expiration", {{"Date", DateOf("2030-01-01T12:00:00Z")}}}})},
       "InvalidArgument",
       "'Date' must be at midnight GMT"},
      {"markers by tags",
       {with({{"Expiration", {{"ExpiredObjectDeleteMarker", true}}}}, tags)},
       "InvalidRequest",
       "ExpiredObjectDeleteMarker cannot be specified with Tags."},
      {"markers by size",
       {with({{"Expiration", {{"ExpiredObjectDeleteMarker", true}}}}, sizes)},
       "InvalidRequest",
       "ExpiredObjectDeleteMarker cannot be specified with Object Size."},
      {"uploads by tags",
       {with({{"AbortIncompleteMultipartUpload", {{"DaysAfterInitiation", 1}}}}, tags)},
       "InvalidRequest",
       "AbortIncompleteMultipartUpload cannot be specified with Tags."},
      {"uploads at once",
       {RuleWith({{"AbortIncompleteMultipartUpload", {{"DaysAfterInitiation", 0}}}})},
       "InvalidArgument",
       "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"},
      {"noncurrent at once",
       {RuleWith({{"NoncurrentVersionExpiration", {{"NoncurrentDays", 0}}}})},
       "InvalidArgument",
       "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"},
      {"only a number of versions",
       {RuleWith({{"NoncurrentVersionExpiration", {{"NewerNoncurrentVersions", 2}}}})},
       "MalformedXML",
       ""},
      {"infrequent access too early",
       {RuleWith({{"Transitions", {MoveAfter(20, "STANDARD_IA")}}})},
       "InvalidArgument",
       "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'"},
      {"a class that is none", {RuleWith({{"Transitions", {MoveAfter(20, "STANDARD")}}})}, "MalformedXML", ""},
      {"one class twice",
       {RuleWith({{"Transitions", {MoveAfter(1, "GLACIER"), MoveAfter(2, "GLACIER")}}})},
       "InvalidRequest",
       "'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=)'"},
      {"not thirty days of infrequent access",
       {RuleWith({{"Filter", {{"Prefix", "doc/"}}},
                  {"Transitions", {MoveAfter(30, "STANDARD_IA"), MoveAfter(45, "GLACIER")}}})},
       "InvalidArgument",
       "'Days' in the 'Transition' action for StorageClass 'GLACIER' for filter '(prefix=doc/)' must be 30 days more "
       "than 'Days' in the 'Transition' action for StorageClass 'STANDARD_IA' for filter '(prefix=doc/)'"},
      {"gone before it moves",
       {RuleWith({{"Expiration", {{"Days", 40}}}, {"Transitions", {MoveAfter(40, "GLACIER")}}})},
       "InvalidArgument",
       "'Days' in the Expiration action for filter '(prefix=)' must be greater than 'Days' in the Transition action"},
      {"a date and days",
       {RuleWith(
           {{"Expiration", {{"Date", DateOf("2030-01-01T00:00:00Z")}}}, {"Transitions", {MoveAfter(40, "GLACIER")}}})},
       "InvalidRequest",
       "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter "
       "'(prefix=)'"},
  };
}

TEST_F(LifecycleConfigurationTest, WhatAwsRefusesIsRefusedInItsWords) {
  std::vector<RefusedRules> refusals = FormRefusals();
  for (RefusedRules& refusal : ActionRefusals()) refusals.push_back(std::move(refusal));
  for (const RefusedRules& refusal : refusals) {
    SCOPED_TRACE(refusal.what);
    const AwsError error = Error("PutBucketLifecycleConfiguration", Putting(refusal.rules));
    EXPECT_EQ(error.code, refusal.code);
    const std::string message = *refusal.message == '\0' ? error.message : refusal.message;
    EXPECT_EQ(error.message, message);
  }
  EXPECT_EQ(s3_.ErrorCode("GetBucketLifecycleConfiguration", {{"Bucket", "bucket"}}), "NoSuchLifecycleConfiguration");
}

TEST_F(LifecycleConfigurationTest, AThousandRulesAreAsManyAsThereMayBe) {
  std::vector<Json> rules;
  for (int i = 0; i < 1000; ++i) {
    rules.push_back(RuleWith({{"Filter", {{"Prefix", std::to_string(i) + "/"}}}, {"Expiration", kSoon}}));
  }
  EXPECT_EQ(RulesAfter(rules).size(), 1000U);
  rules.push_back(RuleWith({{"Expiration", kSoon}}));
  EXPECT_EQ(s3_.ErrorCode("PutBucketLifecycleConfiguration", Putting(rules)), "InvalidRequest");
}

}  // namespace
}  // namespace stratolite::s3
