#include "s3/access_log_format.hpp"

#include <gtest/gtest.h>

#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

Bucket LoggedBucket() {
  Bucket bucket;
  bucket.name = "logged";
  bucket.account = AccountId("123456789012");
  bucket.region = Region("eu-west-1");
  return bucket;
}

TEST(AccessLogFormatTest, WhatClientsSayCannotBreakALine) {
  wire::HttpRequest request;
  request.method = "GET";
  request.target = "/logged/a%22b";
  request.headers.Add("Host", "localhost");
  request.headers.Add("User-Agent", "evil\" \"\nagent");
  wire::HttpResponse response;
  response.status = 404;
  const ports::RequestLog::Answer answer{.request = request,
                                         .target = "/logged/a\"b",
                                         .operation = "GetObject",
                                         .request_id = "REQUEST",
                                         .response = response,
                                         .error_code = "NoSuchKey"};
  const std::string line = FormatLogLine(LoggedBucket(), SubjectOf(answer), answer, TimePoint(std::chrono::hours(24)));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_NE(line.find(" logged [02/Jan/1970:00:00:00 +0000] - - REQUEST REST.GET.OBJECT a%22b "), std::string::npos);
  EXPECT_NE(line.find("\"GET /logged/a%22b HTTP/1.1\" 404 NoSuchKey - - 0 0 \"-\" \"evil%22 %22%0Aagent\""),
            std::string::npos);
}

TEST(AccessLogFormatTest, OperationsHaveTheNamesOfAws) {
  wire::HttpRequest request;
  request.method = "PUT";
  request.target = "/logged?replication";
  const wire::HttpResponse response;
  const auto name = [&](std::string_view operation) {
    return SubjectOf({.request = request, .target = "", .operation = operation, .request_id = "", .response = response})
        .operation;
  };
  EXPECT_EQ(name("PutBucketReplication"), "REST.PUT.REPLICATION");
  EXPECT_EQ(name("PutBucketLogging"), "REST.PUT.LOGGING_STATUS");
  EXPECT_EQ(name("PutPublicAccessBlock"), "REST.PUT.PUBLIC_ACCESS_BLOCK");
  EXPECT_EQ(name("UploadPartCopy"), "REST.COPY.PART");
}

TEST(AccessLogFormatTest, KeysArePartitionedByTheDayOfTheEventOrTheMomentOfDelivery) {
  const TimePoint event(std::chrono::hours(23));
  const TimePoint delivery(std::chrono::hours(24) + std::chrono::minutes(5));
  Json configuration{{"TargetBucket", "target"}, {"TargetPrefix", "p/"}};
  const auto key = [&] { return LogObjectKey(configuration, LoggedBucket(), event, delivery, "0123456789ABCDEF"); };
  EXPECT_EQ(key(), "p/1970-01-02-00-05-00-0123456789ABCDEF");
  configuration["TargetObjectKeyFormat"] = {{"PartitionedPrefix", {{"PartitionDateSource", "DeliveryTime"}}}};
  EXPECT_EQ(key(), "p/123456789012/eu-west-1/logged/1970/01/02/1970-01-02-00-05-00-0123456789ABCDEF");
  configuration["TargetObjectKeyFormat"] = {{"PartitionedPrefix", {{"PartitionDateSource", "EventTime"}}}};
  EXPECT_EQ(key(), "p/123456789012/eu-west-1/logged/1970/01/01/1970-01-01-00-00-00-0123456789ABCDEF");
}

}  // namespace
}  // namespace stratolite::s3
