#include "s3/directory_buckets.hpp"

#include <gtest/gtest.h>

#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

constexpr const char* kDirectory = "base--use1-az4--x-s3";

class DirectoryBucketTest : public S3Test {
 protected:
  void SetUp() override { s3_.MustCall("CreateBucket", Creation(kDirectory, "use1-az4")); }

  static Json Creation(const std::string& name, const std::string& zone) {
    return {{"Bucket", name},
            {"CreateBucketConfiguration",
             {{"Location", {{"Type", "AvailabilityZone"}, {"Name", zone}}},
              {"Bucket", {{"Type", "Directory"}, {"DataRedundancy", "SingleAvailabilityZone"}}}}}};
  }
  static Json About(Json more) {
    more["Bucket"] = kDirectory;
    return more;
  }
  std::string Body(const std::string& key) {
    const Json body = s3_.MustCall("GetObject", About({{"Key", key}}))["Body"];
    return {body.get_binary().begin(), body.get_binary().end()};
  }
};

TEST_F(DirectoryBucketTest, TheNameAndTheZoneMustAgree) {
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", Creation("base--use1-az4--x-s3", "use1-az5")), "InvalidRequest");
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", Creation("--use1-az4--x-s3", "use1-az4")), "InvalidBucketName");
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", Creation("general", "use1-az4")), "InvalidBucketName");
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", {{"Bucket", "other--use1-az4--x-s3"}}), "InvalidRequest");
}

TEST_F(DirectoryBucketTest, ItIsInItsOwnListOnly) {
  EXPECT_EQ(s3_.MustCall("ListBuckets")["Buckets"].size(), 0U);
  const Json listed = s3_.MustCall("ListDirectoryBuckets")["Buckets"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0]["Name"], kDirectory);
}

TEST_F(DirectoryBucketTest, ObjectsHaveItsStorageClass) {
  s3_.MustCall("PutObject", About({{"Key", "k"}, {"Body", "body"}}));
  EXPECT_EQ(s3_.MustCall("HeadObject", About({{"Key", "k"}}))["StorageClass"], "EXPRESS_ONEZONE");
  EXPECT_EQ(s3_.ErrorCode("PutObject", About({{"Key", "k"}, {"StorageClass", "STANDARD"}})), "InvalidStorageClass");
}

TEST_F(DirectoryBucketTest, WhatItDoesNotHaveIsRefused) {
  EXPECT_EQ(s3_.ErrorCode("ListObjectVersions", About({})), "MethodNotAllowed");
  EXPECT_EQ(s3_.ErrorCode("PutObject", About({{"Key", "k"}, {"Tagging", "a=b"}})), "NotImplemented");
}

TEST_F(DirectoryBucketTest, BytesAreAppendedAtTheEndOnly) {
  s3_.MustCall("PutObject", About({{"Key", "k"}, {"Body", "one "}, {"WriteOffsetBytes", 0}}));
  EXPECT_EQ(s3_.MustCall("PutObject", About({{"Key", "k"}, {"Body", "two"}, {"WriteOffsetBytes", 4}}))["Size"], 7);
  EXPECT_EQ(s3_.ErrorCode("PutObject", About({{"Key", "k"}, {"Body", "x"}, {"WriteOffsetBytes", 4}})),
            "InvalidWriteOffset");
  EXPECT_EQ(Body("k"), "one two");
}

TEST_F(DirectoryBucketTest, TheChecksumOfAppendedBytesIsThatOfTheWhole) {
  s3_.MustCall("PutObject", About({{"Key", "k"}, {"Body", "one "}}));
  s3_.MustCall("PutObject", About({{"Key", "k"}, {"Body", "two"}, {"WriteOffsetBytes", 4}}));
  s3_.MustCall("PutObject", About({{"Key", "whole"}, {"Body", "one two"}}));
  const auto checksum = [&](const char* key) {
    return s3_.MustCall("HeadObject", About({{"Key", key}, {"ChecksumMode", "ENABLED"}}))["ChecksumCRC64NVME"];
  };
  EXPECT_EQ(checksum("k"), checksum("whole"));
}

TEST_F(DirectoryBucketTest, AppendingElsewhereIsRefused) {
  s3_.MustCall("CreateBucket", {{"Bucket", "general"}});
  EXPECT_EQ(s3_.ErrorCode("PutObject", {{"Bucket", "general"}, {"Key", "k"}, {"Body", "x"}, {"WriteOffsetBytes", 0}}),
            "NotImplemented");
}

TEST_F(DirectoryBucketTest, ARenamedObjectTakesThePlaceOfAnother) {
  s3_.MustCall("PutObject", About({{"Key", "from"}, {"Body", "body"}}));
  s3_.MustCall("PutObject", About({{"Key", "to"}, {"Body", "other"}}));
  EXPECT_EQ(
      s3_.ErrorCode("RenameObject", About({{"Key", "to"}, {"RenameSource", "from"}, {"DestinationIfNoneMatch", "*"}})),
      "PreconditionFailed");
  s3_.MustCall("RenameObject", About({{"Key", "to"}, {"RenameSource", "from"}}));
  EXPECT_EQ(Body("to"), "body");
  EXPECT_EQ(s3_.ErrorCode("GetObject", About({{"Key", "from"}})), "NoSuchKey");
}

TEST_F(DirectoryBucketTest, ASessionToReadWritesNothing) {
  s3_.caller.type = auth::PrincipalType::kRoot;
  s3_.caller.account = AccountId("123456789012");
  const Json session = s3_.MustCall("CreateSession", About({{"SessionMode", "ReadOnly"}}));
  s3_.access_key_id = session["Credentials"]["AccessKeyId"];
  EXPECT_EQ(s3_.ErrorCode("PutObject", About({{"Key", "k"}, {"Body", "x"}})), "AccessDenied");
  EXPECT_EQ(s3_.MustCall("ListObjectsV2", About({}))["KeyCount"], 0);
}

}  // namespace
}  // namespace stratolite::s3
