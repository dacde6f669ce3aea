#include <gtest/gtest.h>

#include <mutex>

#include "s3/s3.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"
#include "stratolite/wire/model_registry.hpp"
#include "support/service_harness.hpp"

namespace stratolite::s3 {
namespace {

using namespace std::chrono_literals;
using stratolite::testing::ServiceHarness;

/// Stands in for SQS: every queue exists but those whose name begins with `missing`; what arrives is told by its admin page.
class Queues final : public Service, public DeliveryTarget {
 public:
  explicit Queues(const ServiceDeps& deps) { deps.events.Offer("sqs", this); }

  void Register(OperationTable&) override {}
  Result<void> CheckTarget(const Arn& target) override {
    if (target.resource.starts_with("missing")) return AwsError{"QueueDoesNotExist", "no"};
    return {};
  }
  Result<void> Deliver(storage::Txn&, const Delivery& delivery) override {
    const std::scoped_lock lock(mutex_);
    taken_.push_back({{"queue", delivery.target.resource},
                      {"source", delivery.source_arn.ToString()},
                      {"service", delivery.source_service},
                      {"account", delivery.source_account.str()},
                      {"body", Json::parse(delivery.body)}});
    return {};
  }
  std::optional<Result<Json>> Admin(const AdminRequest&) override {
    const std::scoped_lock lock(mutex_);
    return Result<Json>(std::exchange(taken_, Json::array()));
  }

 private:
  std::mutex mutex_;
  Json taken_ = Json::array();
};

constexpr ServiceDescriptor kQueues{.name = "sqs", .make = [](const ServiceDeps& deps) -> std::unique_ptr<Service> {
                                      return std::make_unique<Queues>(deps);
                                    }};

Json Queue(const std::string& name, Json events = {"s3:ObjectCreated:*"}) {
  return {{"QueueArn", "arn:aws:sqs:us-east-1:123456789012:" + name}, {"Events", std::move(events)}};
}

Json Filter(const std::string& name, const std::string& value) {
  return {{"Key", {{"FilterRules", {{{"Name", name}, {"Value", value}}}}}}};
}

Json With(Json object, const std::string& name, Json value) {
  object[name] = std::move(value);
  return object;
}

/// Stand in for SNS and EventBridge: what arrives is told by the admin page.
class Elsewhere final : public Service, public DeliveryTarget {
 public:
  Elsewhere(const ServiceDeps& deps, const char* service) { deps.events.Offer(service, this); }

  void Register(OperationTable&) override {}
  Result<void> CheckTarget(const Arn& target) override {
    if (target.resource.starts_with("missing")) return AwsError{"NotFound", "no"};
    return {};
  }
  Result<void> Deliver(storage::Txn&, const Delivery& delivery) override {
    const std::scoped_lock lock(mutex_);
    taken_.push_back({{"target", delivery.target.ToString()},
                      {"parameters", delivery.parameters},
                      {"body", Json::parse(delivery.body)}});
    return {};
  }
  std::optional<Result<Json>> Admin(const AdminRequest&) override {
    const std::scoped_lock lock(mutex_);
    return Result<Json>(std::exchange(taken_, Json::array()));
  }

 private:
  std::mutex mutex_;
  Json taken_ = Json::array();
};

constexpr ServiceDescriptor kTopics{.name = "sns", .make = [](const ServiceDeps& deps) -> std::unique_ptr<Service> {
                                      return std::make_unique<Elsewhere>(deps, "sns");
                                    }};
constexpr ServiceDescriptor kBuses{.name = "events", .make = [](const ServiceDeps& deps) -> std::unique_ptr<Service> {
                                     return std::make_unique<Elsewhere>(deps, "events");
                                   }};

class OtherTargetsTest : public ::testing::Test {
 protected:
  void SetUp() override { s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}}); }

  void Configure(Json configuration) {
    s3_.MustCall("PutBucketNotificationConfiguration",
                 {{"Bucket", "bucket"}, {"NotificationConfiguration", std::move(configuration)}});
  }
  Json Taken(const char* service) {
    s3_.Advance(Duration::zero());
    return *s3_.world().FindService(service)->Admin({.path = "", .query = {}, .default_scope = {}})->operator->();
  }

  ServiceHarness s3_{std::vector{kDescriptor, kTopics, kBuses}};
};

