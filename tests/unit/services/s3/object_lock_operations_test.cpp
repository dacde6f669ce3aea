#include "s3/object_lock.hpp"
#include "s3/object_lock_errors.hpp"
#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr const char* kProtected = "Access Denied because object protected by object lock.";

class ObjectLockTest : public S3Test {
 protected:
  void SetUp() override {
    S3Test::SetUp();
    s3_.MustCall("CreateBucket", {{"Bucket", "vault"}, {"ObjectLockEnabledForBucket", true}});
  }
  static Json Named(Json more = Json::object()) {
    more["Bucket"] = "vault";
    more["Key"] = "key";
    return more;
  }
  double In(Duration duration) { return EpochSecondsWithFraction(s3_.Now() + duration); }
  Json RetentionUntil(const char* mode, Duration from_now) {
    return {{"Mode", mode}, {"RetainUntilDate", In(from_now)}};
  }
  std::string PutVersion(Json more = Json::object()) {
    more["Body"] = "body";
    return s3_.MustCall("PutObject", Named(std::move(more))).at("VersionId");
  }
  std::string PutLocked(const char* mode, Duration from_now) {
    return PutVersion({{"ObjectLockMode", mode}, {"ObjectLockRetainUntilDate", In(from_now)}});
  }
  std::string RetentionError(Json retention, bool bypass = false) {
    return Error("PutObjectRetention",
                 Named({{"Retention", std::move(retention)}, {"BypassGovernanceRetention", bypass}}))
        .message;
  }
  void PutRetention(Json retention, bool bypass = false) {
    s3_.MustCall("PutObjectRetention",
                 Named({{"Retention", std::move(retention)}, {"BypassGovernanceRetention", bypass}}));
  }
  std::string DeleteError(const std::string& version, bool bypass = false) {
    return Error("DeleteObject", Named({{"VersionId", version}, {"BypassGovernanceRetention", bypass}})).message;
  }
  void Delete(const std::string& version, bool bypass = false) {
    s3_.MustCall("DeleteObject", Named({{"VersionId", version}, {"BypassGovernanceRetention", bypass}}));
  }
  void SetDefault(Json retention) {
    s3_.MustCall("PutObjectLockConfiguration",
                 {{"Bucket", "vault"},
                  {"ObjectLockConfiguration",
                   {{"ObjectLockEnabled", "Enabled"}, {"Rule", {{"DefaultRetention", std::move(retention)}}}}}});
  }
  AwsError ConfigurationError(Json configuration, const char* bucket = "vault") {
    return Error("PutObjectLockConfiguration",
                 {{"Bucket", bucket}, {"ObjectLockConfiguration", std::move(configuration)}});
  }
};

TEST_F(ObjectLockTest, BucketsMadeWithObjectLockAreVersionedForGood) {
  EXPECT_EQ(s3_.MustCall("GetBucketVersioning", {{"Bucket", "vault"}}), (Json{{"Status", "Enabled"}}));
  EXPECT_EQ(s3_.MustCall("GetObjectLockConfiguration", {{"Bucket", "vault"}}),
            (Json{{"ObjectLockConfiguration", {{"ObjectLockEnabled", "Enabled"}}}}));
  const AwsError error =
      Error("PutBucketVersioning", {{"Bucket", "vault"}, {"VersioningConfiguration", {{"Status", "Suspended"}}}});
  EXPECT_EQ(error.code, "InvalidBucketState");
  EXPECT_EQ(error.http_status, 409);
}

TEST_F(ObjectLockTest, OtherBucketsHaveNone) {
  const AwsError error = Error("GetObjectLockConfiguration", {{"Bucket", "bucket"}});
  EXPECT_EQ(error.code, "ObjectLockConfigurationNotFoundError");
  EXPECT_EQ(error.fields->at("BucketName"), "bucket");
  Put("key");
  for (const char* operation : {"GetObjectRetention", "GetObjectLegalHold"})
    EXPECT_EQ(Error(operation, {{"Bucket", "bucket"}, {"Key", "key"}}).code, "InvalidRequest") << operation;
  EXPECT_EQ(
      Error("PutObjectLegalHold", {{"Bucket", "bucket"}, {"Key", "key"}, {"LegalHold", {{"Status", "ON"}}}}).message,
      "Bucket is missing Object Lock Configuration");
  EXPECT_EQ(Error("DeleteObject", {{"Bucket", "bucket"}, {"Key", "key"}, {"BypassGovernanceRetention", false}}).code,
            "InvalidArgument");
}

