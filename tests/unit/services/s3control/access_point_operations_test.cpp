#include "s3control/access_point_operations.hpp"

#include <gtest/gtest.h>

#include "s3/s3.hpp"
#include "s3control/s3control.hpp"
#include "support/service_harness.hpp"

namespace stratolite::s3control {
namespace {

constexpr const char* kAccount = "123456789012";

/// S3 Control beside S3, with a bucket.
class AccessPointTest : public ::testing::Test {
 protected:
  void SetUp() override { S3("CreateBucket", {{"Bucket", "bucket"}}); }

  Json S3(std::string_view operation, const Json& input) {
    world_.service = "s3";
    return world_.MustCall(operation, input);
  }
  std::string S3Error(std::string_view operation, const Json& input) {
    world_.service = "s3";
    return world_.ErrorCode(operation, input);
  }
  Json Control(std::string_view operation, Json input = Json::object()) {
    world_.service = "s3control";
    input["AccountId"] = kAccount;
    return world_.MustCall(operation, std::move(input));
  }
  std::string ControlError(std::string_view operation, Json input = Json::object()) {
    world_.service = "s3control";
    input["AccountId"] = kAccount;
    return world_.ErrorCode(operation, std::move(input));
  }
  Json Make(const std::string& name) { return Control("CreateAccessPoint", {{"Name", name}, {"Bucket", "bucket"}}); }
  std::string Body(const std::string& bucket) {
    const Json body = S3("GetObject", {{"Bucket", bucket}, {"Key", "k"}})["Body"];
    const auto& bytes = body.get_binary();
    return {bytes.begin(), bytes.end()};
  }

  testing::ServiceHarness world_{std::vector<ServiceDescriptor>{kDescriptor, s3::kDescriptor}};
};

TEST_F(AccessPointTest, AnObjectIsReachedByArnAliasAndHostName) {
  const Json made = Make("point");
  EXPECT_EQ(made["AccessPointArn"], "arn:aws:s3:us-east-1:123456789012:accesspoint/point");
  S3("PutObject", {{"Bucket", made["AccessPointArn"]}, {"Key", "k"}, {"Body", "body"}});
  EXPECT_EQ(Body("bucket"), "body");
  EXPECT_EQ(Body(made["Alias"]), "body");
  EXPECT_EQ(Body("point-123456789012"), "body");
}

TEST_F(AccessPointTest, ABucketOfThatVeryNameComesFirst) {
  Make("point");
  S3("CreateBucket", {{"Bucket", "point-123456789012"}});
  S3("PutObject", {{"Bucket", "point-123456789012"}, {"Key", "k"}, {"Body", "own"}});
  EXPECT_EQ(S3Error("GetObject", {{"Bucket", "bucket"}, {"Key", "k"}}), "NoSuchKey");
}

TEST_F(AccessPointTest, OperationsOnTheBucketItselfAreRefused) {
  const Json made = Make("point");
  EXPECT_EQ(S3Error("DeleteBucket", {{"Bucket", made["Alias"]}}), "MethodNotAllowed");
  EXPECT_EQ(S3Error("PutBucketPolicy", {{"Bucket", made["Alias"]}, {"Policy", "{}"}}), "MethodNotAllowed");
}

TEST_F(AccessPointTest, ABucketWithAccessPointsStays) {
  Make("point");
  EXPECT_EQ(S3Error("DeleteBucket", {{"Bucket", "bucket"}}), "BucketHasAccessPointsAttached");
  Control("DeleteAccessPoint", {{"Name", "point"}});
  S3("DeleteBucket", {{"Bucket", "bucket"}});
}

TEST_F(AccessPointTest, ANameIsTakenOncePerAccountAndRegion) {
  Make("point");
  EXPECT_EQ(ControlError("CreateAccessPoint", {{"Name", "point"}, {"Bucket", "bucket"}}),
            "AccessPointAlreadyOwnedByYou");
}

TEST_F(AccessPointTest, ABlockThatIsLeftOutBlocksEverything) {
  Make("closed");
  Control("CreateAccessPoint",
          {{"Name", "open"}, {"Bucket", "bucket"}, {"PublicAccessBlockConfiguration", Json::object()}});
  EXPECT_EQ(Control("GetAccessPoint", {{"Name", "closed"}})["PublicAccessBlockConfiguration"]["BlockPublicAcls"], true);
  EXPECT_EQ(Control("GetAccessPoint", {{"Name", "open"}})["PublicAccessBlockConfiguration"]["BlockPublicAcls"], false);
}

TEST_F(AccessPointTest, TagsOfABucketAreOneSetInBothApis) {
  const Json about{{"ResourceArn", "arn:aws:s3:::bucket"}};
  Json tag = about;
  tag["Tags"] = Json::array({{{"Key", "a"}, {"Value", "1"}}});
  Control("TagResource", tag);
  EXPECT_EQ(S3("GetBucketTagging", {{"Bucket", "bucket"}})["TagSet"], tag["Tags"]);
  Json untag = about;
  untag["TagKeys"] = Json::array({"a", "never there"});
  Control("UntagResource", untag);
  EXPECT_EQ(Control("ListTagsForResource", about)["Tags"], Json::array());
}

TEST_F(AccessPointTest, TheAccountsBlockRefusesPublicPoliciesOfItsBuckets) {
  const Json nothing{{"BlockPublicPolicy", false}};
  S3("PutPublicAccessBlock", {{"Bucket", "bucket"}, {"PublicAccessBlockConfiguration", nothing}});
  Control("PutPublicAccessBlock", {{"PublicAccessBlockConfiguration", {{"BlockPublicPolicy", true}}}});
  const Json policy{{"Bucket", "bucket"},
                    {"Policy", R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)"
                               R"("Resource":"arn:aws:s3:::bucket/*"}]})"}};
  EXPECT_EQ(S3Error("PutBucketPolicy", policy), "AccessDenied");
  Control("DeletePublicAccessBlock");
  S3("PutBucketPolicy", policy);
}

}  // namespace
}  // namespace stratolite::s3control
