#include "s3/replication.hpp"

#include <gtest/gtest.h>

#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

class ReplicationTest : public S3Test {
 protected:
  void SetUp() override {
    S3Test::SetUp();
    SetVersioning("Enabled");
    MakeTarget("target");
  }
  void MakeTarget(const std::string& name) {
    s3_.MustCall("CreateBucket", {{"Bucket", name}});
    s3_.MustCall("PutBucketVersioning", {{"Bucket", name}, {"VersioningConfiguration", {{"Status", "Enabled"}}}});
  }
  static Json Rule(const std::string& target, int priority = 1, Json filter = Json::object()) {
    return {{"ID", target + std::to_string(priority)},
            {"Status", "Enabled"},
            {"Priority", priority},
            {"Filter", std::move(filter)},
            {"DeleteMarkerReplication", {{"Status", "Disabled"}}},
            {"Destination", {{"Bucket", "arn:aws:s3:::" + target}}}};
  }
  static Json Request(Json rules) {
    return {
        {"Bucket", "bucket"},
        {"ReplicationConfiguration", {{"Role", "arn:aws:iam::123456789012:role/copier"}, {"Rules", std::move(rules)}}}};
  }
  void Configure(Json rules) { s3_.MustCall("PutBucketReplication", Request(std::move(rules))); }
  std::string Refusal(Json rules) { return Error("PutBucketReplication", Request(std::move(rules))).message; }
  Json Head(const std::string& bucket, const std::string& key) {
    return s3_.MustCall("HeadObject", {{"Bucket", bucket}, {"Key", key}});
  }
  bool Has(const std::string& bucket, const std::string& key) {
    return s3_.Call("HeadObject", {{"Bucket", bucket}, {"Key", key}}).ok();
  }
  void Settle() { s3_.Advance(Duration(0)); }
};

TEST_F(ReplicationTest, AnObjectIsPendingThenCopiedWithItsVersionId) {
  Configure(Json::array({Rule("target")}));
  s3_.MustCall("PutObject", {{"Bucket", "bucket"},
                             {"Key", "a"},
                             {"Body", std::string(100'000, 'x')},
                             {"Metadata", {{"color", "red"}}},
                             {"Tagging", "k=v"}});
  Settle();
  const Json source = Head("bucket", "a");
  const Json replica = Head("target", "a");
  EXPECT_EQ(source["ReplicationStatus"], "COMPLETED");
  EXPECT_EQ(replica["ReplicationStatus"], "REPLICA");
  for (const char* same : {"VersionId", "ETag", "Metadata", "LastModified", "ContentLength", "TagCount"})
    EXPECT_EQ(replica[same], source[same]) << same;
  const Json body = s3_.MustCall("GetObject", {{"Bucket", "target"}, {"Key", "a"}});
  EXPECT_EQ(body["Body"].get_binary().size(), 100'000u);
}

TEST_F(ReplicationTest, WhatNoRuleMatchesHasNoStatus) {
  Configure(Json::array(
      {Rule("target", 1, {{"And", {{"Prefix", "in/"}, {"Tags", Json::array({{{"Key", "k"}, {"Value", "v"}}})}}}})}));
  s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "in/tagged"}, {"Tagging", "k=v&l=w"}});
  s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "in/other"}, {"Tagging", "k=w"}});
  s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "out/tagged"}, {"Tagging", "k=v"}});
  Settle();
  EXPECT_TRUE(Has("target", "in/tagged"));
  EXPECT_FALSE(Has("target", "in/other"));
  EXPECT_FALSE(Has("target", "out/tagged"));
  EXPECT_FALSE(Head("bucket", "in/other").contains("ReplicationStatus"));
}

TEST_F(ReplicationTest, TheRuleOfTheHighestPrioritySaysHow) {
  Json low = Rule("target", 1);
  low["Destination"]["StorageClass"] = "ONEZONE_IA";
  Json high = Rule("target", 2, {{"Prefix", "a"}});
  high["Destination"]["StorageClass"] = "STANDARD_IA";
  MakeTarget("second");
  Configure(Json::array({low, high, Rule("second", 1)}));
  Put("abc");
  Put("xyz");
  Settle();
  EXPECT_EQ(Head("target", "abc")["StorageClass"], "STANDARD_IA");
  EXPECT_EQ(Head("target", "xyz")["StorageClass"], "ONEZONE_IA");
  EXPECT_EQ(Head("second", "abc")["VersionId"], Head("bucket", "abc")["VersionId"]);
}

TEST_F(ReplicationTest, DeleteMarkersFollowTheRuleAndRemovalsNobody) {
  Json rule = Rule("target");
  Configure(Json::array({rule}));
  Put("kept");
  Settle();
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "kept"}});
  Settle();
  EXPECT_TRUE(Has("target", "kept"));

  rule["DeleteMarkerReplication"]["Status"] = "Enabled";
  Configure(Json::array({rule}));
  Put("gone");
  Settle();
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "gone"}});
  Settle();
  EXPECT_FALSE(Has("target", "gone"));
  const Json versions = s3_.MustCall("ListObjectVersions", {{"Bucket", "target"}, {"Prefix", "gone"}});
  ASSERT_EQ(versions["Versions"].size(), 1u);
  s3_.MustCall("DeleteObject",
               {{"Bucket", "bucket"}, {"Key", "gone"}, {"VersionId", versions["Versions"][0]["VersionId"]}});
  Settle();
  EXPECT_EQ(s3_.MustCall("ListObjectVersions", {{"Bucket", "target"}, {"Prefix", "gone"}})["Versions"].size(), 1u);
}

