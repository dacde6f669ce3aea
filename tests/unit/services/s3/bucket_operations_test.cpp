#include "s3/bucket_operations.hpp"

#include <gtest/gtest.h>

#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

class BucketTest : public S3Test {
 protected:
  void From(const std::string& region) { s3_.scope.region = Region(region); }
  static Json Constraint(const std::string& bucket, const std::string& constraint) {
    return {{"Bucket", bucket}, {"CreateBucketConfiguration", {{"LocationConstraint", constraint}}}};
  }
  std::vector<std::string> Names(const Json& input) {
    std::vector<std::string> names;
    const Json answer = s3_.MustCall("ListBuckets", input);
    for (const Json& bucket : answer["Buckets"]) names.push_back(bucket["Name"]);
    return names;
  }
};

using NameList = std::vector<std::string>;

TEST_F(BucketTest, CreationAnswersWhereTheBucketIs) {
  EXPECT_EQ(s3_.MustCall("CreateBucket", {{"Bucket", "other"}}),
            (Json{{"Location", "/other"}, {"BucketArn", "arn:aws:s3:::other"}}));
}

TEST_F(BucketTest, CreationAgainSucceedsInTheFirstRegionOnly) {
  s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}});
  From("eu-west-1");
  s3_.MustCall("CreateBucket", Constraint("european", "eu-west-1"));
  EXPECT_EQ(Error("CreateBucket", Constraint("european", "eu-west-1")).code, "BucketAlreadyOwnedByYou");
}

TEST_F(BucketTest, CreationAgainWithTagsIsRefused) {
  const Json tags = Json::array({{{"Key", "a"}, {"Value", "b"}}});
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", {{"Bucket", "bucket"}, {"CreateBucketConfiguration", {{"Tags", tags}}}}),
            "BucketAlreadyOwnedByYou");
}

TEST_F(BucketTest, NamesAreSharedByAllAccounts) {
  s3_.scope.account = AccountId("999999999999");
  EXPECT_EQ(Error("CreateBucket", {{"Bucket", "bucket"}}).code, "BucketAlreadyExists");
}

TEST_F(BucketTest, TheConstraintMustNameTheRegionOfTheEndpoint) {
  From("us-west-2");
  EXPECT_EQ(
      Error("CreateBucket", {{"Bucket", "other"}}).message,
      "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.");
  EXPECT_EQ(Error("CreateBucket", Constraint("other", "us-east-2")).code, "IllegalLocationConstraintException");
  EXPECT_TRUE(s3_.Call("CreateBucket", Constraint("other", "us-west-2")).ok());
}

TEST_F(BucketTest, TheFirstRegionMakesBucketsAnywhereButRefusesItsOwnName) {
  EXPECT_EQ(Error("CreateBucket", Constraint("other", "us-east-1")).code, "InvalidLocationConstraint");
  EXPECT_EQ(Error("CreateBucket", Constraint("other", "foo")).code, "InvalidLocationConstraint");
  s3_.MustCall("CreateBucket", Constraint("other", "ap-southeast-2"));
  EXPECT_EQ(s3_.MustCall("GetBucketLocation", {{"Bucket", "other"}}), (Json{{"LocationConstraint", "ap-southeast-2"}}));
  From("ap-southeast-2");
  EXPECT_EQ(s3_.MustCall("HeadBucket", {{"Bucket", "other"}})["BucketRegion"], "ap-southeast-2");
}

TEST_F(BucketTest, TheOldNameOfEuropeIsRemembered) {
  s3_.MustCall("CreateBucket", Constraint("other", "EU"));
  EXPECT_EQ(s3_.MustCall("GetBucketLocation", {{"Bucket", "other"}}), (Json{{"LocationConstraint", "EU"}}));
  From("eu-west-1");
  EXPECT_EQ(s3_.MustCall("HeadBucket", {{"Bucket", "other"}})["BucketRegion"], "eu-west-1");
}

TEST_F(BucketTest, TheFirstRegionHasNoLocation) {
  EXPECT_EQ(s3_.MustCall("GetBucketLocation", {{"Bucket", "bucket"}}), Json::object());
}

