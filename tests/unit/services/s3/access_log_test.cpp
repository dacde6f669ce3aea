#include "s3/access_log.hpp"

#include <gtest/gtest.h>

#include "stratolite/ports/access_mode.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/request_log.hpp"
#include "stratolite/service/world.hpp"
#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

class AccessLogTest : public S3Test {
 protected:
  void SetUp() override {
    S3Test::SetUp();
    s3_.MustCall("CreateBucket", {{"Bucket", "target"}});
  }
  void Enable(const std::string& target = "target") {
    s3_.MustCall("PutBucketLogging",
                 {{"Bucket", "bucket"},
                  {"BucketLoggingStatus", {{"LoggingEnabled", {{"TargetBucket", target}, {"TargetPrefix", ""}}}}}});
  }
  void Answer(const std::string& key) {
    wire::HttpRequest request;
    request.method = "GET";
    request.target = "/bucket/" + key;
    const wire::HttpResponse response;
    s3_.world().deps().ports.Find<ports::RequestLog>()->Answered({.request = request,
                                                                  .target = request.target,
                                                                  .operation = "GetObject",
                                                                  .request_id = "REQUEST",
                                                                  .response = response});
  }
  std::size_t Delivered(const std::string& bucket = "target") {
    const Json listing = s3_.MustCall("ListObjectsV2", {{"Bucket", bucket}});
    return listing.contains("Contents") ? listing["Contents"].size() : 0;
  }
};

TEST_F(AccessLogTest, WithoutLoggingThereIsNothingToDeliver) {
  Answer("a");
  s3_.Advance(std::chrono::hours(2));
  EXPECT_EQ(Delivered(), 0u);
}

TEST_F(AccessLogTest, LinesOfAnHourAreOneObject) {
  Enable();
  Answer("a");
  Answer("b");
  s3_.Advance(std::chrono::hours(1));
  ASSERT_EQ(Delivered(), 1u);
  s3_.Advance(std::chrono::hours(5));
  EXPECT_EQ(Delivered(), 1u);
  Answer("c");
  s3_.Advance(std::chrono::hours(1));
  EXPECT_EQ(Delivered(), 2u);
}

class EnforcedMode final : public ports::AccessMode {
 public:
  IamMode mode() const override { return IamMode::kEnforce; }
};

TEST_F(AccessLogTest, AnAccessControlListLetsLogsInWherePoliciesDecide) {
  EnforcedMode mode;
  s3_.world().deps().ports.Offer<ports::AccessMode>(&mode);
  s3_.MustCall("CreateBucket", {{"Bucket", "old"}, {"ObjectOwnership", "ObjectWriter"}, {"ACL", "log-delivery-write"}});
  for (const auto& [target, delivered] : {std::pair("target", 0u), std::pair("old", 1u)}) {
    Enable(target);
    Answer("a");
    s3_.Advance(std::chrono::hours(1));
    EXPECT_EQ(Delivered(target), delivered) << target;
  }
}

TEST_F(AccessLogTest, ALogWithoutATargetIsLostAndTheNextOneIsNot) {
  Enable();
  s3_.MustCall("DeleteBucket", {{"Bucket", "target"}});
  Answer("lost");
  s3_.Advance(std::chrono::hours(1));
  s3_.MustCall("CreateBucket", {{"Bucket", "target"}});
  Answer("kept");
  s3_.Advance(std::chrono::hours(1));
  ASSERT_EQ(Delivered(), 1u);
  const Json key = s3_.MustCall("ListObjectsV2", {{"Bucket", "target"}})["Contents"][0]["Key"];
  const Json log = s3_.MustCall("GetObject", {{"Bucket", "target"}, {"Key", key}});
  const auto& bytes = log["Body"].get_binary();
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_EQ(text.find("lost"), std::string::npos);
  EXPECT_NE(text.find("kept"), std::string::npos);
}

TEST_F(AccessLogTest, ABucketMayLogIntoItself) {
  Enable("bucket");
  Answer("a");
  s3_.Advance(std::chrono::hours(1));
  EXPECT_EQ(Delivered("bucket"), 1u);
}

}  // namespace
}  // namespace stratolite::s3
