#include "s3/bucket_setting_operations.hpp"

#include <gtest/gtest.h>

#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

class BucketSettingTest : public S3Test {
 protected:
  Json Get(const char* operation) { return s3_.MustCall(operation, {{"Bucket", "bucket"}}); }
  AwsError Versioning(Json configuration) {
    return Error("PutBucketVersioning", {{"Bucket", "bucket"}, {"VersioningConfiguration", std::move(configuration)}});
  }
};

TEST_F(BucketSettingTest, VersioningIsAbsentUntilItWasSet) {
  EXPECT_EQ(Get("GetBucketVersioning"), Json::object());
  SetVersioning("Enabled");
  EXPECT_EQ(Get("GetBucketVersioning"), (Json{{"Status", "Enabled"}}));
  SetVersioning("Suspended");
  EXPECT_EQ(Get("GetBucketVersioning"), (Json{{"Status", "Suspended"}}));
}

TEST_F(BucketSettingTest, OtherStatesOfVersioningAreRefused) {
  EXPECT_EQ(Versioning({{"Status", "enabled"}}).code, "MalformedXML");
  EXPECT_EQ(Versioning(Json::object()).code, "IllegalVersioningConfigurationException");
  EXPECT_EQ(Versioning({{"Status", "Enabled"}, {"MFADelete", "Enabled"}}).http_status, 501);
  EXPECT_EQ(Get("GetBucketVersioning"), Json::object());
}

TEST_F(BucketSettingTest, ARequestWithoutADocumentIsRefused) {
  for (const char* operation :
       {"PutBucketVersioning", "PutBucketTagging", "PutBucketOwnershipControls", "PutPublicAccessBlock"})
    EXPECT_EQ(Error(operation, {{"Bucket", "bucket"}}).message, "Request Body is empty") << operation;
  EXPECT_EQ(s3_.ErrorCode("PutBucketTagging", {{"Bucket", "bucket"}, {"Tagging", Json::object()}}), "MalformedXML");
}

TEST_F(BucketSettingTest, TagsAreReplacedAsAWhole) {
  const auto put = [&](const Json& tags) {
    s3_.MustCall("PutBucketTagging", {{"Bucket", "bucket"}, {"Tagging", {{"TagSet", tags}}}});
  };
  put(Json::array({{{"Key", "a"}, {"Value", "1"}}}));
  const Json second = Json::array({{{"Key", "b"}, {"Value", "2"}}});
  put(second);
  EXPECT_EQ(Get("GetBucketTagging"), (Json{{"TagSet", second}}));
  put(Json::array());
  EXPECT_EQ(Error("GetBucketTagging", {{"Bucket", "bucket"}}).http_status, 404);
}

TEST_F(BucketSettingTest, TagsCanBeGivenAtCreationAndDeleted) {
  const Json tags = Json::array({{{"Key", "a"}, {"Value", "1"}}});
  s3_.MustCall("CreateBucket", {{"Bucket", "tagged"}, {"CreateBucketConfiguration", {{"Tags", tags}}}});
  EXPECT_EQ(s3_.MustCall("GetBucketTagging", {{"Bucket", "tagged"}})["TagSet"], tags);
  s3_.MustCall("DeleteBucketTagging", {{"Bucket", "tagged"}});
  EXPECT_EQ(s3_.ErrorCode("GetBucketTagging", {{"Bucket", "tagged"}}), "NoSuchTagSet");
}

TEST_F(BucketSettingTest, OwnershipIsEnforcedByDefault) {
  const auto rules = [](const char* ownership) {
    return Json{{"OwnershipControls", {{"Rules", Json::array({{{"ObjectOwnership", ownership}}})}}}};
  };
  EXPECT_EQ(Get("GetBucketOwnershipControls"), rules("BucketOwnerEnforced"));
  Json input = rules("ObjectWriter");
  input["Bucket"] = "bucket";
  s3_.MustCall("PutBucketOwnershipControls", input);
  EXPECT_EQ(Get("GetBucketOwnershipControls"), rules("ObjectWriter"));
  input["OwnershipControls"] = rules("Nobody")["OwnershipControls"];
  EXPECT_EQ(s3_.ErrorCode("PutBucketOwnershipControls", input), "MalformedXML");
  s3_.MustCall("DeleteBucketOwnershipControls", {{"Bucket", "bucket"}});
  EXPECT_EQ(s3_.ErrorCode("GetBucketOwnershipControls", {{"Bucket", "bucket"}}), "OwnershipControlsNotFoundError");
}

TEST_F(BucketSettingTest, PublicAccessIsBlockedUntilThatIsDeleted) {
  EXPECT_TRUE(Get("GetPublicAccessBlock")["PublicAccessBlockConfiguration"]["BlockPublicPolicy"].get<bool>());
  s3_.MustCall("PutPublicAccessBlock",
               {{"Bucket", "bucket"}, {"PublicAccessBlockConfiguration", {{"BlockPublicAcls", true}}}});
  const Json block = Get("GetPublicAccessBlock")["PublicAccessBlockConfiguration"];
  EXPECT_TRUE(block["BlockPublicAcls"].get<bool>());
  EXPECT_FALSE(block["BlockPublicPolicy"].get<bool>());
  s3_.MustCall("DeletePublicAccessBlock", {{"Bucket", "bucket"}});
  s3_.MustCall("DeletePublicAccessBlock", {{"Bucket", "bucket"}});
  EXPECT_EQ(s3_.ErrorCode("GetPublicAccessBlock", {{"Bucket", "bucket"}}), "NoSuchPublicAccessBlockConfiguration");
}

TEST_F(BucketSettingTest, EncryptionAndAclAreAwsDefaults) {
  const Json rule = Get("GetBucketEncryption")["ServerSideEncryptionConfiguration"]["Rules"][0];
  EXPECT_EQ(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256");
  const Json acl = Get("GetBucketAcl");
  ASSERT_EQ(acl["Grants"].size(), 1U);
  EXPECT_EQ(acl["Grants"][0]["Permission"], "FULL_CONTROL");
  EXPECT_EQ(acl["Grants"][0]["Grantee"]["ID"], acl["Owner"]["ID"]);
  EXPECT_EQ(acl["Owner"]["ID"].get<std::string>().size(), 64U);
}

}  // namespace
}  // namespace stratolite::s3
