#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

class CopyOperationsTest : public S3Test {
 protected:
  static Json With(const std::string& key, Json more = Json::object()) {
    more["Bucket"] = "bucket";
    more["Key"] = key;
    return more;
  }
  static Json From(const std::string& source, const std::string& key, Json more = Json::object()) {
    more["CopySource"] = source;
    return With(key, std::move(more));
  }
  Json Copy(const std::string& source, const std::string& key, Json more = Json::object()) {
    return s3_.MustCall("CopyObject", From(source, key, std::move(more)));
  }
  AwsError CopyError(const std::string& source, const std::string& key, Json more = Json::object()) {
    return Error("CopyObject", From(source, key, std::move(more)));
  }
  Json Head(const std::string& key) { return s3_.MustCall("HeadObject", With(key, {{"ChecksumMode", "ENABLED"}})); }
  std::string Read(const std::string& key) {
    const Json got = s3_.MustCall("GetObject", With(key));
    const auto& bytes = got.at("Body").get_binary();
    return {bytes.begin(), bytes.end()};
  }
  /// An object of two parts: 5 MiB of `a`, and `tail`.
  void PutInParts(const std::string& key) {
    const std::string id = s3_.MustCall("CreateMultipartUpload", With(key))["UploadId"];
    Json parts = Json::array();
    for (const std::string& body : {std::string(5 << 20, 'a'), std::string("tail")}) {
      const int number = static_cast<int>(parts.size()) + 1;
      const Json part =
          s3_.MustCall("UploadPart", With(key, {{"UploadId", id}, {"PartNumber", number}, {"Body", body}}));
      parts.push_back({{"PartNumber", number}, {"ETag", part["ETag"]}});
    }
    s3_.MustCall("CompleteMultipartUpload", With(key, {{"UploadId", id}, {"MultipartUpload", {{"Parts", parts}}}}));
  }
};

TEST_F(CopyOperationsTest, ACopyHasItsOwnLife) {
  for (const std::size_t size : {0, 5, 200000}) {
    Put("from", std::string(size, 'x'));
    const Json copied = Copy("bucket/from", "to");
    EXPECT_EQ(copied["CopyObjectResult"]["ETag"], Head("from")["ETag"]);
    EXPECT_EQ(copied["CopyObjectResult"]["ChecksumType"], "FULL_OBJECT");
    EXPECT_EQ(copied["ServerSideEncryption"], "AES256");
    s3_.MustCall("DeleteObject", With("from"));
    EXPECT_TRUE(Read("to") == std::string(size, 'x'));
    s3_.MustCall("DeleteObject", With("to"));
  }
}

TEST_F(CopyOperationsTest, MetadataAndTagsAreThoseOfTheSourceUnlessReplaced) {
  s3_.MustCall("PutObject", With("from", {{"Body", "x"},
                                          {"ContentType", "text/plain"},
                                          {"Metadata", {{"a", "b"}}},
                                          {"Tagging", "t=1"},
                                          {"StorageClass", "STANDARD_IA"},
                                          {"WebsiteRedirectLocation", "/elsewhere"}}));
  Copy("bucket/from", "kept", {{"ContentType", "ignored"}, {"Metadata", {{"c", "d"}}}, {"Tagging", "ignored=1"}});
  Json kept = Head("kept");
  EXPECT_EQ(kept["ContentType"], "text/plain");
  EXPECT_EQ(kept["Metadata"], (Json{{"a", "b"}}));
  EXPECT_EQ(kept["TagCount"], 1);
  EXPECT_FALSE(kept.contains("StorageClass"));
  EXPECT_FALSE(kept.contains("WebsiteRedirectLocation"));
  Copy("bucket/from", "replaced",
       {{"MetadataDirective", "REPLACE"}, {"Metadata", {{"c", "d"}}}, {"TaggingDirective", "REPLACE"}});
  Json replaced = Head("replaced");
  EXPECT_EQ(replaced["ContentType"], "binary/octet-stream");
  EXPECT_EQ(replaced["Metadata"], (Json{{"c", "d"}}));
  EXPECT_FALSE(replaced.contains("TagCount"));
  EXPECT_EQ(CopyError("bucket/from", "k", {{"MetadataDirective", "MOVE"}}).message, "Unknown metadata directive.");
}

TEST_F(CopyOperationsTest, OntoItselfOnlyWithAChange) {
  Put("k");
  EXPECT_EQ(CopyError("bucket/k", "k").code, "InvalidRequest");
  EXPECT_EQ(CopyError("/bucket/k", "k", {{"ACL", "public-read"}}).code, "InvalidRequest");
  Copy("bucket/k", "k", {{"StorageClass", "STANDARD_IA"}});
  Copy("bucket/k", "k", {{"WebsiteRedirectLocation", "/x"}});
  Copy("bucket/k", "k", {{"MetadataDirective", "REPLACE"}, {"Metadata", {{"a", "b"}}}});
  EXPECT_EQ(Head("k")["Metadata"], (Json{{"a", "b"}}));
  EXPECT_EQ(Read("k"), "body");
}

