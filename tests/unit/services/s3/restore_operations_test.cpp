#include "s3/restoration.hpp"
#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr const char* kRestored = "ongoing-request=\"false\", expiry-date=\"";

class RestoreTest : public S3Test {
 protected:
  static Json Named(Json more = Json::object()) {
    more["Bucket"] = "bucket";
    more["Key"] = "key";
    return more;
  }
  static Json Asked(std::int64_t count, const char* tier) {
    return Named({{"RestoreRequest", {{"Days", count}, {"GlacierJobParameters", {{"Tier", tier}}}}}});
  }
  void Archive(const char* storage_class) {
    s3_.MustCall("PutObject", Named({{"Body", "body"}, {"StorageClass", storage_class}}));
  }
  int Restore(std::int64_t count, const char* tier) {
    s3_.MustCall("RestoreObject", Asked(count, tier));
    return s3_.last_http_status;
  }
  std::string Shown() { return s3_.MustCall("HeadObject", Named()).value("Restore", "none"); }
  std::string ReadError() { return s3_.ErrorCode("GetObject", Named()); }
};

TEST_F(RestoreTest, ArchivedObjectsAreReadOnlyWhileTheirCopyIsThere) {
  Archive("GLACIER");
  const AwsError archived = Error("GetObject", Named());
  EXPECT_EQ(archived.code, "InvalidObjectState");
  EXPECT_EQ(archived.fields->at("StorageClass"), "GLACIER");
  EXPECT_EQ(Shown(), "none");
  EXPECT_EQ(Restore(2, "Standard"), 202);
  EXPECT_EQ(Shown(), "ongoing-request=\"true\"");
  s3_.Advance(5h - 1s);
  EXPECT_EQ(ReadError(), "InvalidObjectState");
  s3_.Advance(1s);
  s3_.MustCall("GetObject", Named());
  // 2026-01-02T03:04:05Z, five hours and two days, and on to midnight.
  EXPECT_EQ(Shown(), kRestored + std::string("Mon, 05 Jan 2026 00:00:00 GMT\""));
  s3_.Advance(days(3));
  EXPECT_EQ(ReadError(), "InvalidObjectState");
  EXPECT_EQ(Shown(), "none");
  EXPECT_EQ(Restore(1, "Bulk"), 202);
}

TEST_F(RestoreTest, TiersTakeTheirTime) {
  EXPECT_EQ(RetrievalTime("GLACIER", "Expedited"), 5min);
  EXPECT_EQ(RetrievalTime("GLACIER", "Bulk"), 12h);
  EXPECT_EQ(RetrievalTime("DEEP_ARCHIVE", "Standard"), 12h);
  EXPECT_EQ(RetrievalTime("DEEP_ARCHIVE", "Bulk"), 48h);
  EXPECT_FALSE(RetrievalTime("DEEP_ARCHIVE", "Expedited"));
  EXPECT_FALSE(RetrievalTime("STANDARD", "Standard"));
}

TEST_F(RestoreTest, AskedAgainACopyLivesLonger) {
  Archive("GLACIER");
  Restore(1, "Expedited");
  s3_.Advance(5min);
  EXPECT_EQ(Restore(10, "Expedited"), 200);
  EXPECT_EQ(Shown(), kRestored + std::string("Tue, 13 Jan 2026 00:00:00 GMT\""));
  s3_.Advance(days(5));
  s3_.MustCall("GetObject", Named());
}

TEST_F(RestoreTest, ARestoreInProgressIsOnlySpedUp) {
  Archive("GLACIER");
  Restore(1, "Bulk");
  const AwsError again = Error("RestoreObject", Asked(1, "Bulk"));
  EXPECT_EQ(again.code, "RestoreAlreadyInProgress");
  EXPECT_EQ(again.http_status, 409);
  EXPECT_EQ(s3_.ErrorCode("RestoreObject", Asked(2, "Expedited")), "RestoreAlreadyInProgress");
  EXPECT_EQ(Restore(1, "Expedited"), 202);
  s3_.Advance(5min);
  s3_.MustCall("GetObject", Named());
  EXPECT_EQ(Shown(), kRestored + std::string("Sun, 04 Jan 2026 00:00:00 GMT\""));
}