TEST_F(ObjectLockTest, ExistingBucketsGetItOnceTheirVersioningIsOn) {
  const Json enabled{{"ObjectLockEnabled", "Enabled"}};
  EXPECT_EQ(ConfigurationError(enabled, "bucket").code, "InvalidBucketState");
  SetVersioning("Enabled");
  s3_.MustCall("PutObjectLockConfiguration", {{"Bucket", "bucket"}, {"ObjectLockConfiguration", enabled}});
  EXPECT_EQ(s3_.MustCall("GetObjectLockConfiguration", {{"Bucket", "bucket"}}).at("ObjectLockConfiguration"), enabled);
}

TEST_F(ObjectLockTest, ConfigurationsAreChecked) {
  const auto with = [](Json retention) {
    return Json{{"ObjectLockEnabled", "Enabled"}, {"Rule", {{"DefaultRetention", std::move(retention)}}}};
  };
  EXPECT_EQ(ConfigurationError(Json::object()).code, "MalformedXML");
  EXPECT_EQ(ConfigurationError({{"ObjectLockEnabled", "Disabled"}}).code, "MalformedXML");
  EXPECT_EQ(ConfigurationError({{"ObjectLockEnabled", "Enabled"}, {"Rule", Json::object()}}).code, "MalformedXML");
  EXPECT_EQ(ConfigurationError(with(Json::object())).code, "MalformedXML");
  EXPECT_EQ(ConfigurationError(with({{"Mode", "governance"}, {"Days", 1}})).code, "MalformedXML");
  EXPECT_EQ(ConfigurationError(with({{"Mode", "GOVERNANCE"}})).code, "MalformedXML");
  EXPECT_EQ(ConfigurationError(with({{"Mode", "GOVERNANCE"}, {"Days", 1}, {"Years", 1}})).code, "MalformedXML");
  EXPECT_EQ(ConfigurationError(with({{"Mode", "GOVERNANCE"}, {"Days", 0}})).message,
            "Default retention period must be a positive integer value.");
  EXPECT_EQ(ConfigurationError(with({{"Mode", "GOVERNANCE"}, {"Years", 101}})).message,
            "Default retention period too large.");
  EXPECT_EQ(ConfigurationError(with({{"Mode", "GOVERNANCE"}, {"Days", 1}, {"DefaultEventHold", {{"Days", 1}}}})).code,
            "NotImplemented");
}

TEST_F(ObjectLockTest, DefaultRetentionCountsFromTheVersionsTime) {
  SetDefault({{"Mode", "COMPLIANCE"}, {"Years", 2}});
  PutVersion();
  const Json head = s3_.MustCall("HeadObject", Named());
  EXPECT_EQ(head.at("ObjectLockMode"), "COMPLIANCE");
  EXPECT_EQ(head.at("ObjectLockRetainUntilDate").get<double>(), head.at("LastModified").get<double>() + 730 * 86400);
  EXPECT_FALSE(head.contains("ObjectLockLegalHoldStatus"));
}

TEST_F(ObjectLockTest, OwnRetentionWinsOverTheDefault) {
  SetDefault({{"Mode", "COMPLIANCE"}, {"Days", 100}});
  PutLocked("GOVERNANCE", days(1));
  EXPECT_EQ(s3_.MustCall("GetObjectRetention", Named()),
            (Json{{"Retention", {{"Mode", "GOVERNANCE"}, {"RetainUntilDate", In(days(1))}}}}));
}

TEST_F(ObjectLockTest, CopiesTakeTheDefaultAndNothingOfTheirSource) {
  PutLocked("COMPLIANCE", days(1));
  s3_.MustCall("PutObjectLegalHold", Named({{"LegalHold", {{"Status", "ON"}}}}));
  s3_.MustCall("CopyObject", {{"Bucket", "vault"}, {"Key", "copy"}, {"CopySource", "vault/key"}});
  EXPECT_FALSE(s3_.MustCall("HeadObject", {{"Bucket", "vault"}, {"Key", "copy"}}).contains("ObjectLockMode"));
  EXPECT_EQ(Error("GetObjectLegalHold", {{"Bucket", "vault"}, {"Key", "copy"}}).code, "NoSuchObjectLockConfiguration");
}

