#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

using namespace std::chrono_literals;

std::string TextOf(const Json& output) {
  const auto& bytes = output.at("Body").get_binary();
  return {bytes.begin(), bytes.end()};
}

class ObjectOperationsTest : public S3Test {
 protected:
  static Json Named(const std::string& key, Json more = Json::object()) {
    more["Bucket"] = "bucket";
    more["Key"] = key;
    return more;
  }
  Json PutWith(const std::string& key, const std::string& body, Json more = Json::object()) {
    more["Body"] = body;
    return s3_.MustCall("PutObject", Named(key, std::move(more)));
  }
  std::string Read(const std::string& key) { return TextOf(s3_.MustCall("GetObject", Named(key))); }
  AwsError PutError(Json more) {
    more["Body"] = "body";
    return Error("PutObject", Named("refused", std::move(more)));
  }
  static const std::string* Header(const AwsError& error, std::string_view name) {
    for (const auto& [field, value] : error.headers) {
      if (field == name) return &value;
    }
    return nullptr;
  }
};

TEST_F(ObjectOperationsTest, PutAnswersWithEtagChecksumAndEncryption) {
  EXPECT_EQ(PutWith("k", "hello"), (Json{{"ETag", "\"5d41402abc4b2a76b9719d911017c592\""},
                                         {"ChecksumCRC64NVME", "M3eFcAZSQlc="},
                                         {"ChecksumType", "FULL_OBJECT"},
                                         {"ServerSideEncryption", "AES256"}}));
}

TEST_F(ObjectOperationsTest, GetShowsWhatAwsAlwaysShows) {
  PutWith("k", "hello");
  Json got = s3_.MustCall("GetObject", Named("k"));
  EXPECT_EQ(TextOf(got), "hello");
  got.erase("Body");
  EXPECT_EQ(got, (Json{{"AcceptRanges", "bytes"},
                       {"ContentLength", 5},
                       {"ContentType", "binary/octet-stream"},
                       {"ETag", "\"5d41402abc4b2a76b9719d911017c592\""},
                       {"LastModified", 1767323045.0},
                       {"ServerSideEncryption", "AES256"}}));
  EXPECT_EQ(s3_.MustCall("HeadObject", Named("k")), got);
}

TEST_F(ObjectOperationsTest, BodiesOfEverySizeComeBack) {
  for (const std::size_t size : {0U, 1U, 65536U, 65537U, 300000U, 2000001U}) {
    std::string body;
    while (body.size() < size) body += "0123456789abcdef" + std::to_string(body.size());
    body.resize(size);
    PutWith("k", body);
    EXPECT_TRUE(Read("k") == body) << size;
    EXPECT_EQ(s3_.MustCall("HeadObject", Named("k"))["ContentLength"], size);
  }
}

TEST_F(ObjectOperationsTest, WhatTheClientSaysAboutABodyComesBackWithIt) {
  const Json said{{"CacheControl", "no-cache"},
                  {"ContentDisposition", "attachment"},
                  {"ContentLanguage", "de"},
                  {"ContentType", "text/plain"},
                  {"Expires", "whenever"},
                  {"WebsiteRedirectLocation", "/elsewhere"},
                  {"Metadata", {{"color", "green"}}},
                  {"StorageClass", "STANDARD_IA"}};
  PutWith("k", "body", said);
  const Json head = s3_.MustCall("HeadObject", Named("k"));
  for (const auto& [member, value] : said.items()) EXPECT_EQ(head.at(member), value) << member;
}

TEST_F(ObjectOperationsTest, TheFramingOfTheUploadIsNoContentEncoding) {
  PutWith("gzip", "body", {{"ContentEncoding", "aws-chunked,gzip"}});
  PutWith("plain", "body", {{"ContentEncoding", "aws-chunked"}});
  EXPECT_EQ(s3_.MustCall("HeadObject", Named("gzip"))["ContentEncoding"], "gzip");
  EXPECT_FALSE(s3_.MustCall("HeadObject", Named("plain")).contains("ContentEncoding"));
}

TEST_F(ObjectOperationsTest, TagsAreCounted) {
  PutWith("k", "body", {{"Tagging", "a=1&b=2"}});
  EXPECT_EQ(s3_.MustCall("HeadObject", Named("k"))["TagCount"], 2);
}