class NotificationsTest : public ::testing::Test {
 protected:
  void SetUp() override { s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}}); }

  Result<Json> Configure(Json queues, bool skip = false) {
    return s3_.Call("PutBucketNotificationConfiguration",
                    {{"Bucket", "bucket"},
                     {"NotificationConfiguration", {{"QueueConfigurations", std::move(queues)}}},
                     {"SkipDestinationValidation", skip}});
  }
  void MustConfigure(Json queues) {
    const auto outcome = Configure(std::move(queues));
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    Taken();
  }
  void Put(const std::string& key, const std::string& body = "something") {
    s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", key}, {"Body", body}});
  }
  /// What has arrived since the last time.
  Json Taken() {
    s3_.Advance(0s);
    return *s3_.world().FindService("sqs")->Admin({}).value();
  }
  /// `event key` of each.
  std::vector<std::string> TakenEvents() {
    std::vector<std::string> events;
    for (const Json& message : Taken()) {
      const Json& record = message["body"]["Records"][0];
      events.push_back(record["eventName"].get<std::string>() + " " + record["s3"]["object"]["key"].get<std::string>());
    }
    return events;
  }

  ServiceHarness s3_{std::vector{kDescriptor, kQueues}};
};

using Events = std::vector<std::string>;

TEST_F(NotificationsTest, AnObjectThatIsPutIsToldInAWholeRecord) {
  MustConfigure({With(Queue("q"), "Id", "mine")});
  Put("a key/\xC3\xA4=1~.txt");
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0]["queue"], "q");
  EXPECT_EQ(taken[0]["source"], "arn:aws:s3:::bucket");
  EXPECT_EQ(taken[0]["service"], "s3.amazonaws.com");
  EXPECT_EQ(taken[0]["account"], "123456789012");
  Json record = taken[0]["body"]["Records"][0];
  EXPECT_EQ(taken[0]["body"]["Records"].size(), 1U);
  EXPECT_EQ(record["s3"]["object"]["sequencer"].get<std::string>().size(), 18U);
  EXPECT_FALSE(record["responseElements"]["x-amz-request-id"].get<std::string>().empty());
  EXPECT_EQ(record["responseElements"]["x-amz-id-2"].get<std::string>().size(), 76U);
  EXPECT_EQ(record["s3"]["bucket"]["ownerIdentity"], record["userIdentity"]) << "the root user is the account";
  EXPECT_EQ(record["userIdentity"]["principalId"].get<std::string>().size(), 14U);
  for (const char* varying : {"responseElements", "userIdentity"}) record.erase(varying);
  record["s3"]["object"].erase("sequencer");
  record["s3"]["bucket"].erase("ownerIdentity");
  EXPECT_EQ(
      record,
      (Json{{"eventVersion", "2.1"},
            {"eventSource", "aws:s3"},
            {"awsRegion", "us-east-1"},
            {"eventTime", "2026-01-02T03:04:05.000Z"},
            {"eventName", "ObjectCreated:Put"},
            {"requestParameters", {{"sourceIPAddress", "127.0.0.1"}}},
            {"s3",
             {{"s3SchemaVersion", "1.0"},
              {"configurationId", "mine"},
              {"bucket", {{"name", "bucket"}, {"arn", "arn:aws:s3:::bucket"}}},
              {"object",
               {{"key", "a+key/%C3%A4%3D1%7E.txt"}, {"size", 9}, {"eTag", "437b930db84b8079c2dd804a71936b5f"}}}}}}));
}

TEST_F(NotificationsTest, FiltersChooseByPrefixSuffixAndEvent) {
  MustConfigure({With(Queue("images", {"s3:ObjectCreated:Put"}), "Filter",
                      {{"Key",
                        {{"FilterRules",
                          {{{"Name", "Prefix"}, {"Value", "images/"}}, {{"Name", "suffix"}, {"Value", ".png"}}}}}}}),
                 Queue("removed", {"s3:ObjectRemoved:*"})});
  Put("images/a.png");
  Put("images/a.jpg");
  Put("other/a.png");
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "other/a.png"}});
  EXPECT_EQ(TakenEvents(), (Events{"ObjectCreated:Put images/a.png", "ObjectRemoved:Delete other/a.png"}));
}