TEST_F(ReplicationTest, RulesOfTheFirstVersionCopyDeleteMarkers) {
  Configure(
      Json::array({{{"Status", "Enabled"}, {"Prefix", ""}, {"Destination", {{"Bucket", "arn:aws:s3:::target"}}}}}));
  Put("a");
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "a"}});
  Settle();
  EXPECT_EQ(s3_.MustCall("ListObjectVersions", {{"Bucket", "target"}})["DeleteMarkers"].size(), 1u);
}

TEST_F(ReplicationTest, ReplicasAreNotReplicatedAgain) {
  MakeTarget("third");
  Configure(Json::array({Rule("target")}));
  Json request = Request(Json::array({Rule("third")}));
  request["Bucket"] = "target";
  s3_.MustCall("PutBucketReplication", request);
  Put("a");
  Settle();
  EXPECT_TRUE(Has("target", "a"));
  EXPECT_FALSE(Has("third", "a"));
}

TEST_F(ReplicationTest, TagsFollowTheirObject) {
  Configure(Json::array({Rule("target")}));
  Put("a");
  Settle();
  s3_.MustCall(
      "PutObjectTagging",
      {{"Bucket", "bucket"}, {"Key", "a"}, {"Tagging", {{"TagSet", Json::array({{{"Key", "k"}, {"Value", "v"}}})}}}});
  Settle();
  EXPECT_EQ(s3_.MustCall("GetObjectTagging", {{"Bucket", "target"}, {"Key", "a"}})["TagSet"].size(), 1u);
}

TEST_F(ReplicationTest, AMultipartObjectIsTheSameAtTheDestination) {
  Configure(Json::array({Rule("target")}));
  const Json upload = s3_.MustCall("CreateMultipartUpload", {{"Bucket", "bucket"}, {"Key", "m"}});
  const Json part = s3_.MustCall("UploadPart", {{"Bucket", "bucket"},
                                                {"Key", "m"},
                                                {"UploadId", upload["UploadId"]},
                                                {"PartNumber", 1},
                                                {"Body", std::string(70'000, 'p')}});
  s3_.MustCall("CompleteMultipartUpload",
               {{"Bucket", "bucket"},
                {"Key", "m"},
                {"UploadId", upload["UploadId"]},
                {"MultipartUpload", {{"Parts", Json::array({{{"PartNumber", 1}, {"ETag", part["ETag"]}}})}}}});
  Settle();
  EXPECT_EQ(Head("target", "m")["ETag"], Head("bucket", "m")["ETag"]);
  // What one of them gives back the other still has.
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "m"}, {"VersionId", Head("bucket", "m")["VersionId"]}});
  EXPECT_EQ(s3_.MustCall("GetObject", {{"Bucket", "target"}, {"Key", "m"}})["Body"].get_binary().size(), 70'000u);
}

TEST_F(ReplicationTest, ADestinationThatIsGoneFails) {
  Configure(Json::array({Rule("target")}));
  s3_.MustCall("DeleteBucket", {{"Bucket", "target"}});
  Put("a");
  Settle();
  EXPECT_EQ(Head("bucket", "a")["ReplicationStatus"], "FAILED");
}

TEST_F(ReplicationTest, WhatWasPutBeforeTheRuleStays) {
  Put("before");
  Configure(Json::array({Rule("target")}));
  Settle();
  EXPECT_FALSE(Has("target", "before"));
}

TEST_F(ReplicationTest, ConfigurationsThatCannotBeAreRefused) {
  EXPECT_EQ(Refusal(Json::array()),
            "The XML you provided was not well-formed or did not validate against our published schema");
  EXPECT_EQ(Refusal(Json::array({Rule("nowhere")})), "Destination bucket must have versioning enabled.");
  EXPECT_EQ(Refusal(Json::array({Rule("bucket")})), "Destination bucket cannot be the same as the source bucket.");
  Json rule = Rule("target");
  rule.erase("Priority");
  EXPECT_TRUE(Refusal(Json::array({rule})).starts_with("Priority must be specified"));
  rule = Rule("target");
  rule["ExistingObjectReplication"] = {{"Status", "Enabled"}};
  EXPECT_EQ(Error("PutBucketReplication", Request(Json::array({rule}))).code, "MalformedXML");
  rule = Rule("target", 1, {{"Tag", {{"Key", "k"}, {"Value", "v"}}}});
  rule["DeleteMarkerReplication"]["Status"] = "Enabled";
  EXPECT_TRUE(Refusal(Json::array({rule})).starts_with("Delete marker replication is not supported"));
  rule = Rule("target");
  rule["Destination"]["ReplicationTime"] = {{"Status", "Enabled"}, {"Time", {{"Minutes", 15}}}};
  EXPECT_TRUE(Refusal(Json::array({rule})).starts_with("Replication destination must contain both"));
  EXPECT_TRUE(Refusal(Json::array({Rule("target"), Rule("target")})).starts_with("Rule Id must be unique"));
}

TEST_F(ReplicationTest, VersioningStaysWhileThereAreRules) {
  Configure(Json::array({Rule("target")}));
  const auto suspend = [&] {
    return s3_.Call("PutBucketVersioning",
                    {{"Bucket", "bucket"}, {"VersioningConfiguration", {{"Status", "Suspended"}}}});
  };
  EXPECT_EQ(suspend().error().code, "InvalidBucketState");
  s3_.MustCall("DeleteBucketReplication", {{"Bucket", "bucket"}});
  EXPECT_TRUE(suspend().ok());
  EXPECT_EQ(Error("GetBucketReplication", {{"Bucket", "bucket"}}).code, "ReplicationConfigurationNotFoundError");
}

}  // namespace
}  // namespace stratolite::s3