TEST_F(ObjectOperationsTest, MetadataThatIsNotAsciiTravelsAsEncodedWords) {
  PutWith("k", "body", {{"Metadata", {{"drink", "caf\u00e9"}, {"word", "=?UTF-8?Q?caf=C3=A9?="}}}});
  const Json metadata = s3_.MustCall("HeadObject", Named("k"))["Metadata"];
  EXPECT_EQ(metadata, (Json{{"drink", "=?UTF-8?Q?caf=C3=A9?="}, {"word", "=?UTF-8?Q?caf=C3=A9?="}}));
}

TEST_F(ObjectOperationsTest, AnOverwriteLeavesNothingOfTheOldObject) {
  PutWith("k", "old", {{"Metadata", {{"a", "b"}}}, {"Tagging", "x=1"}});
  PutWith("k", "new");
  const Json head = s3_.MustCall("HeadObject", Named("k"));
  EXPECT_FALSE(head.contains("Metadata"));
  EXPECT_FALSE(head.contains("TagCount"));
  EXPECT_EQ(Read("k"), "new");
}

TEST_F(ObjectOperationsTest, ChecksumsAreVerifiedStoredAndShownWhenAsked) {
  const std::string sha256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
  EXPECT_EQ(PutWith("k", "hello", {{"ChecksumSHA256", sha256}})["ChecksumSHA256"], sha256);
  EXPECT_FALSE(s3_.MustCall("HeadObject", Named("k")).contains("ChecksumSHA256"));
  const Json head = s3_.MustCall("HeadObject", Named("k", {{"ChecksumMode", "ENABLED"}}));
  EXPECT_EQ(head["ChecksumSHA256"], sha256);
  EXPECT_EQ(head["ChecksumType"], "FULL_OBJECT");
}

TEST_F(ObjectOperationsTest, ABodyThatIsNotWhatWasAnnouncedLeavesNothing) {
  const AwsError checksum = PutError({{"ChecksumCRC32", "AAAAAA=="}});
  EXPECT_EQ(checksum.code, "BadDigest");
  EXPECT_EQ(checksum.message, "The CRC32 you specified did not match the calculated checksum.");
  EXPECT_EQ(PutError({{"ContentMD5", "1B2M2Y8AsgTpgAmY7PhCfg=="}}).code, "BadDigest");
  EXPECT_EQ(PutError({{"ContentMD5", "abc"}}).code, "InvalidDigest");
  EXPECT_EQ(PutError({{"ChecksumSHA256", "abc"}}).message, "Value for x-amz-checksum-sha256 header is invalid.");
  EXPECT_EQ(PutError({{"ChecksumSHA1", "abc"}, {"ChecksumCRC32", "AAAAAA=="}}).code, "InvalidRequest");
  EXPECT_EQ(PutError({{"ChecksumXXHASH64", "AAAAAAAAAAA="}}).code, "NotImplemented");
  EXPECT_EQ(s3_.ErrorCode("HeadObject", Named("refused")), "NoSuchKey");
}

TEST_F(ObjectOperationsTest, LimitsAreKept) {
  EXPECT_EQ(s3_.ErrorCode("PutObject", Named(std::string(1025, 'k'), {{"Body", ""}})), "KeyTooLongError");
  PutWith(std::string(1024, 'k'), "");
  PutWith("k", "", {{"Metadata", {{"name", std::string(2044, 'v')}}}});
  EXPECT_EQ(PutError({{"Metadata", {{"name", std::string(2045, 'v')}}}}).code, "MetadataTooLarge");
  EXPECT_EQ(PutError({{"StorageClass", "OUTPOSTS"}}).code, "InvalidStorageClass");
  EXPECT_EQ(PutError({{"WebsiteRedirectLocation", "elsewhere"}}).code, "InvalidRedirectLocation");
  EXPECT_EQ(s3_.ErrorCode("PutObject", {{"Bucket", "nowhere"}, {"Key", "k"}, {"Body", ""}}), "NoSuchBucket");
}

