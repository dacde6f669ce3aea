#pragma once

#include <gtest/gtest.h>

#include <string>

#include "events/events.hpp"
#include "support/service_harness.hpp"

namespace stratolite::events {

/// EventBridge alone, and what most tests of its control plane need.
class EventsTest : public ::testing::Test {
 protected:
  static std::string Arn(const std::string& resource) { return "arn:aws:events:us-east-1:123456789012:" + resource; }
  static std::string QueueArn(const std::string& name) { return "arn:aws:sqs:us-east-1:123456789012:" + name; }

  std::string Message(std::string_view operation, const Json& input) {
    const Result<Json> outcome = events_.Call(operation, input);
    EXPECT_FALSE(outcome.ok()) << operation;
    return outcome.ok() ? std::string() : outcome.error().message;
  }
  void Rule(const std::string& name, const std::string& bus = "default") {
    events_.MustCall("PutRule", {{"Name", name}, {"EventBusName", bus}, {"EventPattern", R"({"source":["a"]})"}});
  }
  Json Describe(const std::string& rule) { return events_.MustCall("DescribeRule", {{"Name", rule}}); }
  /// One target of a rule `rule`, with more members.
  static Json Targets(Json more = Json::object()) {
    Json target = {{"Id", "t"}, {"Arn", QueueArn("q")}};
    target.update(more);
    return {{"Rule", "rule"}, {"Targets", Json::array({target})}};
  }
  /// What stands in a list of an answer under one member.
  static std::vector<std::string> Column(const Json& list, const char* member) {
    std::vector<std::string> values;
    for (const Json& item : list) values.push_back(item.at(member).get<std::string>());
    return values;
  }

  testing::ServiceHarness events_{kDescriptor};
};

}  // namespace stratolite::events