TEST_F(ObjectLockTest, MultipartUploadsTakeTheirLockAlong) {
  const std::string id = s3_.MustCall("CreateMultipartUpload", Named({{"ObjectLockMode", "GOVERNANCE"},
                                                                      {"ObjectLockRetainUntilDate", In(days(3))},
                                                                      {"ObjectLockLegalHoldStatus", "ON"}}))
                             .at("UploadId");
  const Json part = s3_.MustCall("UploadPart", Named({{"UploadId", id}, {"PartNumber", 1}, {"Body", "body"}}));
  s3_.MustCall(
      "CompleteMultipartUpload",
      Named({{"UploadId", id}, {"MultipartUpload", {{"Parts", {{{"PartNumber", 1}, {"ETag", part.at("ETag")}}}}}}}));
  const Json head = s3_.MustCall("HeadObject", Named());
  EXPECT_EQ(head.at("ObjectLockMode"), "GOVERNANCE");
  EXPECT_EQ(head.at("ObjectLockLegalHoldStatus"), "ON");
}

TEST_F(ObjectLockTest, GovernanceProtectsUntilItsDateOrItIsBypassed) {
  const std::string first = PutLocked("GOVERNANCE", days(1));
  const std::string second = PutLocked("GOVERNANCE", days(1));
  EXPECT_EQ(DeleteError(first), kProtected);
  Delete(first, true);
  s3_.Advance(days(1) - 1s);
  EXPECT_EQ(DeleteError(second), kProtected);
  s3_.Advance(1s);
  Delete(second);
  EXPECT_EQ(s3_.ErrorCode("HeadObject", Named()), "NoSuchKey");
}

TEST_F(ObjectLockTest, NobodyGetsAroundCompliance) {
  const std::string version = PutLocked("COMPLIANCE", days(10));
  EXPECT_EQ(DeleteError(version, true), kProtected);
  EXPECT_EQ(RetentionError(RetentionUntil("COMPLIANCE", days(9)), true), kProtected);
  EXPECT_EQ(RetentionError(RetentionUntil("GOVERNANCE", days(20)), true), kProtected);
  EXPECT_EQ(RetentionError(Json::object(), true), kProtected);
  PutRetention(RetentionUntil("COMPLIANCE", days(20)));
  s3_.Advance(days(15));
  EXPECT_EQ(DeleteError(version, true), kProtected);
  s3_.Advance(days(5));
  PutRetention(Json::object());
  Delete(version);
}

TEST_F(ObjectLockTest, GovernanceIsShortenedAndLiftedByBypassOnly) {
  const std::string version = PutLocked("GOVERNANCE", days(10));
  EXPECT_EQ(RetentionError(RetentionUntil("GOVERNANCE", days(9))), kProtected);
  EXPECT_EQ(RetentionError(RetentionUntil("COMPLIANCE", days(20))), kProtected);
  EXPECT_EQ(RetentionError(Json::object()), kProtected);
  PutRetention(RetentionUntil("GOVERNANCE", days(11)));
  PutRetention(RetentionUntil("GOVERNANCE", days(2)), true);
  PutRetention(Json::object(), true);
  EXPECT_EQ(s3_.ErrorCode("GetObjectRetention", Named()), "NoSuchObjectLockConfiguration");
  Delete(version);
}