TEST_F(ObjectOperationsTest, WhatIsNotBuiltIsRefusedAndNeverIgnored) {
  EXPECT_EQ(PutError({{"ServerSideEncryption", "rot13"}}).code, "InvalidArgument");
  EXPECT_EQ(PutError({{"SSECustomerAlgorithm", "AES256"},
                      {"SSECustomerKey", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="},
                      {"SSECustomerKeyMD5", "P3ApBc9Hz8D0yFkoZPWgBw=="}})
                .message,
            "The calculated MD5 hash of the key did not match the hash that was provided.");
  EXPECT_EQ(PutError({{"SSECustomerAlgorithm", "KMS"}, {"SSECustomerKey", "x"}}).code,
            "InvalidEncryptionAlgorithmError");
  EXPECT_EQ(PutError({{"ObjectLockMode", "BAD"}}).message, "Unknown wormMode directive.");
  EXPECT_EQ(PutError({{"ObjectLockLegalHoldStatus", "ON"}}).code, "InvalidRequest");
  EXPECT_EQ(PutError({{"ACL", "public-read"}}).code, "AccessControlListNotSupported");
  EXPECT_EQ(PutError({{"GrantRead", "id=x"}}).code, "AccessControlListNotSupported");
  EXPECT_EQ(PutError({{"WriteOffsetBytes", 3}}).code, "NotImplemented");
  PutWith("k", "", {{"ACL", "private"}, {"ServerSideEncryption", "AES256"}});
}

TEST_F(ObjectOperationsTest, ConditionalWritesLookAtTheNewestVersion) {
  EXPECT_EQ(Error("PutObject", Named("k", {{"Body", ""}, {"IfMatch", "\"x\""}})).code, "NoSuchKey");
  const Json put = PutWith("k", "body", {{"IfNoneMatch", "*"}});
  const AwsError taken = Error("PutObject", Named("k", {{"Body", ""}, {"IfNoneMatch", "*"}}));
  EXPECT_EQ(taken.code, "PreconditionFailed");
  EXPECT_EQ((*taken.fields)["Condition"], "If-None-Match");
  EXPECT_EQ(Error("PutObject", Named("k", {{"Body", ""}, {"IfMatch", "\"x\""}})).code, "PreconditionFailed");
  PutWith("k", "new", {{"IfMatch", put["ETag"]}});
  EXPECT_EQ(Read("k"), "new");
  const AwsError star = PutError({{"IfMatch", "*"}});
  EXPECT_EQ(star.http_status, 501);
  EXPECT_EQ((*star.fields)["additionalMessage"], "We don't accept the provided value of If-Match header for this API");
  EXPECT_EQ(PutError({{"IfNoneMatch", "\"x\""}}).code, "NotImplemented");
}

TEST_F(ObjectOperationsTest, ARangeIsA206WithoutTheChecksumOfTheWhole) {
  PutWith("k", "0123456789");
  const Json part = s3_.MustCall("GetObject", Named("k", {{"Range", "bytes=2-4"}, {"ChecksumMode", "ENABLED"}}));
  EXPECT_EQ(s3_.last_http_status, 206);
  EXPECT_EQ(TextOf(part), "234");
  EXPECT_EQ(part["ContentRange"], "bytes 2-4/10");
  EXPECT_EQ(part["ContentLength"], 3);
  EXPECT_FALSE(part.contains("ChecksumType"));
  EXPECT_TRUE(s3_.MustCall("GetObject", Named("k", {{"Range", "bytes=0-99"}, {"ChecksumMode", "ENABLED"}}))
                  .contains("ChecksumType"));
  EXPECT_EQ(s3_.ErrorCode("GetObject", Named("k", {{"Range", "bytes=10-"}})), "InvalidRange");
}

TEST_F(ObjectOperationsTest, RangesOfFilesAreRead) {
  std::string body;
  while (body.size() < 3000000) body += std::to_string(body.size());
  PutWith("k", body);
  const Json part = s3_.MustCall("GetObject", Named("k", {{"Range", "bytes=100000-2500000"}}));
  EXPECT_TRUE(TextOf(part) == body.substr(100000, 2400001));
  EXPECT_TRUE(TextOf(s3_.MustCall("GetObject", Named("k", {{"Range", "bytes=-7"}}))) == body.substr(body.size() - 7));
}

TEST_F(ObjectOperationsTest, AnObjectOfOnePutIsItsOwnFirstPart) {
  PutWith("k", "test-123");
  const Json part = s3_.MustCall("GetObject", Named("k", {{"PartNumber", 1}}));
  EXPECT_EQ(s3_.last_http_status, 206);
  EXPECT_EQ(part["ContentRange"], "bytes 0-7/8");
  EXPECT_FALSE(part.contains("PartsCount"));
  const AwsError second = Error("GetObject", Named("k", {{"PartNumber", 2}}));
  EXPECT_EQ(second.http_status, 416);
  EXPECT_EQ(*second.fields, (Json{{"ActualPartCount", "1"}, {"PartNumberRequested", "2"}}));
  EXPECT_EQ(Error("GetObject", Named("k", {{"PartNumber", 1}, {"Range", "bytes=0-1"}})).message,
            "Cannot specify both Range header and partNumber query parameter");
}

TEST_F(ObjectOperationsTest, OverridesReplaceFieldsOfSignedAnswers) {
  PutWith("k", "body", {{"ContentType", "text/plain"}});
  const Json overridden =
      Named("k", {{"ResponseContentType", "image/jpeg"}, {"ResponseExpires", "never"}, {"ResponseCacheControl", "x"}});
  const Json got = s3_.MustCall("GetObject", overridden);
  EXPECT_EQ(got["ContentType"], "image/jpeg");
  EXPECT_EQ(got["Expires"], "never");
  EXPECT_EQ(got["CacheControl"], "x");
  EXPECT_EQ(Error("GetObject", Named("k", {{"ResponseCacheControl", "\u2014"}})).message,
            "Header value cannot be represented using ISO-8859-1.");
  s3_.access_key_id.clear();
  EXPECT_EQ(Error("GetObject", overridden).message,
            "Request specific response headers cannot be used for anonymous GET requests.");
}

TEST_F(ObjectOperationsTest, ConditionalReadsAre304Or412) {
  const Json put = PutWith("k", "body");
  EXPECT_EQ(s3_.ErrorCode("GetObject", Named("k", {{"IfNoneMatch", put["ETag"]}})), "NotModified");
  EXPECT_EQ(s3_.ErrorCode("HeadObject", Named("k", {{"IfMatch", "\"x\""}})), "PreconditionFailed");
  s3_.Advance(1h);
  EXPECT_EQ(s3_.ErrorCode("GetObject", Named("k", {{"IfModifiedSince", 1767323046}})), "NotModified");
  EXPECT_EQ(s3_.ErrorCode("GetObject", Named("k", {{"IfUnmodifiedSince", 1767323044}})), "PreconditionFailed");
}

TEST_F(ObjectOperationsTest, WhatIsInAnArchiveIsSeenButNotRead) {
  PutWith("k", "body", {{"StorageClass", "DEEP_ARCHIVE"}});
  EXPECT_EQ(s3_.MustCall("HeadObject", Named("k"))["StorageClass"], "DEEP_ARCHIVE");
  const AwsError error = Error("GetObject", Named("k"));
  EXPECT_EQ(error.code, "InvalidObjectState");
  EXPECT_EQ(error.http_status, 403);
}

TEST_F(ObjectOperationsTest, VersionsKeepTheirBodies) {
  PutWith("k", "null");
  SetVersioning("Enabled");
  const std::string first = PutWith("k", "first")["VersionId"];
  const std::string second = PutWith("k", "second")["VersionId"];
  EXPECT_NE(first, second);
  const auto read = [&](const std::string& id) {
    return TextOf(s3_.MustCall("GetObject", Named("k", {{"VersionId", id}})));
  };
  EXPECT_EQ(Read("k"), "second");
  EXPECT_EQ(read(first), "first");
  EXPECT_EQ(read("null"), "null");
  EXPECT_EQ(s3_.MustCall("GetObject", Named("k"))["VersionId"], second);
  EXPECT_EQ(Error("GetObject", Named("k", {{"VersionId", "short"}})).message, "Invalid version id specified");
  EXPECT_EQ(s3_.ErrorCode("GetObject", Named("k", {{"VersionId", std::string(32, 'x')}})), "NoSuchVersion");

  SetVersioning("Suspended");
  EXPECT_FALSE(PutWith("k", "third").contains("VersionId"));
  EXPECT_EQ(Read("k"), "third");
  EXPECT_EQ(read("null"), "third");
  EXPECT_EQ(read(second), "second");
}

TEST_F(ObjectOperationsTest, ADeleteMarkerIsA404AndByItsVersionA405) {
  SetVersioning("Enabled");
  PutWith("k", "body");
  const std::string marker = s3_.MustCall("DeleteObject", Named("k"))["VersionId"];
  const AwsError hidden = Error("GetObject", Named("k"));
  EXPECT_EQ(hidden.code, "NoSuchKey");
  ASSERT_NE(Header(hidden, "x-amz-delete-marker"), nullptr);
  EXPECT_EQ(*Header(hidden, "x-amz-version-id"), marker);
  const AwsError named = Error("HeadObject", Named("k", {{"VersionId", marker}}));
  EXPECT_EQ(named.code, "MethodNotAllowed");
  EXPECT_EQ(*Header(named, "x-amz-delete-marker"), "true");
  EXPECT_NE(Header(named, "Last-Modified"), nullptr);
  EXPECT_EQ(Error("PutObject", Named("k", {{"Body", ""}, {"IfMatch", "\"x\""}})).code, "NoSuchKey");
  PutWith("k", "again", {{"IfNoneMatch", "*"}});
}

}  // namespace
}  // namespace stratolite::s3