TEST_F(NotificationsTest, WhatTheOperationsAnnounce) {
  MustConfigure({Queue("q", {"s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"})});
  Put("a");
  s3_.MustCall("CopyObject", {{"Bucket", "bucket"}, {"Key", "copy"}, {"CopySource", "bucket/a"}});
  const Json tags = {{"TagSet", {{{"Key", "k"}, {"Value", "v"}}}}};
  s3_.MustCall("PutObjectTagging", {{"Bucket", "bucket"}, {"Key", "a"}, {"Tagging", tags}});
  s3_.MustCall("DeleteObjectTagging", {{"Bucket", "bucket"}, {"Key", "a"}});
  s3_.MustCall("DeleteObjects", {{"Bucket", "bucket"}, {"Delete", {{"Objects", {{{"Key", "a"}}, {{"Key", "copy"}}}}}}});
  const std::string upload =
      s3_.MustCall("CreateMultipartUpload", {{"Bucket", "bucket"}, {"Key", "m"}})["UploadId"].get<std::string>();
  const std::string etag =
      s3_.MustCall(
             "UploadPart",
             {{"Bucket", "bucket"}, {"Key", "m"}, {"UploadId", upload}, {"PartNumber", 1}, {"Body", "part"}})["ETag"]
          .get<std::string>();
  s3_.MustCall("CompleteMultipartUpload", {{"Bucket", "bucket"},
                                           {"Key", "m"},
                                           {"UploadId", upload},
                                           {"MultipartUpload", {{"Parts", {{{"PartNumber", 1}, {"ETag", etag}}}}}}});
  EXPECT_EQ(TakenEvents(),
            (Events{"ObjectCreated:Put a", "ObjectCreated:Copy copy", "ObjectTagging:Put a", "ObjectTagging:Delete a",
                    "ObjectRemoved:Delete a", "ObjectRemoved:Delete copy", "ObjectCreated:CompleteMultipartUpload m"}));
}

TEST_F(NotificationsTest, VersionsAreNamedWhereTheyAreKept) {
  MustConfigure({Queue("q", {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"})});
  s3_.MustCall("PutBucketVersioning", {{"Bucket", "bucket"}, {"VersioningConfiguration", {{"Status", "Enabled"}}}});
  const std::string version =
      s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "k"}, {"Body", "x"}})["VersionId"].get<std::string>();
  const std::string marker =
      s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "k"}})["VersionId"].get<std::string>();
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "k"}, {"VersionId", version}});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 3U);
  const auto object = [&](std::size_t i) { return taken[i]["body"]["Records"][0]["s3"]["object"]; };
  const auto name = [&](std::size_t i) { return taken[i]["body"]["Records"][0]["eventName"]; };
  EXPECT_EQ(object(0)["versionId"], version);
  EXPECT_EQ(name(1), "ObjectRemoved:DeleteMarkerCreated");
  EXPECT_EQ(object(1)["versionId"], marker);
  EXPECT_EQ(object(1)["eTag"], "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(name(2), "ObjectRemoved:Delete");
  EXPECT_EQ(object(2)["versionId"], version);
  EXPECT_FALSE(object(2).contains("eTag"));
  EXPECT_FALSE(object(2).contains("size"));
}

TEST_F(NotificationsTest, SequencersGrowThoughTheClockStandsStillOrGoesBack) {
  MustConfigure({Queue("q", {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"})});
  Put("k");
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "k"}});
  s3_.world().clock().Set(s3_.Now() - 1h);
  Put("k");
  std::string last;
  const Json taken = Taken();
  EXPECT_EQ(taken.size(), 3U);
  for (const Json& message : taken) {
    const auto sequencer = message["body"]["Records"][0]["s3"]["object"]["sequencer"].get<std::string>();
    EXPECT_GT(sequencer, last);
    last = sequencer;
  }
}

TEST_F(NotificationsTest, TagsAreToldWithoutSizeAndSequencer) {
  MustConfigure({Queue("q", {"s3:ObjectTagging:Put"})});
  Put("k");
  s3_.MustCall("PutObjectTagging",
               {{"Bucket", "bucket"}, {"Key", "k"}, {"Tagging", {{"TagSet", {{{"Key", "k"}, {"Value", "v"}}}}}}});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0]["body"]["Records"][0]["eventVersion"], "2.3");
  EXPECT_EQ(taken[0]["body"]["Records"][0]["s3"]["object"],
            (Json{{"key", "k"}, {"eTag", "437b930db84b8079c2dd804a71936b5f"}}));
}

