#include "s3/object_tags.hpp"

#include <gtest/gtest.h>

namespace stratolite::s3 {
namespace {

std::string FieldOf(const AwsError& error, const char* name) {
  return error.fields ? error.fields->value(name, "") : "";
}

TEST(TaggingHeader, HoldsEncodedPairs) {
  const auto tags = ParseTaggingHeader("project=blue+sky&owner=J%C3%BCrgen&empty=&bare");
  ASSERT_TRUE(tags.ok());
  EXPECT_EQ(*tags, (TagMap{{"project", "blue sky"}, {"owner", "J\xC3\xBCrgen"}, {"empty", ""}, {"bare", ""}}));
  EXPECT_TRUE(ParseTaggingHeader("")->empty());
}

TEST(TaggingHeader, IsRefusedAsAWholeWhenMalformed) {
  for (const char* header : {"key1=val1&key1=val2", "key1=val1,key2=val2", "a=%zz", "a=%FF"}) {
    const auto tags = ParseTaggingHeader(header);
    ASSERT_FALSE(tags.ok()) << header;
    EXPECT_EQ(tags.error().code, "InvalidArgument");
    EXPECT_EQ(FieldOf(tags.error(), "ArgumentName"), "x-amz-tagging");
    EXPECT_EQ(FieldOf(tags.error(), "ArgumentValue"), header);
  }
}

TEST(TaggingHeader, HasLimits) {
  std::string header;
  for (int i = 0; i < 10; ++i) header += "k" + std::to_string(i) + "=v&";
  EXPECT_TRUE(ParseTaggingHeader(header).ok());
  EXPECT_EQ(ParseTaggingHeader(header + "more=1").error().code, "BadRequest");
  EXPECT_EQ(ParseTaggingHeader("aws:x=1").error().message, "Your TagKey cannot be prefixed with aws:");
  EXPECT_EQ(ParseTaggingHeader(std::string(129, 'k') + "=1").error().code, "InvalidTag");
}

TEST(TagSet, ErrorsNameTheTag) {
  const auto refused = [](const Json& tag_set, TagSubject subject = TagSubject::kObject) {
    const auto tags = ValidateTagSet(tag_set, subject);
    EXPECT_FALSE(tags.ok());
    return tags.ok() ? AwsError{} : tags.error();
  };
  const AwsError system = refused({{{"Key", "aws:prefixed"}, {"Value", "v"}}});
  EXPECT_EQ(system.code, "InvalidTag");
  EXPECT_EQ(FieldOf(system, "TagKey"), "aws:prefixed");
  EXPECT_EQ(refused({{{"Key", "aws:prefixed"}, {"Value", "v"}}}, TagSubject::kBucket).message,
            "System tags cannot be added/updated by requester");

  const AwsError twice = refused({{{"Key", "Key1"}, {"Value", "a"}}, {{"Key", "Key1"}, {"Value", "b"}}});
  EXPECT_EQ(twice.message, "Cannot provide multiple Tags with the same key");
  EXPECT_EQ(FieldOf(twice, "TagKey"), "Key1");

  const AwsError value = refused({{{"Key", "Key1"}, {"Value", "Val1,Val2"}}});
  EXPECT_EQ(value.message, "The TagValue you have provided is invalid");
  EXPECT_EQ(FieldOf(value, "TagValue"), "Val1,Val2");
  EXPECT_EQ(refused({{{"Key", "Key1,Key2"}, {"Value", "v"}}}).message, "The TagKey you have provided is invalid");
  EXPECT_EQ(refused({{{"Key", "k"}, {"Value", std::string(257, 'v')}}}).code, "InvalidTag");

  EXPECT_EQ(refused({{{"Value", "v"}}}).code, "MalformedXML");
  EXPECT_EQ(refused({{{"Key", "k"}}}).code, "MalformedXML");
}

TEST(TagSet, AnObjectHasTenAndABucketFifty) {
  Json tag_set = Json::array();
  for (int i = 0; i < 11; ++i) tag_set.push_back({{"Key", "k" + std::to_string(i)}, {"Value", ""}});
  EXPECT_EQ(ValidateTagSet(tag_set, TagSubject::kObject).error().code, "BadRequest");
  EXPECT_TRUE(ValidateTagSet(tag_set, TagSubject::kBucket).ok());
  for (int i = 11; i < 51; ++i) tag_set.push_back({{"Key", "k" + std::to_string(i)}, {"Value", ""}});
  EXPECT_EQ(ValidateTagSet(tag_set, TagSubject::kBucket).error().code, "BadRequest");
}

TEST(TagSet, ComesBackInOrderOfKeys) {
  EXPECT_EQ(ToTagSet({{"b", "2"}, {"a", "1"}}), Json::parse(R"([{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}])"));
  EXPECT_EQ(ToTagSet({}), Json::array());
}

}  // namespace
}  // namespace stratolite::s3
