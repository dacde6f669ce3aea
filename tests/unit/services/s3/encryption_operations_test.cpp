#include <gtest/gtest.h>

#include "s3/kms_keys.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/ports/key_directory.hpp"
#include "stratolite/ports/registry.hpp"
#include "unit/services/s3/upload_fixture.hpp"

namespace stratolite::s3 {
namespace {

class EncryptionOperationsTest : public UploadTest {
 protected:
  static Json Configuration(Json rule) {
    Json rules = Json::array();
    rules.push_back(std::move(rule));
    return {{"Bucket", "bucket"}, {"ServerSideEncryptionConfiguration", {{"Rules", std::move(rules)}}}};
  }
  static Json Default(const std::string& algorithm, bool bucket_key = false) {
    return {{"ApplyServerSideEncryptionByDefault", {{"SSEAlgorithm", algorithm}}}, {"BucketKeyEnabled", bucket_key}};
  }
  Json Rule() {
    return s3_.MustCall("GetBucketEncryption", {{"Bucket", "bucket"}})["ServerSideEncryptionConfiguration"]["Rules"][0];
  }
  Json PutWith(const std::string& key, Json more = Json::object()) {
    more["Body"] = "text";
    return s3_.MustCall("PutObject", Request(key, "", std::move(more)));
  }
  const std::string managed_ = AwsManagedS3Key({AccountId("123456789012"), Region("us-east-1")});
};

TEST_F(EncryptionOperationsTest, ANewBucketHasSseS3) {
  EXPECT_EQ(Rule(), Default("AES256"));
  s3_.MustCall("DeleteBucketEncryption", {{"Bucket", "bucket"}});
}

TEST_F(EncryptionOperationsTest, WhatWasSetIsShownUntilItIsDeleted) {
  Json rule = Default("aws:kms", true);
  rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = "not-looked-at";
  s3_.MustCall("PutBucketEncryption", Configuration(rule));
  EXPECT_EQ(Rule(), rule);
  s3_.MustCall("DeleteBucketEncryption", {{"Bucket", "bucket"}});
  EXPECT_EQ(Rule(), Default("AES256"));
}

TEST_F(EncryptionOperationsTest, WhatIsBlockedStaysBlockedUntilARuleSaysOtherwise) {
  Json blocked{{"BlockedEncryptionTypes", {{"EncryptionType", {"SSE-C"}}}}};
  s3_.MustCall("PutBucketEncryption", Configuration(blocked));
  blocked.update(Default("AES256"));
  EXPECT_EQ(Rule(), blocked);
  s3_.MustCall("PutBucketEncryption", Configuration(Default("aws:kms")));
  EXPECT_EQ(Rule()["BlockedEncryptionTypes"], blocked["BlockedEncryptionTypes"]);
}

TEST_F(EncryptionOperationsTest, ConfigurationsAreChecked) {
  Json two = Configuration(Default("AES256"));
  two["ServerSideEncryptionConfiguration"]["Rules"].push_back(Default("AES256"));
  Json none = two;
  none["ServerSideEncryptionConfiguration"]["Rules"] = Json::array();
  for (const Json& bad : {two, none, Configuration(Default("rot13")),
                          Configuration({{"ApplyServerSideEncryptionByDefault", Json::object()}}),
                          Configuration({{"BlockedEncryptionTypes", {{"EncryptionType", {"SSE-D"}}}}})}) {
    EXPECT_EQ(s3_.ErrorCode("PutBucketEncryption", bad), "MalformedXML") << bad.dump();
  }
  Json key_without_kms = Default("AES256");
  key_without_kms["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = "key";
  const AwsError error = Error("PutBucketEncryption", Configuration(key_without_kms));
  EXPECT_EQ(error.code, "InvalidArgument");
  EXPECT_EQ(error.message,
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse");
  Json elsewhere = two;
  elsewhere["Bucket"] = "nowhere";
  EXPECT_EQ(s3_.ErrorCode("PutBucketEncryption", elsewhere), "NoSuchBucket");
}

TEST_F(EncryptionOperationsTest, ObjectsGetTheBucketsEncryption) {
  s3_.MustCall("PutBucketEncryption", Configuration(Default("aws:kms", true)));
  for (const Json& answer : {PutWith("key"), s3_.MustCall("HeadObject", Request("key", "")),
                             s3_.MustCall("CreateMultipartUpload", Request("key", "")),
                             s3_.MustCall("CopyObject", Request("copy", "", {{"CopySource", "bucket/key"}}))}) {
    EXPECT_EQ(answer["ServerSideEncryption"], "aws:kms");
    EXPECT_EQ(answer["SSEKMSKeyId"], managed_);
    EXPECT_EQ(answer["BucketKeyEnabled"], true);
  }
  EXPECT_EQ(PutWith("plain", {{"ServerSideEncryption", "AES256"}})["ServerSideEncryption"], "AES256");
  EXPECT_FALSE(
      PutWith("key", {{"ServerSideEncryption", "aws:kms"}, {"BucketKeyEnabled", false}}).contains("BucketKeyEnabled"));
  const Json dsse = PutWith("key", {{"ServerSideEncryption", "aws:kms:dsse"}});
  EXPECT_EQ(dsse["ServerSideEncryption"], "aws:kms:dsse");
  EXPECT_FALSE(dsse.contains("BucketKeyEnabled"));
}

TEST_F(EncryptionOperationsTest, EtagsUnderKmsAreNoDigests) {
  const std::string digest = '"' + Md5Hex("text") + '"';
  EXPECT_EQ(PutWith("plain")["ETag"], digest);
  const Json kms = PutWith("kms", {{"ServerSideEncryption", "aws:kms"}});
  EXPECT_NE(kms["ETag"], digest);
  EXPECT_EQ(s3_.MustCall("HeadObject", Request("kms", ""))["ETag"], kms["ETag"]);
  const auto copy = [&](const char* source, Json more = Json::object()) {
    more["CopySource"] = source;
    return s3_.MustCall("CopyObject", Request("copy", "", std::move(more)))["CopyObjectResult"]["ETag"];
  };
  EXPECT_EQ(copy("bucket/kms"), digest);
  EXPECT_NE(copy("bucket/plain", {{"ServerSideEncryption", "aws:kms"}}), digest);
}

TEST_F(EncryptionOperationsTest, AnEncryptionContextIsAMapOfStrings) {
  const Json kms{{"ServerSideEncryption", "aws:kms"}};
  Json with_context = kms;
  with_context["SSEKMSEncryptionContext"] = Base64Encode(R"({"team":"blue"})");
  EXPECT_EQ(PutWith("key", with_context)["SSEKMSEncryptionContext"], with_context["SSEKMSEncryptionContext"]);
  EXPECT_FALSE(s3_.MustCall("HeadObject", Request("key", "")).contains("SSEKMSEncryptionContext"));
  for (const char* bad : {"[]", "{\"a\":1}", "text"}) {
    Json wrong = kms;
    wrong["SSEKMSEncryptionContext"] = Base64Encode(bad);
    wrong["Body"] = "x";
    EXPECT_EQ(s3_.ErrorCode("PutObject", Request("key", "", wrong)), "InvalidArgument") << bad;
  }
}

TEST_F(EncryptionOperationsTest, KeysThatAreNotThereAreToldApart) {
  const auto message = [&](const std::string& key) {
    const AwsError error = Error(
        "PutObject", Request("key", "", {{"Body", "x"}, {"ServerSideEncryption", "aws:kms"}, {"SSEKMSKeyId", key}}));
    EXPECT_EQ(error.code, "KMS.NotFoundException");
    return error.message;
  };
  const std::string id = "134f2428-cec1-4b25-a1ae-9048164dba47";
  const std::string arn = "arn:aws:kms:us-east-1:123456789012:key/" + id;
  EXPECT_EQ(message("fake-key-id"), "Invalid keyId 'fake-key-id'");
  EXPECT_EQ(message(id), "Key '" + arn + "' does not exist");
  EXPECT_EQ(message(arn), "Key '" + arn + "' does not exist");
  EXPECT_EQ(message("arn:aws:kms:eu-west-1:123456789012:key/" + id), "Invalid arn eu-west-1");
  EXPECT_EQ(message("alias/mine"), "Alias arn:aws:kms:us-east-1:123456789012:alias/mine is not found.");
  for (const std::string& own : {std::string("alias/aws/s3"), managed_, managed_.substr(managed_.find('/') + 1)}) {
    EXPECT_EQ(PutWith("key", {{"ServerSideEncryption", "aws:kms"}, {"SSEKMSKeyId", own}})["SSEKMSKeyId"], managed_);
  }
  const AwsError without = Error("PutObject", Request("key", "", {{"Body", "x"}, {"SSEKMSKeyId", managed_}}));
  EXPECT_EQ(
      without.message,
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms");
}

TEST_F(EncryptionOperationsTest, ObjectsUnderKmsAreForSignedRequests) {
  PutWith("key", {{"ServerSideEncryption", "aws:kms"}});
  s3_.caller = {};
  s3_.access_key_id.clear();
  const AwsError error = Error("GetObject", Request("key", ""));
  EXPECT_EQ(error.code, "InvalidArgument");
  EXPECT_EQ(error.message,
            "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.");
}

TEST_F(EncryptionOperationsTest, AnObjectsEncryptionChangesInItsPlace) {
  const Json before = PutWith("key");
  const auto update = [&](Json document) { return Request("key", "", {{"ObjectEncryption", std::move(document)}}); };
  s3_.MustCall("UpdateObjectEncryption", update({{"SSEKMS", {{"KMSKeyArn", managed_}, {"BucketKeyEnabled", true}}}}));
  const Json head = s3_.MustCall("HeadObject", Request("key", ""));
  EXPECT_EQ(head["ServerSideEncryption"], "aws:kms");
  EXPECT_EQ(head["SSEKMSKeyId"], managed_);
  EXPECT_EQ(head["ETag"], before["ETag"]);
  EXPECT_EQ(s3_.ErrorCode("UpdateObjectEncryption", update({{"SSEKMS", {{"KMSKeyArn", "alias/aws/s3"}}}})),
            "InvalidRequest");
  EXPECT_EQ(s3_.ErrorCode("UpdateObjectEncryption",
                          update({{"SSEKMS", {{"KMSKeyArn", "arn:aws:kms:us-east-1:999999999999:key/x"}}}})),
            "AccessDenied");
  PutWith("key", {{"ServerSideEncryption", "aws:kms:dsse"}});
  EXPECT_EQ(s3_.ErrorCode("UpdateObjectEncryption", update({{"SSEKMS", {{"KMSKeyArn", managed_}}}})), "InvalidRequest");
}

/// One key, in whatever state.
class OneKey final : public ports::KeyDirectory {
 public:
  std::optional<Key> Find(const Scope&, std::string_view name) override {
    if (name != "alias/one" && name != key.arn) return std::nullopt;
    return key;
  }
  Key key{.arn = "arn:aws:kms:us-east-1:123456789012:key/one"};
};

TEST_F(EncryptionOperationsTest, KeysAreThoseThatKmsKnows) {
  OneKey keys;
  s3_.world().deps().ports.Offer<ports::KeyDirectory>(&keys);
  const Json kms{{"ServerSideEncryption", "aws:kms"}, {"SSEKMSKeyId", "alias/one"}};
  EXPECT_EQ(PutWith("key", kms)["SSEKMSKeyId"], keys.key.arn);
  EXPECT_EQ(Body("key"), "text");
  keys.key.state = ports::KeyDirectory::State::kDisabled;
  EXPECT_EQ(Error("GetObject", Request("key", "")).message, keys.key.arn + " is disabled.");
  Json again = kms;
  again["Body"] = "x";
  EXPECT_EQ(Error("PutObject", Request("key", "", again)).code, "KMS.DisabledException");
  keys.key.state = ports::KeyDirectory::State::kPendingDeletion;
  const AwsError pending = Error("GetObject", Request("key", ""));
  EXPECT_EQ(pending.code, "KMS.KMSInvalidStateException");
  EXPECT_EQ(pending.message, keys.key.arn + " is pending deletion.");
  s3_.MustCall("HeadObject", Request("key", ""));
}

}  // namespace
}  // namespace stratolite::s3