TEST_F(RestoreTest, RequestsAreChecked) {
  Archive("DEEP_ARCHIVE");
  EXPECT_EQ(Error("RestoreObject", Asked(1, "Expedited")).message,
            "Retrieval option is not supported by this storage class");
  EXPECT_EQ(s3_.ErrorCode("RestoreObject", Asked(0, "Standard")), "InvalidArgument");
  EXPECT_EQ(s3_.ErrorCode("RestoreObject", Asked(1, "Quick")), "MalformedXML");
  EXPECT_EQ(s3_.ErrorCode("RestoreObject", Named({{"RestoreRequest", Json::object()}})), "MalformedXML");
  EXPECT_EQ(s3_.ErrorCode("RestoreObject", Named()), "MissingRequestBodyError");
  EXPECT_EQ(s3_.ErrorCode("RestoreObject", Named({{"RestoreRequest", {{"Type", "SELECT"}}}})), "NotImplemented");
  Put("key");
  const AwsError plain = Error("RestoreObject", Asked(1, "Standard"));
  EXPECT_EQ(plain.message, "Restore is not allowed for the object's current storage class");
  EXPECT_EQ(plain.fields->at("StorageClass"), "STANDARD");
}

TEST_F(RestoreTest, TieredObjectsAreInAnActiveTier) {
  Archive("INTELLIGENT_TIERING");
  s3_.MustCall("GetObject", Named());
  EXPECT_EQ(s3_.ErrorCode("RestoreObject", Asked(1, "Standard")), "InvalidArgument");
  const Json plain{{"GlacierJobParameters", {{"Tier", "Standard"}}}};
  EXPECT_EQ(s3_.ErrorCode("RestoreObject", Named({{"RestoreRequest", plain}})), "ObjectAlreadyInActiveTierError");
}

TEST_F(RestoreTest, CopiesAreMadeOfWhatCanBeRead) {
  Archive("DEEP_ARCHIVE");
  const Json copy{{"Bucket", "bucket"}, {"Key", "copy"}, {"CopySource", "bucket/key"}};
  EXPECT_EQ(Error("CopyObject", copy).message, "Operation is not valid for the source object's storage class");
  Restore(1, "Standard");
  s3_.Advance(12h);
  s3_.MustCall("CopyObject", copy);
  const Json head = s3_.MustCall("HeadObject", {{"Bucket", "bucket"}, {"Key", "copy"}});
  EXPECT_FALSE(head.contains("Restore"));
  EXPECT_FALSE(head.contains("StorageClass"));
}

TEST_F(RestoreTest, CopyOntoItselfBringsAnObjectBackForGood) {
  Archive("GLACIER");
  Restore(1, "Expedited");
  s3_.Advance(5min);
  s3_.MustCall("CopyObject", Named({{"CopySource", "bucket/key"}, {"StorageClass", "STANDARD_IA"}}));
  s3_.Advance(days(30));
  s3_.MustCall("GetObject", Named());
  EXPECT_EQ(s3_.MustCall("HeadObject", Named()).at("StorageClass"), "STANDARD_IA");
}

TEST_F(RestoreTest, ListingsTellWhenTheyAreAsked) {
  Archive("GLACIER");
  Put("plain");
  const Json asked{{"Bucket", "bucket"}, {"OptionalObjectAttributes", {"RestoreStatus"}}};
  const auto status = [&](const char* operation, const char* list) {
    return s3_.MustCall(operation, asked).at(list).at(0).value("RestoreStatus", Json());
  };
  EXPECT_EQ(status("ListObjectsV2", "Contents"), Json());
  Restore(1, "Expedited");
  EXPECT_EQ(status("ListObjectsV2", "Contents"), (Json{{"IsRestoreInProgress", true}}));
  s3_.Advance(5min);
  const Json there{{"IsRestoreInProgress", false}, {"RestoreExpiryDate", 1767484800.0}};
  EXPECT_EQ(status("ListObjects", "Contents"), there);
  EXPECT_EQ(status("ListObjectVersions", "Versions"), there);
  EXPECT_FALSE(s3_.MustCall("ListObjectsV2", {{"Bucket", "bucket"}}).at("Contents").at(0).contains("RestoreStatus"));
  s3_.Advance(days(3));
  EXPECT_EQ(status("ListObjectsV2", "Contents"), Json());
}

TEST_F(RestoreTest, WhatIsDeletedMeanwhileIsNotMissed) {
  Archive("GLACIER");
  Restore(1, "Expedited");
  s3_.MustCall("DeleteObject", Named());
  Archive("GLACIER");
  s3_.Advance(days(4));
  EXPECT_EQ(Shown(), "none");
  EXPECT_EQ(ReadError(), "InvalidObjectState");
}

}  // namespace
}  // namespace stratolite::s3
