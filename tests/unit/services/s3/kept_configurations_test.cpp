#include <gtest/gtest.h>

#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

class KeptConfigurationTest : public S3Test {
 protected:
  Json Tiering(int days) {
    return {{"Bucket", "bucket"},
            {"Id", "t"},
            {"IntelligentTieringConfiguration",
             {{"Id", "t"},
              {"Status", "Enabled"},
              {"Tierings", Json::array({{{"AccessTier", "ARCHIVE_ACCESS"}, {"Days", days}}})}}}};
  }
};

TEST_F(KeptConfigurationTest, AnArchiveBeginsAfterNinetyDays) {
  EXPECT_EQ(s3_.ErrorCode("PutBucketIntelligentTieringConfiguration", Tiering(89)), "InvalidArgument");
  s3_.MustCall("PutBucketIntelligentTieringConfiguration", Tiering(90));
  EXPECT_EQ(s3_.MustCall("ListBucketIntelligentTieringConfigurations",
                         {{"Bucket", "bucket"}})["IntelligentTieringConfigurationList"][0]["Tierings"][0]["Days"],
            90);
}

TEST_F(KeptConfigurationTest, AnExportNamesABucketByItsArn) {
  const Json destination{{"Format", "CSV"}, {"Bucket", "target"}};
  const Json configuration{
      {"Id", "a"},
      {"StorageClassAnalysis",
       {{"DataExport", {{"OutputSchemaVersion", "V_1"}, {"Destination", {{"S3BucketDestination", destination}}}}}}}};
  EXPECT_EQ(s3_.ErrorCode("PutBucketAnalyticsConfiguration",
                          {{"Bucket", "bucket"}, {"Id", "a"}, {"AnalyticsConfiguration", configuration}}),
            "InvalidArgument");
}

TEST_F(KeptConfigurationTest, ABucketWithDotsIsNotAccelerated) {
  s3_.MustCall("CreateBucket", {{"Bucket", "with.dots"}});
  const Json enabled{{"Status", "Enabled"}};
  EXPECT_EQ(s3_.ErrorCode("PutBucketAccelerateConfiguration",
                          {{"Bucket", "with.dots"}, {"AccelerateConfiguration", enabled}}),
            "InvalidRequest");
  EXPECT_EQ(s3_.MustCall("GetBucketAccelerateConfiguration", {{"Bucket", "bucket"}}), Json::object());
  s3_.MustCall("PutBucketAccelerateConfiguration", {{"Bucket", "bucket"}, {"AccelerateConfiguration", enabled}});
  EXPECT_EQ(s3_.MustCall("GetBucketAccelerateConfiguration", {{"Bucket", "bucket"}}), enabled);
}

TEST_F(KeptConfigurationTest, TagsOfABucketThatTheyDecideOnAreSetByArn) {
  s3_.MustCall("PutBucketAbac", {{"Bucket", "bucket"}, {"AbacStatus", {{"Status", "Enabled"}}}});
  EXPECT_EQ(s3_.ErrorCode("DeleteBucketTagging", {{"Bucket", "bucket"}}), "InvalidRequest");
}

}  // namespace
}  // namespace stratolite::s3
