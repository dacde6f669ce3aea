#include "s3/part_operations.hpp"

#include "unit/services/s3/upload_fixture.hpp"

namespace stratolite::s3 {
namespace {

class PartTest : public UploadTest {
 protected:
  Json Copy(const std::string& key, const std::string& id, int number, const std::string& source,
            Json more = Json::object()) {
    more["PartNumber"] = number;
    more["CopySource"] = source;
    return Request(key, id, std::move(more));
  }
};

TEST_F(PartTest, APartShowsItsEtagAndTheClientsChecksum) {
  const std::string id = Begin("key");
  const std::string crc = Base64Encode(Checksum(ChecksumAlgorithm::kCrc32, "part"));
  const Json answer = Send("key", id, 1, "part", {{"ChecksumCRC32", crc}});
  EXPECT_EQ(answer["ETag"], '"' + Md5Hex("part") + '"');
  EXPECT_EQ(answer["ServerSideEncryption"], "AES256");
  EXPECT_EQ(answer["ChecksumCRC32"], crc);
  EXPECT_FALSE(answer.contains("ChecksumType"));
  EXPECT_FALSE(Send("key", id, 2, "part").contains("ChecksumCRC64NVME"));
}

TEST_F(PartTest, APartIsReplacedByALaterOneOfItsNumber) {
  const std::string id = Begin("key");
  Send("key", id, 1, "first");
  Send("key", id, 1, "second");
  EXPECT_EQ(s3_.ErrorCode("CompleteMultipartUpload", Completing("key", id, {{1, "first"}})), "InvalidPart");
  s3_.MustCall("CompleteMultipartUpload", Completing("key", id, {{1, "second"}}));
  EXPECT_EQ(Body("key"), "second");
}

TEST_F(PartTest, NumbersGoFromOneToTenThousand) {
  const std::string id = Begin("key");
  for (const int number : {0, -1, 10001}) {
    const AwsError error = Error("UploadPart", Request("key", id, {{"PartNumber", number}, {"Body", "x"}}));
    EXPECT_EQ(error.code, "InvalidArgument");
    EXPECT_EQ(error.message, "Part number must be an integer between 1 and 10000, inclusive");
    EXPECT_EQ(error.fields->at("ArgumentName"), "partNumber");
    EXPECT_EQ(error.fields->at("ArgumentValue"), std::to_string(number));
  }
  Send("key", id, 10000, "x");
}

TEST_F(PartTest, AnUnknownUploadTakesNoParts) {
  EXPECT_EQ(s3_.ErrorCode("UploadPart", Request("key", "fakeid", {{"PartNumber", 1}, {"Body", "x"}})), "NoSuchUpload");
}

TEST_F(PartTest, AMismatchingPartLeavesNothing) {
  const std::string id = Begin("key");
  const AwsError error =
      Error("UploadPart", Request("key", id, {{"PartNumber", 1}, {"Body", "x"}, {"ChecksumCRC32", "AAAAAA=="}}));
  EXPECT_EQ(error.code, "BadDigest");
  EXPECT_EQ(error.message, "The CRC32 you specified did not match the calculated checksum.");
  EXPECT_FALSE(s3_.MustCall("ListParts", Request("key", id)).contains("Parts"));
}

TEST_F(PartTest, PartsOfACompositeUploadComeWithItsChecksum) {
  const std::string id = Begin("key", {{"ChecksumAlgorithm", "SHA256"}});
  const auto refused = [&](Json more) {
    more["PartNumber"] = 1;
    more["Body"] = "x";
    return Error("UploadPart", Request("key", id, std::move(more))).message;
  };
  EXPECT_EQ(refused(Json::object()),
            "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: null");
  EXPECT_EQ(refused({{"ChecksumCRC32", "AAAAAA=="}}),
            "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32");
}

TEST_F(PartTest, AChecksumOfTheWholeDoesWithoutThoseOfParts) {
  const std::string id = Begin("key", {{"ChecksumAlgorithm", "CRC32C"}, {"ChecksumType", "FULL_OBJECT"}});
  const std::string crc = Base64Encode(Checksum(ChecksumAlgorithm::kCrc32c, "only"));
  EXPECT_EQ(Send("key", id, 1, "only")["ChecksumCRC32C"], crc);
  const Json answer = s3_.MustCall("CompleteMultipartUpload", Completing("key", id, {{1, "only"}}));
  EXPECT_EQ(answer["ChecksumCRC32C"], crc);
}

TEST_F(PartTest, PartsAreListedInPages) {
  const std::string id = Begin("key", {{"ChecksumAlgorithm", "CRC32"}});
  for (const int number : {7, 2, 5}) {
    Send("key", id, number, "x", {{"ChecksumCRC32", Base64Encode(Checksum(ChecksumAlgorithm::kCrc32, "x"))}});
  }
  const Json first = s3_.MustCall("ListParts", Request("key", id, {{"MaxParts", 2}}));
  ASSERT_EQ(first["Parts"].size(), 2U);
  EXPECT_EQ(first["Parts"][0]["PartNumber"], 2);
  EXPECT_EQ(first["Parts"][1]["ChecksumCRC32"], Base64Encode(Checksum(ChecksumAlgorithm::kCrc32, "x")));
  EXPECT_EQ(first["NextPartNumberMarker"], 5);
  EXPECT_EQ(first["IsTruncated"], true);
  EXPECT_EQ(first["ChecksumType"], "COMPOSITE");
  EXPECT_EQ(first["Owner"].size(), 1U);
  EXPECT_EQ(first["Initiator"]["ID"], first["Owner"]["ID"]);
  const Json rest = s3_.MustCall("ListParts", Request("key", id, {{"MaxParts", 2}, {"PartNumberMarker", 5}}));
  ASSERT_EQ(rest["Parts"].size(), 1U);
  EXPECT_EQ(rest["IsTruncated"], false);
  const Json none = s3_.MustCall("ListParts", Request("key", id, {{"PartNumberMarker", 10}}));
  EXPECT_EQ(none["NextPartNumberMarker"], 0);
  EXPECT_FALSE(none.contains("Parts"));
  EXPECT_EQ(s3_.ErrorCode("ListParts", Request("key", id, {{"MaxParts", -1}})), "InvalidArgument");
}

TEST_F(PartTest, AnIamPrincipalIsShownByItsArn) {
  s3_.caller.type = auth::PrincipalType::kUser;
  s3_.caller.arn = "arn:aws:iam::123456789012:user/team/Ann";
  const std::string id = Begin("key");
  const Json initiator = s3_.MustCall("ListParts", Request("key", id))["Initiator"];
  EXPECT_EQ(initiator["ID"], "arn:aws:iam::123456789012:user/team/Ann");
  EXPECT_EQ(initiator["DisplayName"], "Ann");
}

TEST_F(PartTest, APartCanBeARangeOfAnObject) {
  Put("source", "0123456789");
  const std::string id = Begin("key");
  const Json answer =
      s3_.MustCall("UploadPartCopy", Copy("key", id, 1, "bucket/source", {{"CopySourceRange", "bytes=2-4"}}));
  EXPECT_EQ(answer["CopyPartResult"]["ETag"], '"' + Md5Hex("234") + '"');
  EXPECT_EQ(answer["ServerSideEncryption"], "AES256");
  EXPECT_FALSE(answer.contains("CopySourceVersionId"));
  s3_.MustCall("CompleteMultipartUpload", Completing("key", id, {{1, "234"}}));
  EXPECT_EQ(Body("key"), "234");
}

TEST_F(PartTest, ACopiedRangeMustLieInTheSource) {
  Put("source", "0123456789");
  const std::string id = Begin("key");
  const auto refused = [&](const char* range) {
    return Error("UploadPartCopy", Copy("key", id, 1, "bucket/source", {{"CopySourceRange", range}}));
  };
  EXPECT_EQ(refused("bytes=0-10").message, "Range specified is not valid for source object of size: 10");
  for (const char* range : {"bytes=5-", "bytes=-5", "0-5", "bytes=5-2", "bytes=a-b", ""}) {
    EXPECT_EQ(refused(range).code, "InvalidArgument") << range;
    EXPECT_TRUE(refused(range).message.starts_with("The x-amz-copy-source-range value must be")) << range;
  }
}

TEST_F(PartTest, CopiesKeepWhatTheSourceWas) {
  SetVersioning("Enabled");
  const std::string version = s3_.MustCall("PutObject", Request("source", "", {{"Body", "old"}}))["VersionId"];
  Put("source", "new");
  const std::string id = Begin("key", {{"ChecksumAlgorithm", "CRC32C"}});
  const Json answer = s3_.MustCall("UploadPartCopy", Copy("key", id, 1, "bucket/source?versionId=" + version));
  EXPECT_EQ(answer["CopySourceVersionId"], version);
  EXPECT_EQ(answer["CopyPartResult"]["ChecksumCRC32C"], Base64Encode(Checksum(ChecksumAlgorithm::kCrc32c, "old")));
}

TEST_F(PartTest, ConditionsOnTheSourceOfACopy) {
  Put("source", "body");
  const std::string id = Begin("key");
  const auto failed = [&](Json condition) {
    return Error("UploadPartCopy", Copy("key", id, 1, "bucket/source", std::move(condition)))
        .fields->value("Condition", "");
  };
  EXPECT_EQ(failed({{"CopySourceIfMatch", "\"abc\""}}), "x-amz-copy-source-If-Match");
  EXPECT_EQ(failed({{"CopySourceIfNoneMatch", Md5Hex("body")}}), "x-amz-copy-source-If-None-Match");
  s3_.MustCall("UploadPartCopy", Copy("key", id, 1, "bucket/source", {{"CopySourceIfMatch", Md5Hex("body")}}));
}

TEST_F(PartTest, AMultipartSourceIsCopiedAcrossItsParts) {
  const std::string big(kFiveMib, 'a');
  const std::string source = Begin("source");
  Send("source", source, 1, big);
  Send("source", source, 2, "tail");
  s3_.MustCall("CompleteMultipartUpload", Completing("source", source, {{1, big}, {2, "tail"}}));
  const std::string id = Begin("key");
  s3_.MustCall("UploadPartCopy", Copy("key", id, 1, "bucket/source", {{"CopySourceRange", "bytes=5242878-5242881"}}));
  s3_.MustCall("CompleteMultipartUpload", Completing("key", id, {{1, "aata"}}));
  EXPECT_EQ(Body("key"), "aata");
}

}  // namespace
}  // namespace stratolite::s3