TEST_F(BucketTest, ACannedAclThatGrantsSomethingIsRefused) {
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", {{"Bucket", "other"}, {"ACL", "public-read"}}),
            "InvalidBucketAclWithObjectOwnership");
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", {{"Bucket", "other"}, {"GrantRead", "uri=\"x\""}}),
            "InvalidBucketAclWithObjectOwnership");
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", {{"Bucket", "other"}, {"ACL", "unheard-of"}}), "InvalidArgument");
  EXPECT_TRUE(s3_.Call("CreateBucket", {{"Bucket", "other"}, {"ACL", "private"}}).ok());
  EXPECT_TRUE(s3_.Call("CreateBucket", {{"Bucket", "others"}, {"ACL", "bucket-owner-full-control"}}).ok());
}

TEST_F(BucketTest, WhatIsNotBuiltIsRefusedAndMakesNoBucket) {
  const AwsError error = Error("CreateBucket", {{"Bucket", "other"}, {"BucketNamespace", "account-regional"}});
  EXPECT_EQ(error.code, "NotImplemented");
  EXPECT_EQ(error.http_status, 501);
  EXPECT_EQ(s3_.ErrorCode("HeadBucket", {{"Bucket", "other"}}), "NoSuchBucket");
}

TEST_F(BucketTest, AnEmptyBucketCanBeDeletedAndItsNameTakenAgain) {
  s3_.MustCall("DeleteBucket", {{"Bucket", "bucket"}});
  EXPECT_EQ(s3_.ErrorCode("HeadBucket", {{"Bucket", "bucket"}}), "NoSuchBucket");
  s3_.scope.account = AccountId("999999999999");
  s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}});
}

TEST_F(BucketTest, TheSettingsOfADeletedBucketAreGone) {
  const Json tags = Json::array({{{"Key", "a"}, {"Value", "b"}}});
  s3_.MustCall("PutBucketTagging", {{"Bucket", "bucket"}, {"Tagging", {{"TagSet", tags}}}});
  s3_.MustCall("DeleteBucket", {{"Bucket", "bucket"}});
  s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}});
  EXPECT_EQ(s3_.ErrorCode("GetBucketTagging", {{"Bucket", "bucket"}}), "NoSuchTagSet");
}

TEST_F(BucketTest, ABucketWithObjectsIsKept) {
  Put("key");
  EXPECT_EQ(Error("DeleteBucket", {{"Bucket", "bucket"}}).message, "The bucket you tried to delete is not empty");
}

TEST_F(BucketTest, ABucketWithADeleteMarkerIsKept) {
  SetVersioning("Enabled");
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "key"}});
  EXPECT_EQ(Error("DeleteBucket", {{"Bucket", "bucket"}}).message,
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket.");
}

TEST_F(BucketTest, UploadsInProgressEndWithTheirBucket) {
  const Json upload = s3_.MustCall("CreateMultipartUpload", {{"Bucket", "bucket"}, {"Key", "key"}});
  s3_.MustCall("DeleteBucket", {{"Bucket", "bucket"}});
  s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}});
  EXPECT_EQ(s3_.ErrorCode("ListParts", {{"Bucket", "bucket"}, {"Key", "key"}, {"UploadId", upload["UploadId"]}}),
            "NoSuchUpload");
}

TEST_F(BucketTest, TheExpectedOwnerIsChecked) {
  EXPECT_TRUE(s3_.Call("HeadBucket", {{"Bucket", "bucket"}, {"ExpectedBucketOwner", "123456789012"}}).ok());
  EXPECT_EQ(Error("HeadBucket", {{"Bucket", "bucket"}, {"ExpectedBucketOwner", "999999999999"}}).http_status, 403);
  const AwsError invalid = Error("HeadBucket", {{"Bucket", "bucket"}, {"ExpectedBucketOwner", "me"}});
  EXPECT_EQ(invalid.code, "InvalidBucketOwnerAWSAccountID");
  EXPECT_EQ(invalid.message, "The value of the expected bucket owner parameter must be an AWS Account ID... [me]");
}

