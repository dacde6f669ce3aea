#include "stratolite/wire/json_input.hpp"

#include <gtest/gtest.h>

#include <string>

#include "stratolite/base/json.hpp"
#include "stratolite/wire/model_registry.hpp"

namespace stratolite::wire {
namespace {

Operation OperationOf(std::string_view service, std::string_view name) {
  return FindLinkedModel(service).value().FindOperation(name).value();
}

TEST(JsonInputTest, ReadsTheModelsNamesInAnyCase) {
  const auto input =
      DecodeJsonInput(OperationOf("sqs", "SendMessage"),
                      R"({"queueUrl": "u", "MESSAGEBODY": "b", "DelaySeconds": 3, "Nobody": {"Knows": 1}})");
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(*input, (Json{{"QueueUrl", "u"}, {"MessageBody", "b"}, {"DelaySeconds", 3}}));
}

TEST(JsonInputTest, ReadsMembersThatTravelInHeadersAndPaths) {
  const auto input = DecodeJsonInput(
      OperationOf("s3", "PutObject"),
      R"({"Bucket": "b", "Key": "k", "ContentType": "text/plain", "Metadata": {"Own": "Case"}, "Body": "aGVsbG8="})");
  ASSERT_TRUE(input.ok());
  EXPECT_EQ((*input)["Bucket"], "b");
  EXPECT_EQ((*input)["Key"], "k");
  EXPECT_EQ((*input)["ContentType"], "text/plain");
  EXPECT_EQ((*input)["Metadata"], (Json{{"Own", "Case"}}));
  const auto& body = (*input)["Body"].get_ref<const Json::binary_t&>();
  EXPECT_EQ(std::string(body.begin(), body.end()), "hello");
}

TEST(JsonInputTest, ReadsNestedStructuresMapsBlobsAndTimes) {
  const auto item = DecodeJsonInput(OperationOf("dynamodb", "PutItem"),
                                    R"({"tableName": "t", "item": {"Id": {"s": "1"}, "Raw": {"b": "AAE="}}})");
  ASSERT_TRUE(item.ok());
  EXPECT_EQ((*item)["TableName"], "t");
  EXPECT_EQ((*item)["Item"]["Id"], (Json{{"S", "1"}}));
  EXPECT_EQ((*item)["Item"]["Raw"]["B"], Json::binary({0, 1}));
  for (const char* time : {"1767225600", "\"2026-01-01T00:00:00Z\""}) {
    const auto schedule = DecodeJsonInput(OperationOf("scheduler", "CreateSchedule"),
                                          std::string(R"({"Name": "n", "StartDate": )") + time + "}");
    ASSERT_TRUE(schedule.ok());
    EXPECT_EQ((*schedule)["StartDate"].get<double>(), 1767225600) << time;
  }
}

TEST(JsonInputTest, ReadsTimesThatTravelInHeaders) {
  for (const char* time : {"1767225600", "\"2026-01-01T00:00:00Z\""}) {
    const auto input =
        DecodeJsonInput(OperationOf("s3", "GetObject"), std::string(R"({"IfModifiedSince": )") + time + "}");
    ASSERT_TRUE(input.ok()) << input.error().message;
    EXPECT_EQ((*input)["IfModifiedSince"].get<double>(), 1767225600) << time;
  }
  EXPECT_FALSE(DecodeJsonInput(OperationOf("s3", "GetObject"), R"({"IfModifiedSince": "yesterday"})").ok());
}

TEST(JsonInputTest, RefusesWhatIsNoInput) {
  for (const char* text : {"[]", "\"text\"", "{", "{\"QueueUrl\": 7}", "{\"QueueUrl\": {}}"}) {
    const auto input = DecodeJsonInput(OperationOf("sqs", "SendMessage"), text);
    ASSERT_FALSE(input.ok()) << text;
    EXPECT_EQ(input.error().code, "SerializationException") << text;
  }
  EXPECT_FALSE(DecodeJsonInput(OperationOf("sqs", "SendMessage"), std::string(100'000, '[')).ok());
}

}  // namespace
}  // namespace stratolite::wire