TEST_F(CopyOperationsTest, TheChecksumIsTheSourcesOrTheOneAskedFor) {
  s3_.MustCall("PutObject", With("from", {{"Body", "hello"}, {"ChecksumCRC32", "NhCmhg=="}}));
  EXPECT_EQ(Copy("bucket/from", "same")["CopyObjectResult"]["ChecksumCRC32"], "NhCmhg==");
  const Json other = Copy("bucket/from", "other", {{"ChecksumAlgorithm", "SHA256"}})["CopyObjectResult"];
  EXPECT_EQ(other["ChecksumSHA256"], "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
  EXPECT_FALSE(other.contains("ChecksumCRC32"));
  EXPECT_EQ(CopyError("bucket/from", "k", {{"ChecksumAlgorithm", "CRC1"}}).code, "InvalidRequest");
}

TEST_F(CopyOperationsTest, ACopyOfPartsIsOneObjectOfTheSameBytes) {
  PutInParts("from");
  const Json copied = Copy("bucket/from", "to")["CopyObjectResult"];
  EXPECT_EQ(copied["ETag"], "\"de62c6fb008eedfe4783dfc28cfe54b6\"");
  s3_.MustCall("DeleteObject", With("from"));
  EXPECT_TRUE(Read("to") == std::string(5 << 20, 'a') + "tail");
  EXPECT_FALSE(s3_.MustCall("GetObject", With("to", {{"PartNumber", 1}})).contains("PartsCount"));
  Copy("bucket/to", "again");
  s3_.MustCall("DeleteObject", With("to"));
  const Json across = s3_.MustCall("GetObject", With("again", {{"Range", "bytes=5242878-5242881"}}));
  EXPECT_EQ(across["Body"], Json::binary({'a', 'a', 't', 'a'}));
}

TEST_F(CopyOperationsTest, SourcesAreDecodedAndMayNameAVersion) {
  SetVersioning("Enabled");
  const std::string key = "a b/\u00e9+?x";
  const Json first = s3_.MustCall("PutObject", With(key, {{"Body", "first"}}));
  s3_.MustCall("PutObject", With(key, {{"Body", "second"}}));
  Copy("/bucket/a%20b/%C3%A9%2B%3Fx", "newest");
  EXPECT_EQ(Read("newest"), "second");
  const std::string version = first["VersionId"];
  const Json copied = Copy("bucket/a+b/%C3%A9%2B%3Fx?versionId=" + version, "older");
  EXPECT_EQ(Read("older"), "first");
  EXPECT_EQ(copied["CopySourceVersionId"], version);
  EXPECT_TRUE(copied.contains("VersionId"));
}

TEST_F(CopyOperationsTest, AnOlderVersionIsRestoredByCopyingItOverTheNewest) {
  SetVersioning("Enabled");
  const std::string version = s3_.MustCall("PutObject", With("k", {{"Body", "first"}}))["VersionId"];
  Put("k", "second");
  Copy("bucket/k?versionId=" + version, "k");
  EXPECT_EQ(Read("k"), "first");
}

TEST_F(CopyOperationsTest, SourcesThatCannotBeCopied) {
  Put("k");
  EXPECT_EQ(CopyError("nowhere/k", "to").code, "NoSuchBucket");
  EXPECT_EQ(CopyError("bucket/absent", "to").code, "NoSuchKey");
  EXPECT_EQ(CopyError("bucket", "to").message, "Invalid copy source object key");
  EXPECT_EQ(CopyError("bucket/", "to").code, "InvalidArgument");
  EXPECT_EQ(CopyError("bucket/%zz", "to").message, "Invalid copy source encoding");
  EXPECT_EQ(CopyError("arn:aws:s3:us-east-1:123456789012:accesspoint/x/object/k", "to").code, "NoSuchAccessPoint");
  SetVersioning("Enabled");
  const std::string marker = s3_.MustCall("DeleteObject", With("k"))["VersionId"];
  EXPECT_EQ(CopyError("bucket/k", "to").code, "NoSuchKey");
  EXPECT_EQ(CopyError("bucket/k?versionId=" + marker, "to").message,
            "The source of a copy request may not specifically refer to a delete marker by version id.");
  s3_.MustCall("PutObject", With("cold", {{"Body", ""}, {"StorageClass", "GLACIER"}}));
  EXPECT_EQ(CopyError("bucket/cold", "to").code, "InvalidObjectState");
}

TEST_F(CopyOperationsTest, ConditionsOfSourceAndDestination) {
  Put("from");
  Put("to", "other");
  const Json etag = Head("from")["ETag"];
  EXPECT_EQ((*CopyError("bucket/from", "to", {{"CopySourceIfNoneMatch", etag}}).fields)["Condition"],
            "x-amz-copy-source-If-None-Match");
  EXPECT_EQ((*CopyError("bucket/from", "to", {{"IfNoneMatch", "*"}}).fields)["Condition"], "If-None-Match");
  EXPECT_EQ(CopyError("bucket/from", "to", {{"IfMatch", etag}}).code, "PreconditionFailed");
  EXPECT_EQ(CopyError("bucket/from", "absent", {{"IfMatch", etag}}).code, "NoSuchKey");
  Copy("bucket/from", "to", {{"CopySourceIfMatch", etag}, {"IfMatch", Head("to")["ETag"]}});
  EXPECT_EQ(Read("to"), "body");
}

}  // namespace
}  // namespace stratolite::s3
