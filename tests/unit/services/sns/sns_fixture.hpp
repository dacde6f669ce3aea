#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "sns/sns.hpp"
#include "stratolite/service/event_router.hpp"
#include "support/service_harness.hpp"
#include "unit/services/sns/publish_fixture.hpp"

namespace stratolite::sns {

/// SNS in a world of its own, with the calls that most tests make.
class SnsTest : public ::testing::Test {
 protected:
  SnsTest() {
    sns_.caller = RootOf(sns_.scope.account);
    sns_.world().deps().events.Offer("sqs", &queues_);
  }

  static auth::Principal RootOf(const AccountId& account) {
    auth::Principal root;
    root.type = auth::PrincipalType::kRoot;
    root.account = account;
    root.arn = "arn:aws:iam::" + account.str() + ":root";
    return root;
  }
  std::string Topic(const std::string& name = "topic", Json attributes = Json::object()) {
    return sns_.MustCall("CreateTopic", {{"Name", name}, {"Attributes", std::move(attributes)}})["TopicArn"]
        .get<std::string>();
  }
  std::string Subscribe(const std::string& topic, const std::string& protocol, const std::string& endpoint,
                        Json attributes = Json::object()) {
    return sns_
        .MustCall("Subscribe", {{"TopicArn", topic},
                                {"Protocol", protocol},
                                {"Endpoint", endpoint},
                                {"Attributes", std::move(attributes)},
                                {"ReturnSubscriptionArn", true}})["SubscriptionArn"]
        .get<std::string>();
  }
  std::string SubscribeQueue(const std::string& topic, Json attributes = Json::object()) {
    return Subscribe(topic, "sqs", kQueue, std::move(attributes));
  }
  Json TopicAttributes(const std::string& topic) {
    return sns_.MustCall("GetTopicAttributes", {{"TopicArn", topic}})["Attributes"];
  }
  Json SubscriptionAttributes(const std::string& subscription) {
    return sns_.MustCall("GetSubscriptionAttributes", {{"SubscriptionArn", subscription}})["Attributes"];
  }
  void SetTopicAttribute(const std::string& topic, const std::string& name, const std::string& value) {
    sns_.MustCall("SetTopicAttributes", {{"TopicArn", topic}, {"AttributeName", name}, {"AttributeValue", value}});
  }
  /// The message of a call that must fail.
  std::string Refusal(std::string_view operation, Json input) {
    const Result<Json> outcome = sns_.Call(operation, std::move(input));
    if (outcome.ok()) {
      ADD_FAILURE() << operation << " succeeded: " << outcome->dump();
      return {};
    }
    return outcome.error().message;
  }
  /// A page of the service's, as the admin API asks for it.
  Json Page(const std::string& path, std::unordered_map<std::string, std::string> query) {
    const auto answer =
        sns_.world().FindService("sns")->Admin({.path = path, .query = std::move(query), .default_scope = sns_.scope});
    if (!answer || !answer->ok()) return nullptr;
    return answer->value();
  }

  static constexpr const char* kQueue = "arn:aws:sqs:us-east-1:123456789012:queue";
  KeptDeliveries queues_;
  testing::ServiceHarness sns_{kDescriptor};
};

}  // namespace stratolite::sns