TEST_F(NotificationsTest, AConfigurationIsTestedOnceAndThenFollowed) {
  Put("before");
  ASSERT_TRUE(Configure({Queue("q")}).ok());
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  const Json& test = taken[0]["body"];
  EXPECT_EQ(test["Service"], "Amazon S3");
  EXPECT_EQ(test["Event"], "s3:TestEvent");
  EXPECT_EQ(test["Time"], "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(test["Bucket"], "bucket");
  EXPECT_TRUE(test.contains("RequestId") && test.contains("HostId"));
  Put("one");
  MustConfigure({Queue("other", {"s3:ObjectRemoved:*"})});
  Put("two");
  EXPECT_EQ(Taken().size(), 0U);
  ASSERT_TRUE(Configure(Json::array()).ok());
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "two"}});
  EXPECT_EQ(Taken().size(), 0U);
}

TEST_F(NotificationsTest, ARefusedWriteAnnouncesNothing) {
  MustConfigure({Queue("q")});
  Put("k");
  EXPECT_EQ(Taken().size(), 1U);
  EXPECT_EQ(s3_.ErrorCode("PutObject", {{"Bucket", "bucket"}, {"Key", "k"}, {"Body", "x"}, {"IfNoneMatch", "*"}}),
            "PreconditionFailed");
  EXPECT_EQ(Taken().size(), 0U);
}

TEST_F(NotificationsTest, AConfigurationIsShownAsAwsShowsIt) {
  EXPECT_EQ(s3_.MustCall("GetBucketNotificationConfiguration", {{"Bucket", "bucket"}}), Json::object());
  MustConfigure({With(With(Queue("q"), "Id", "one"), "Filter", Filter("prefix", "notif-")),
                 With(Queue("q2", {"s3:ObjectRemoved:*"}), "Filter", Filter("SUFFIX", ""))});
  Json shown = s3_.MustCall("GetBucketNotificationConfiguration", {{"Bucket", "bucket"}});
  Json& second = shown["QueueConfigurations"][1];
  EXPECT_EQ(second["Id"].get<std::string>().size(), 48U);
  second.erase("Id");
  EXPECT_EQ(shown, (Json{{"QueueConfigurations",
                          {With(With(Queue("q"), "Id", "one"), "Filter", Filter("Prefix", "notif-")),
                           With(Queue("q2", {"s3:ObjectRemoved:*"}), "Filter", Filter("Suffix", ""))}}}));
}

TEST_F(NotificationsTest, TargetsThatDoNotExistAreAllNamed) {
  const auto outcome = Configure(
      {Queue("missing-1"), Queue("there", {"s3:ObjectTagging:Put"}), Queue("missing-2", {"s3:ObjectRemoved:*"})});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "InvalidArgument");
  EXPECT_EQ(outcome.error().message, "Unable to validate the following destination configurations");
  EXPECT_EQ(*outcome.error().fields, (Json{{"ArgumentName1", "arn:aws:sqs:us-east-1:123456789012:missing-1"},
                                           {"ArgumentValue1", "The destination queue does not exist"},
                                           {"ArgumentName2", "arn:aws:sqs:us-east-1:123456789012:missing-2"},
                                           {"ArgumentValue2", "The destination queue does not exist"}}));
  EXPECT_TRUE(Configure({Queue("missing-1")}, /*skip=*/true).ok());
  EXPECT_EQ(Taken().size(), 0U) << "what is not validated is not tested";
}

TEST_F(NotificationsTest, MalformedArnsAreRefusedBeforeAnythingIsLookedUp) {
  const auto outcome = Configure({Queue("missing"), With(Queue("q"), "QueueArn", "invalid_arn")});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "The ARN could not be parsed");
  EXPECT_EQ(*outcome.error().fields, (Json{{"ArgumentName", "Queue"}, {"ArgumentValue", "invalid_arn"}}));
  EXPECT_FALSE(Configure({With(Queue("q"), "QueueArn", "arn:aws:sns:us-east-1:123456789012:t")}, true).ok());
}

