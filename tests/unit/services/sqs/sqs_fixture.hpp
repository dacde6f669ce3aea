#pragma once

#include <gtest/gtest.h>

#include <chrono>

#include <string>

#include "sqs/sqs.hpp"
#include "support/service_harness.hpp"

namespace stratolite::sqs {

/// SQS in a world of its own, with the calls that most tests make.
class SqsTest : public ::testing::Test {
 protected:
  std::string Create(const std::string& name, Json attributes = Json::object()) {
    return sqs_.MustCall("CreateQueue", {{"QueueName", name}, {"Attributes", std::move(attributes)}})["QueueUrl"]
        .get<std::string>();
  }
  std::string CreateFifo(const std::string& name, Json attributes = Json::object()) {
    attributes["FifoQueue"] = "true";
    return Create(name, std::move(attributes));
  }
  Json Send(const std::string& url, const std::string& body, Json more = Json::object()) {
    more["QueueUrl"] = url;
    more["MessageBody"] = body;
    return sqs_.MustCall("SendMessage", std::move(more));
  }
  Json SendTo(const std::string& url, const std::string& group, const std::string& body) {
    return Send(url, body, {{"MessageGroupId", group}, {"MessageDeduplicationId", body}});
  }
  /// The messages received; an empty list when there were none.
  Json Receive(const std::string& url, Json more = Json::object()) {
    more["QueueUrl"] = url;
    return sqs_.MustCall("ReceiveMessage", std::move(more)).value("Messages", Json::array());
  }
  Json ReceiveTen(const std::string& url, Json more = Json::object()) {
    more["MaxNumberOfMessages"] = 10;
    return Receive(url, std::move(more));
  }
  static std::vector<std::string> Bodies(const Json& messages) {
    std::vector<std::string> bodies;
    for (const Json& message : messages) bodies.push_back(message["Body"].get<std::string>());
    return bodies;
  }
  static std::string HandleOf(const Json& message) { return message["ReceiptHandle"].get<std::string>(); }
  void Delete(const std::string& url, const std::string& handle) {
    sqs_.MustCall("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}});
  }
  void SetVisibility(const std::string& url, const std::string& handle, int seconds) {
    sqs_.MustCall("ChangeMessageVisibility",
                  {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", seconds}});
  }
  std::string Attribute(const std::string& url, const std::string& name) {
    const Json output = sqs_.MustCall("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {name}}});
    return output.contains("Attributes") ? output["Attributes"].value(name, "") : "";
  }
  /// The error of a call that must fail.
  AwsError Error(std::string_view operation, Json input) {
    const Result<Json> outcome = sqs_.Call(operation, std::move(input));
    if (outcome.ok()) {
      ADD_FAILURE() << operation << " succeeded: " << outcome->dump();
      return {};
    }
    return outcome.error();
  }

  testing::ServiceHarness sqs_{kDescriptor};
};

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

}  // namespace stratolite::sqs