TEST_F(BucketTest, ListsShowTheAccountsOwnInOrder) {
  s3_.MustCall("CreateBucket", {{"Bucket", "another"}});
  s3_.scope.account = AccountId("999999999999");
  s3_.MustCall("CreateBucket", {{"Bucket", "foreign"}});
  s3_.scope.account = AccountId("123456789012");
  EXPECT_EQ(Names(Json::object()), (NameList{"another", "bucket"}));
  EXPECT_EQ(Names({{"Prefix", "buc"}}), (NameList{"bucket"}));
}

TEST_F(BucketTest, RegionsAreListedWhenTheRequestKnowsOfThem) {
  s3_.MustCall("CreateBucket", Constraint("european", "eu-west-1"));
  EXPECT_FALSE(s3_.MustCall("ListBuckets")["Buckets"][0].contains("BucketRegion"));
  const Json answer = s3_.MustCall("ListBuckets", {{"BucketRegion", "eu-west-1"}});
  ASSERT_EQ(answer["Buckets"].size(), 1U);
  EXPECT_EQ(answer["Buckets"][0]["BucketRegion"], "eu-west-1");
  EXPECT_EQ(Names({{"BucketRegion", "eu-west-2"}}), NameList());
}

TEST_F(BucketTest, ListsComeInPages) {
  for (const char* name : {"one", "two", "three"}) s3_.MustCall("CreateBucket", {{"Bucket", name}});
  Json answer = s3_.MustCall("ListBuckets", {{"MaxBuckets", 3}});
  EXPECT_EQ(answer["Buckets"].size(), 3U);
  answer = s3_.MustCall("ListBuckets", {{"MaxBuckets", 3}, {"ContinuationToken", answer["ContinuationToken"]}});
  ASSERT_EQ(answer["Buckets"].size(), 1U);
  EXPECT_EQ(answer["Buckets"][0]["Name"], "two");
  EXPECT_FALSE(answer.contains("ContinuationToken"));
  EXPECT_EQ(s3_.ErrorCode("ListBuckets", {{"ContinuationToken", "two"}}), "InvalidArgument");
  EXPECT_EQ(s3_.ErrorCode("ListBuckets", {{"MaxBuckets", 0}}), "InvalidArgument");
}

TEST_F(BucketTest, ClientsOfAnotherRegionAreSentToItsOwn) {
  From("eu-west-1");
  const AwsError error = Error("HeadBucket", {{"Bucket", "bucket"}});
  EXPECT_EQ(error.code, "PermanentRedirect");
  EXPECT_EQ(error.http_status, 301);
  EXPECT_EQ(error.headers, (decltype(error.headers){{"x-amz-bucket-region", "us-east-1"}}));
  EXPECT_EQ(*error.fields, (Json{{"Bucket", "bucket"}, {"Endpoint", "bucket.s3.us-east-1.localhost:4566"}}));
  EXPECT_EQ(s3_.ErrorCode("PutObject", {{"Bucket", "bucket"}, {"Key", "key"}}), "PermanentRedirect");
}

TEST_F(BucketTest, EveryRegionKnowsWhereABucketIs) {
  s3_.MustCall("CreateBucket", Constraint("european", "eu-west-1"));
  EXPECT_EQ(s3_.MustCall("GetBucketLocation", {{"Bucket", "european"}})["LocationConstraint"], "eu-west-1");
}

TEST_F(BucketTest, RequestsThatNameNoRegionAreServed) {
  From("eu-west-1");
  s3_.names_region = false;
  EXPECT_TRUE(s3_.Call("HeadBucket", {{"Bucket", "bucket"}}).ok());
}

TEST_F(BucketTest, AResetForgetsBuckets) {
  s3_.world().Reset();
  EXPECT_EQ(s3_.ErrorCode("HeadBucket", {{"Bucket", "bucket"}}), "NoSuchBucket");
}

}  // namespace
}  // namespace stratolite::s3