TEST_F(ObjectLockTest, LegalHoldsHoldWhateverTheRetention) {
  const std::string version = PutVersion({{"ObjectLockLegalHoldStatus", "ON"}});
  EXPECT_EQ(DeleteError(version, true), kProtected);
  s3_.Advance(days(40'000));
  EXPECT_EQ(DeleteError(version, true), kProtected);
  s3_.MustCall("PutObjectLegalHold", Named({{"LegalHold", {{"Status", "OFF"}}}}));
  EXPECT_EQ(s3_.MustCall("GetObjectLegalHold", Named()), (Json{{"LegalHold", {{"Status", "OFF"}}}}));
  EXPECT_EQ(s3_.MustCall("HeadObject", Named()).at("ObjectLockLegalHoldStatus"), "OFF");
  Delete(version);
}

TEST_F(ObjectLockTest, DeleteMarkersGoOnTopAndAwayAgain) {
  const std::string version = PutLocked("COMPLIANCE", days(1));
  const Json marker = s3_.MustCall("DeleteObject", Named());
  EXPECT_EQ(marker.at("DeleteMarker"), true);
  EXPECT_EQ(s3_.ErrorCode("HeadObject", Named()), "NoSuchKey");
  EXPECT_EQ(Error("GetObjectRetention", Named({{"VersionId", marker.at("VersionId")}})).code, "MethodNotAllowed");
  Delete(marker.at("VersionId"));
  EXPECT_EQ(s3_.MustCall("HeadObject", Named()).at("VersionId"), version);
}

TEST_F(ObjectLockTest, DeleteObjectsRefusesWhatIsLockedAndDeletesTheRest) {
  const std::string locked = PutLocked("GOVERNANCE", days(1));
  const std::string plain = PutVersion();
  const Json objects = {{{"Key", "key"}, {"VersionId", locked}}, {{"Key", "key"}, {"VersionId", plain}}};
  const Json answer = s3_.MustCall("DeleteObjects", {{"Bucket", "vault"}, {"Delete", {{"Objects", objects}}}});
  EXPECT_EQ(answer.at("Deleted"), (Json{{{"Key", "key"}, {"VersionId", plain}}}));
  EXPECT_EQ(answer.at("Errors"),
            (Json{{{"Code", "AccessDenied"}, {"Key", "key"}, {"Message", kProtected}, {"VersionId", locked}}}));
  const Json again =
      s3_.MustCall("DeleteObjects", {{"Bucket", "vault"},
                                     {"BypassGovernanceRetention", true},
                                     {"Delete", {{"Objects", {{{"Key", "key"}, {"VersionId", locked}}}}}}});
  EXPECT_FALSE(again.contains("Errors"));
}

TEST_F(ObjectLockTest, LocksOfUploadsAreChecked) {
  const auto error = [this](Json more, const char* bucket = "vault") {
    more["Bucket"] = bucket;
    more["Key"] = "key";
    more["Body"] = "body";
    return Error("PutObject", std::move(more));
  };
  EXPECT_EQ(error({{"ObjectLockMode", "GOVERNANCE"}}).fields->at("ArgumentName"),
            "x-amz-object-lock-retain-until-date");
  EXPECT_EQ(error({{"ObjectLockRetainUntilDate", In(days(1))}}).fields->at("ArgumentName"), "x-amz-object-lock-mode");
  EXPECT_EQ(error({{"ObjectLockMode", "SOFT"}, {"ObjectLockRetainUntilDate", In(days(1))}}).message,
            "Unknown wormMode directive.");
  EXPECT_EQ(error({{"ObjectLockMode", "GOVERNANCE"}, {"ObjectLockRetainUntilDate", In(0s)}}).message,
            "The retain until date must be in the future!");
  EXPECT_EQ(error({{"ObjectLockLegalHoldStatus", "on"}}).message, "Legal Hold must be either of 'ON' or 'OFF'");
  EXPECT_EQ(error({{"ObjectLockEventHold", "ON"}}).code, "NotImplemented");
  EXPECT_EQ(error({{"ObjectLockLegalHoldStatus", "ON"}}, "bucket").message,
            "Bucket is missing Object Lock Configuration");
}

TEST_F(ObjectLockTest, RetentionElementsAreChecked) {
  PutVersion();
  EXPECT_EQ(Error("PutObjectRetention", Named()).code, "MalformedXML");
  EXPECT_EQ(Error("PutObjectRetention", Named({{"Retention", {{"Mode", "GOVERNANCE"}}}})).code, "MalformedXML");
  EXPECT_EQ(Error("PutObjectLegalHold", Named({{"LegalHold", Json::object()}})).code, "MalformedXML");
  const AwsError past = Error("PutObjectRetention", Named({{"Retention", RetentionUntil("GOVERNANCE", -1s)}}));
  EXPECT_EQ(past.message, "The retain until date must be in the future!");
  EXPECT_EQ(past.fields->at("ArgumentName"), "RetainUntilDate");
  EXPECT_EQ(Error("PutObjectRetention", Named({{"Retention", {{"EventHold", "ON"}}}})).code, "NotImplemented");
}

TEST(PacificTime, KnowsSummer) {
  const auto at = [](const char* text) { return PacificTime(*ParseIso8601(text)); };
  EXPECT_EQ(at("2020-01-01T00:00:00Z"), "Tue Dec 31 16:00:00 PST 2019");
  EXPECT_EQ(at("2026-03-08T09:59:59Z"), "Sun Mar 08 01:59:59 PST 2026");
  EXPECT_EQ(at("2026-03-08T10:00:00Z"), "Sun Mar 08 03:00:00 PDT 2026");
  EXPECT_EQ(at("2026-11-01T08:59:59Z"), "Sun Nov 01 01:59:59 PDT 2026");
  EXPECT_EQ(at("2026-11-01T09:00:00Z"), "Sun Nov 01 01:00:00 PST 2026");
}

}  // namespace
}  // namespace stratolite::s3