TEST_F(NotificationsTest, ConfigurationsThatContradictThemselvesAreRefused) {
  const auto message = [&](Json queues) {
    const auto outcome = Configure(std::move(queues));
    return outcome.ok() ? std::string("accepted") : outcome.error().code + ": " + outcome.error().message;
  };
  EXPECT_EQ(
      message({Queue("a"), Queue("b", {"s3:ObjectCreated:Put"})}),
      "InvalidArgument: Configurations overlap. Configurations on the same bucket cannot share a common event type.");
  EXPECT_EQ(
      message(
          {With(Queue("a"), "Filter", Filter("prefix", "x/")), With(Queue("b"), "Filter", Filter("prefix", "x/y"))}),
      "InvalidArgument: Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the "
      "prefixes are overlapping for the same event type.");
  EXPECT_EQ(
      message({With(Queue("a"), "Filter", Filter("prefix", "x/")), With(Queue("b"), "Filter", Filter("prefix", "y/"))}),
      "accepted");
  EXPECT_EQ(
      message({With(Queue("a"), "Filter", Filter("suffix", ".a")), With(Queue("b"), "Filter", Filter("suffix", ".b"))}),
      "accepted");
  EXPECT_EQ(message({With(Queue("a"), "Filter", Filter("infix", "x"))}),
            "InvalidArgument: filter rule name must be either prefix or suffix");
  EXPECT_EQ(message({With(Queue("a"), "Events", {"s3:ObjectForgotten"})}).substr(0, 15), "InvalidArgument");
  EXPECT_EQ(message({With(Queue("a"), "Events", Json::array())}).substr(0, 12), "MalformedXML");
  EXPECT_EQ(message({With(Queue("a"), "QueueArn", "arn:aws:sqs:eu-west-1:123456789012:a")}).substr(0, 15),
            "InvalidArgument");
  EXPECT_EQ(message({Queue("a.fifo")}), "InvalidArgument: Unable to validate the following destination configurations");
}

TEST_F(NotificationsTest, EveryEventOfTheModelMayBeAskedFor) {
  const auto model = wire::FindLinkedModel("s3")->FindOperation("PutBucketNotificationConfiguration");
  const wire::Shape configuration = model->input()->FindMember("NotificationConfiguration")->shape();
  const wire::Shape queue = configuration.FindMember("QueueConfigurations")->shape().element().shape();
  const wire::Shape event = queue.FindMember("Events")->shape().element().shape();
  ASSERT_GT(event.enum_count(), 20U);
  for (std::size_t i = 0; i < event.enum_count(); ++i) {
    const std::string name(event.enum_value(i));
    EXPECT_TRUE(Configure(Json::array({Queue("q", Json::array({name}))})).ok()) << name;
  }
}

TEST_F(NotificationsTest, TargetsOfServicesThatAreNotBuiltAreRefusedAsSuch) {
  const auto refuse = [&](Json configuration) {
    return s3_.ErrorCode("PutBucketNotificationConfiguration",
                         {{"Bucket", "bucket"}, {"NotificationConfiguration", std::move(configuration)}});
  };
  EXPECT_EQ(refuse({{"TopicConfigurations",
                     {{{"TopicArn", "arn:aws:sns:us-east-1:123456789012:t"}, {"Events", {"s3:ObjectCreated:*"}}}}}}),
            "NotImplemented");
  EXPECT_EQ(refuse({{"LambdaFunctionConfigurations",
                     {{{"LambdaFunctionArn", "arn:aws:lambda:us-east-1:123456789012:function:f"},
                       {"Events", {"s3:ObjectCreated:*"}}}}}}),
            "NotImplemented");
  EXPECT_EQ(s3_.MustCall("GetBucketNotificationConfiguration", {{"Bucket", "bucket"}}), Json::object());
}

TEST_F(OtherTargetsTest, TopicsAreToldWithASubject) {
  const std::string topic = "arn:aws:sns:us-east-1:123456789012:t";
  Configure({{"TopicConfigurations", {{{"TopicArn", topic}, {"Events", {"s3:ObjectCreated:*"}}}}}});
  s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "a b"}, {"Body", "x"}});
  const Json taken = Taken("sns");
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0]["body"]["Event"], "s3:TestEvent");
  EXPECT_EQ(taken[1]["target"], topic);
  EXPECT_EQ(taken[1]["parameters"], (Json{{"Subject", "Amazon S3 Notification"}}));
  EXPECT_EQ(taken[1]["body"]["Records"][0]["s3"]["object"]["key"], "a+b");
}

TEST_F(OtherTargetsTest, ATopicThatIsNotThereIsRefused) {
  const auto outcome = s3_.Call(
      "PutBucketNotificationConfiguration",
      {{"Bucket", "bucket"},
       {"NotificationConfiguration",
        {{"TopicConfigurations",
          {{{"TopicArn", "arn:aws:sns:us-east-1:123456789012:missing"}, {"Events", {"s3:ObjectCreated:*"}}}}}}}});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ((*outcome.error().fields)["ArgumentValue1"], "The destination topic does not exist");
}

