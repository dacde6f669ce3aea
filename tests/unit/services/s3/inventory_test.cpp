#include "s3/inventory.hpp"

#include <gtest/gtest.h>

#include <boost/beast/zlib/inflate_stream.hpp>

#include "s3/gzip.hpp"
#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

class InventoryTest : public S3Test {
 protected:
  Json Configuration(const std::string& id) {
    return {{"Id", id},
            {"IsEnabled", true},
            {"IncludedObjectVersions", "Current"},
            {"Schedule", {{"Frequency", "Daily"}}},
            {"Destination", {{"S3BucketDestination", {{"Bucket", "arn:aws:s3:::lists"}, {"Format", "CSV"}}}}}};
  }
  Result<Json> Configure(const std::string& id, const Json& configuration) {
    return s3_.Call("PutBucketInventoryConfiguration",
                    {{"Bucket", "bucket"}, {"Id", id}, {"InventoryConfiguration", configuration}});
  }
  std::size_t Delivered() {
    const Json listing = s3_.MustCall("ListObjectsV2", {{"Bucket", "lists"}});
    return listing.contains("Contents") ? listing["Contents"].size() : 0;
  }
};

TEST_F(InventoryTest, EveryMidnightHasItsList) {
  s3_.MustCall("CreateBucket", {{"Bucket", "lists"}});
  ASSERT_TRUE(Configure("a", Configuration("a")).ok());
  EXPECT_EQ(s3_.last_http_status, 204);
  s3_.Advance(std::chrono::days(3));
  // A list, a link, a manifest and its checksum.
  EXPECT_EQ(Delivered(), 12u);
}

TEST_F(InventoryTest, AClockThatIsSetToALaterDayGetsOneList) {
  s3_.MustCall("CreateBucket", {{"Bucket", "lists"}});
  ASSERT_TRUE(Configure("a", Configuration("a")).ok());
  s3_.world().clock().Set(s3_.Now() + std::chrono::days(31));
  s3_.Advance(Duration(0));
  EXPECT_EQ(Delivered(), 4u);
}

TEST_F(InventoryTest, ADestinationMayComeLater) {
  ASSERT_TRUE(Configure("a", Configuration("a")).ok());
  s3_.Advance(std::chrono::days(1));
  s3_.MustCall("CreateBucket", {{"Bucket", "lists"}});
  s3_.Advance(std::chrono::days(1));
  EXPECT_EQ(Delivered(), 4u);
}

TEST_F(InventoryTest, ADestinationOfSomebodyElsesIsLeftAlone) {
  s3_.MustCall("CreateBucket", {{"Bucket", "lists"}});
  Json configuration = Configuration("a");
  configuration["Destination"]["S3BucketDestination"]["AccountId"] = "999999999999";
  ASSERT_TRUE(Configure("a", configuration).ok());
  s3_.Advance(std::chrono::days(1));
  EXPECT_EQ(Delivered(), 0u);
}

TEST_F(InventoryTest, IdsAreCheckedAndListedInOrder) {
  for (const char* id : {"z", "a", "m"}) ASSERT_TRUE(Configure(id, Configuration(id)).ok());
  const Json list = s3_.MustCall("ListBucketInventoryConfigurations", {{"Bucket", "bucket"}});
  ASSERT_EQ(list["InventoryConfigurationList"].size(), 3u);
  EXPECT_EQ(list["InventoryConfigurationList"][0]["Id"], "a");
  EXPECT_EQ(list["IsTruncated"], false);
  EXPECT_EQ(Configure("a", Configuration("b")).error().code, "MalformedXML");
  EXPECT_EQ(Configure("a b", Configuration("a b")).error().code, "InvalidArgument");
  s3_.MustCall("DeleteBucketInventoryConfiguration", {{"Bucket", "bucket"}, {"Id", "a"}});
  EXPECT_EQ(Error("DeleteBucketInventoryConfiguration", {{"Bucket", "bucket"}, {"Id", "a"}}).code,
            "NoSuchConfiguration");
}

TEST_F(InventoryTest, WhatTheSchemaRequiresMustBeThere) {
  for (const char* member : {"IsEnabled", "IncludedObjectVersions", "Schedule", "Destination"}) {
    Json configuration = Configuration("a");
    configuration.erase(member);
    EXPECT_EQ(Configure("a", configuration).error().code, "MalformedXML") << member;
  }
  Json configuration = Configuration("a");
  configuration["OptionalFields"] = Json::array({"ObjectLockEventHoldStatus"});
  EXPECT_EQ(Configure("a", configuration).error().code, "NotImplemented");
}

TEST(GzipTest, GivesBackWhatWentIn) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += std::to_string(i * 7919);
  const std::string file = Gzip(text);
  EXPECT_LT(file.size(), text.size());
  EXPECT_EQ(file.substr(0, 3), "\x1f\x8b\x08");
  std::string out(text.size(), '\0');
  boost::beast::zlib::z_params stream;
  stream.next_in = file.data() + 10;
  stream.avail_in = file.size() - 18;
  stream.next_out = out.data();
  stream.avail_out = out.size();
  boost::beast::error_code error;
  boost::beast::zlib::inflate_stream().write(stream, boost::beast::zlib::Flush::finish, error);
  EXPECT_EQ(out, text);
}

}  // namespace
}  // namespace stratolite::s3