TEST_F(OtherTargetsTest, EventBridgeHearsOfEverything) {
  Configure({{"EventBridgeConfiguration", Json::object()}});
  s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "a b"}, {"Body", "four"}});
  s3_.MustCall("CopyObject", {{"Bucket", "bucket"}, {"Key", "copy"}, {"CopySource", "bucket/a%20b"}});
  s3_.MustCall("PutObjectTagging",
               {{"Bucket", "bucket"}, {"Key", "copy"}, {"Tagging", {{"TagSet", {{{"Key", "k"}, {"Value", "v"}}}}}}});
  s3_.MustCall("DeleteObjectTagging", {{"Bucket", "bucket"}, {"Key", "copy"}});
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "copy"}});
  const Json taken = Taken("events");
  ASSERT_EQ(taken.size(), 5U);
  Json made = taken[0];
  EXPECT_EQ(made["target"], "arn:aws:events:us-east-1:123456789012:event-bus/default");
  Json& body = made["body"];
  EXPECT_EQ(body["source"], "aws.s3");
  EXPECT_EQ(body["resources"], Json{"arn:aws:s3:::bucket"});
  EXPECT_EQ(body["detail-type"], "Object Created");
  EXPECT_EQ(body["detail"]["object"].value("sequencer", "").size(), 18U);
  EXPECT_TRUE(body["detail"].contains("request-id"));
  for (const char* const varying : {"request-id", "source-ip-address", "requester"}) body["detail"].erase(varying);
  body["detail"]["object"].erase("sequencer");
  EXPECT_EQ(body["detail"], (Json{{"version", "0"},
                                  {"bucket", {{"name", "bucket"}}},
                                  {"object", {{"key", "a b"}, {"size", 4}, {"etag", body["detail"]["object"]["etag"]}}},
                                  {"reason", "PutObject"}}));
  const auto told = [&](std::size_t i) {
    const Json& event = taken[i]["body"];
    return event["detail-type"].get<std::string>() + "/" + event["detail"].value("reason", "-") + "/" +
           event["detail"].value("deletion-type", "-");
  };
  EXPECT_EQ(told(1), "Object Created/CopyObject/-");
  EXPECT_EQ(told(2), "Object Tags Added/-/-");
  EXPECT_EQ(told(3), "Object Tags Deleted/-/-");
  EXPECT_EQ(told(4), "Object Deleted/DeleteObject/Permanently Deleted");
  EXPECT_FALSE(taken[2]["body"]["detail"]["object"].contains("sequencer"));
  EXPECT_FALSE(taken[4]["body"]["detail"]["object"].contains("size"));
  EXPECT_EQ(s3_.MustCall("GetBucketNotificationConfiguration", {{"Bucket", "bucket"}}),
            (Json{{"EventBridgeConfiguration", Json::object()}}));
}

TEST_F(OtherTargetsTest, DeleteMarkersAreToldAsSuch) {
  s3_.MustCall("PutBucketVersioning", {{"Bucket", "bucket"}, {"VersioningConfiguration", {{"Status", "Enabled"}}}});
  Configure({{"EventBridgeConfiguration", Json::object()}});
  s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "a"}, {"Body", "x"}});
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "a"}});
  const Json taken = Taken("events");
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_TRUE(taken[0]["body"]["detail"]["object"].contains("version-id"));
  EXPECT_EQ(taken[1]["body"]["detail"]["deletion-type"], "Delete Marker Created");
  EXPECT_TRUE(taken[1]["body"]["detail"]["object"].contains("version-id"));
}

TEST_F(NotificationsTest, AResetForgetsConfigurations) {
  MustConfigure({Queue("q")});
  Put("k");
  EXPECT_EQ(Taken().size(), 1U);
  s3_.world().Reset();
  s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}});
  Put("k");
  EXPECT_EQ(Taken().size(), 0U);
}

TEST_F(NotificationsTest, ANewBucketOfTheSameNameHasNone) {
  MustConfigure({Queue("q")});
  s3_.MustCall("DeleteBucket", {{"Bucket", "bucket"}});
  s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}});
  Put("k");
  EXPECT_EQ(Taken().size(), 0U);
}

}  // namespace
}  // namespace stratolite::s3
