#include "s3/multipart_operations.hpp"

#include "stratolite/storage/database.hpp"
#include "unit/services/s3/upload_fixture.hpp"

namespace stratolite::s3 {
namespace {

class MultipartTest : public UploadTest {
 protected:
  Json List(Json more = Json::object()) {
    more["Bucket"] = "bucket";
    return s3_.MustCall("ListMultipartUploads", std::move(more));
  }
  static std::vector<std::string> KeysOf(const Json& listing) {
    std::vector<std::string> keys;
    for (const Json& upload : listing.value("Uploads", Json::array())) keys.push_back(upload["Key"]);
    return keys;
  }
};

using Keys = std::vector<std::string>;

TEST_F(MultipartTest, PartsBecomeOneObject) {
  const std::string first(kFiveMib, 'a');
  const std::string id = Begin("key", {{"ContentType", "text/plain"}, {"Metadata", {{"colour", "blue"}}}});
  Send("key", id, 2, "tail");
  Send("key", id, 1, first);
  const Json answer = s3_.MustCall("CompleteMultipartUpload", Completing("key", id, {{1, first}, {2, "tail"}}));
  EXPECT_EQ(answer["Location"], "http://localhost:4566/bucket/key");
  EXPECT_EQ(answer["ServerSideEncryption"], "AES256");
  EXPECT_EQ(answer["ChecksumType"], "FULL_OBJECT");
  EXPECT_EQ(answer["ChecksumCRC64NVME"], Base64Encode(Checksum(ChecksumAlgorithm::kCrc64Nvme, first + "tail")));
  EXPECT_FALSE(answer.contains("VersionId"));

  const Json head = s3_.MustCall("HeadObject", Request("key", ""));
  EXPECT_EQ(head["ETag"], answer["ETag"]);
  EXPECT_EQ(head["ContentLength"], kFiveMib + 4);
  EXPECT_EQ(head["ContentType"], "text/plain");
  EXPECT_EQ(head["Metadata"]["colour"], "blue");
  EXPECT_TRUE(Body("key") == first + "tail");
}

TEST_F(MultipartTest, NothingIsLeftOfAFinishedUpload) {
  const std::string id = Begin("key");
  Send("key", id, 1, "only");
  s3_.MustCall("CompleteMultipartUpload", Completing("key", id, {{1, "only"}}));
  EXPECT_EQ(s3_.ErrorCode("ListParts", Request("key", id)), "NoSuchUpload");
  EXPECT_EQ(s3_.ErrorCode("AbortMultipartUpload", Request("key", id)), "NoSuchUpload");
  EXPECT_EQ(KeysOf(List()), Keys());
}

TEST_F(MultipartTest, AnUploadIsNoObjectBeforeItsEnd) {
  Send("key", Begin("key"), 1, "part");
  EXPECT_EQ(s3_.ErrorCode("GetObject", Request("key", "")), "NoSuchKey");
}

TEST_F(MultipartTest, AbortingForgetsTheParts) {
  const std::string id = Begin("key");
  Send("key", id, 1, "part");
  s3_.MustCall("AbortMultipartUpload", Request("key", id));
  const AwsError error = Error("AbortMultipartUpload", Request("key", id));
  EXPECT_EQ(error.code, "NoSuchUpload");
  EXPECT_EQ(error.fields->at("UploadId"), id);
}

TEST_F(MultipartTest, AnUploadBelongsToItsKey) {
  const std::string id = Begin("key");
  EXPECT_EQ(s3_.ErrorCode("ListParts", Request("other", id)), "NoSuchUpload");
}

TEST_F(MultipartTest, CompletingAgainAnswersAgainForAnHour) {
  const std::string id = Begin("key");
  Send("key", id, 1, "only");
  const Json request = Completing("key", id, {{1, "only"}});
  const Json first = s3_.MustCall("CompleteMultipartUpload", request);
  EXPECT_EQ(s3_.MustCall("CompleteMultipartUpload", request), first);
  EXPECT_EQ(s3_.ErrorCode("CompleteMultipartUpload", Completing("key", id, {{1, "other"}})), "NoSuchUpload");
  s3_.Advance(std::chrono::hours(1));
  EXPECT_EQ(s3_.ErrorCode("CompleteMultipartUpload", request), "NoSuchUpload");
}

TEST_F(MultipartTest, ARefusedCompletionLeavesTheUploadAsItWas) {
  const std::string id = Begin("key");
  Send("key", id, 1, "small");
  Send("key", id, 2, "tail");
  EXPECT_EQ(s3_.ErrorCode("CompleteMultipartUpload", Completing("key", id, {{1, "small"}, {2, "tail"}})),
            "EntityTooSmall");
  EXPECT_EQ(s3_.MustCall("ListParts", Request("key", id))["Parts"].size(), 2U);
  s3_.MustCall("CompleteMultipartUpload", Completing("key", id, {{2, "tail"}}));
  EXPECT_EQ(Body("key"), "tail");
}

TEST_F(MultipartTest, TenThousandPartsAreRowsAndNothingElse) {
  const std::string id = Begin("key");
  const std::string etag = Md5Hex("part");
  // Written directly: as requests they would be 50 GB.
  s3_.world().deps().db.Transact([&](storage::Txn& txn) {
    for (int number = 1; number <= 10'000; ++number) {
      txn.Run(
          "INSERT INTO s3_upload_part (upload, number, last_modified, size, etag, checksum, blob)"
          " VALUES ((SELECT id FROM s3_upload WHERE upload_id = ?),?,0,?,?,'AAAAAAAAAAA=',NULL)",
          {id, number, kFiveMib + static_cast<std::size_t>(number), etag});
    }
  });
  std::vector<std::pair<int, std::string>> parts;
  for (int number = 1; number <= 10'000; ++number) parts.emplace_back(number, "part");
  const Json answer = s3_.MustCall("CompleteMultipartUpload", Completing("key", id, parts));
  EXPECT_TRUE(answer["ETag"].get<std::string>().ends_with("-10000\""));
  const Json head = s3_.MustCall("HeadObject", Request("key", "", {{"PartNumber", 10'000}}));
  EXPECT_EQ(head["PartsCount"], 10'000);
  EXPECT_EQ(head["ContentLength"], kFiveMib + 10'000);
  EXPECT_EQ(s3_.world().deps().db.Read(
                [](storage::Reader& reader) { return reader.QueryInt("SELECT count(*) FROM s3_upload_part"); }),
            0);
}

TEST_F(MultipartTest, ConditionsHoldAtTheEnd) {
  Put("key", "old");
  const std::string id = Begin("key");
  Send("key", id, 1, "new");
  const std::vector<std::pair<int, std::string>> parts = {{1, "new"}};
  const AwsError exists = Error("CompleteMultipartUpload", Completing("key", id, parts, {{"IfNoneMatch", "*"}}));
  EXPECT_EQ(exists.code, "PreconditionFailed");
  EXPECT_EQ(exists.fields->at("Condition"), "If-None-Match");
  const AwsError other = Error("CompleteMultipartUpload", Completing("key", id, parts, {{"IfMatch", "\"abc\""}}));
  EXPECT_EQ(other.fields->at("Condition"), "If-Match");
  s3_.MustCall("CompleteMultipartUpload", Completing("key", id, parts, {{"IfMatch", Md5Hex("old")}}));
  EXPECT_EQ(Body("key"), "new");
}

TEST_F(MultipartTest, AnEnabledBucketGetsAVersion) {
  SetVersioning("Enabled");
  const Json one = Make("key", "one");
  const Json two = Make("key", "two");
  EXPECT_NE(one["VersionId"], two["VersionId"]);
  EXPECT_EQ(Body("key", {{"VersionId", one["VersionId"]}}), "one");
  EXPECT_EQ(Body("key"), "two");
}

TEST_F(MultipartTest, TheObjectDatesFromTheUploadsBegin) {
  const TimePoint begun = s3_.Now();
  const std::string id = Begin("key");
  s3_.Advance(std::chrono::minutes(5));
  Send("key", id, 1, "only");
  s3_.MustCall("CompleteMultipartUpload", Completing("key", id, {{1, "only"}}));
  const Json head = s3_.MustCall("HeadObject", Request("key", ""));
  EXPECT_EQ(head["LastModified"].get<std::int64_t>(), EpochSeconds(begun));
}

TEST_F(MultipartTest, ChecksumTypesGoWithTheirAlgorithms) {
  const auto create = [&](Json more) { return s3_.Call("CreateMultipartUpload", Request("key", "", std::move(more))); };
  EXPECT_EQ((*create({{"ChecksumAlgorithm", "SHA256"}}))["ChecksumType"], "COMPOSITE");
  EXPECT_EQ((*create({{"ChecksumAlgorithm", "CRC32"}}))["ChecksumType"], "COMPOSITE");
  EXPECT_EQ((*create({{"ChecksumAlgorithm", "CRC64NVME"}}))["ChecksumType"], "FULL_OBJECT");
  EXPECT_EQ((*create({{"ChecksumAlgorithm", "CRC32"}, {"ChecksumType", "FULL_OBJECT"}}))["ChecksumAlgorithm"], "CRC32");
  EXPECT_FALSE((*create(Json::object())).contains("ChecksumType"));
  EXPECT_EQ(create({{"ChecksumAlgorithm", "SHA1"}, {"ChecksumType", "FULL_OBJECT"}}).error().message,
            "The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.");
  EXPECT_EQ(create({{"ChecksumAlgorithm", "CRC64NVME"}, {"ChecksumType", "COMPOSITE"}}).error().message,
            "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.");
  EXPECT_EQ(create({{"ChecksumType", "COMPOSITE"}}).error().message,
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
  EXPECT_EQ(create({{"ChecksumAlgorithm", "CRC32"}, {"ChecksumType", "BAD"}}).error().code, "InvalidRequest");
  EXPECT_EQ(create({{"ChecksumAlgorithm", "CRC7"}}).error().code, "InvalidRequest");
  EXPECT_EQ(create({{"ChecksumAlgorithm", "SHA512"}}).error().code, "NotImplemented");
}

TEST_F(MultipartTest, WhatIsNotBuiltIsRefused) {
  EXPECT_EQ(s3_.ErrorCode("CreateMultipartUpload", Request("key", "", {{"ACL", "public-read"}})),
            "AccessControlListNotSupported");
  EXPECT_EQ(s3_.ErrorCode("CreateMultipartUpload",
                          Request("key", "", {{"ObjectLockMode", "GOVERNANCE"}, {"ObjectLockRetainUntilDate", 4e9}})),
            "InvalidRequest");
}

TEST_F(MultipartTest, UploadsAreListedByKeyThenAge) {
  const std::string later_key = Begin("b");
  const std::string first = Begin("a", {{"ChecksumAlgorithm", "CRC32C"}});
  s3_.Advance(std::chrono::seconds(1));
  const std::string second = Begin("a");
  const Json listing = List();
  ASSERT_EQ(KeysOf(listing), (Keys{"a", "a", "b"}));
  EXPECT_EQ(listing["Uploads"][0]["UploadId"], first);
  EXPECT_EQ(listing["Uploads"][1]["UploadId"], second);
  EXPECT_EQ(listing["Uploads"][2]["UploadId"], later_key);
  EXPECT_EQ(listing["Uploads"][0]["ChecksumAlgorithm"], "CRC32C");
  EXPECT_EQ(listing["Uploads"][0]["ChecksumType"], "COMPOSITE");
  EXPECT_EQ(listing["Uploads"][0]["StorageClass"], "STANDARD");
  EXPECT_EQ(listing["NextKeyMarker"], "b");
  EXPECT_EQ(listing["NextUploadIdMarker"], later_key);
  EXPECT_EQ(listing["IsTruncated"], false);
  EXPECT_FALSE(listing.contains("Prefix"));
}

TEST_F(MultipartTest, AnEmptyListingHasEmptyMarkers) {
  const Json listing = List();
  for (const char* marker : {"KeyMarker", "UploadIdMarker", "NextKeyMarker", "NextUploadIdMarker"}) {
    EXPECT_EQ(listing[marker], "") << marker;
  }
  EXPECT_EQ(listing["MaxUploads"], 1000);
  EXPECT_FALSE(listing.contains("Uploads"));
}

TEST_F(MultipartTest, PagesOfUploadsJoinUp) {
  for (const char* key : {"a", "b", "b", "b", "c"}) Begin(key);
  Keys seen;
  Json more{{"MaxUploads", 2}};
  for (int page = 0; page < 3; ++page) {
    const Json listing = List(more);
    for (const std::string& key : KeysOf(listing)) seen.push_back(key);
    EXPECT_EQ(listing["IsTruncated"], page < 2);
    more["KeyMarker"] = listing["NextKeyMarker"];
    more["UploadIdMarker"] = listing["NextUploadIdMarker"];
  }
  EXPECT_EQ(seen, (Keys{"a", "b", "b", "b", "c"}));
  EXPECT_EQ(KeysOf(List({{"KeyMarker", "b"}})), Keys{"c"});
  EXPECT_EQ(KeysOf(List({{"UploadIdMarker", "z"}})), seen);
}

TEST_F(MultipartTest, PrefixAndDelimiterGroupUploads) {
  for (const char* key : {"photos/1", "photos/2006/1", "photos/2006/2", "photos/2007/1", "videos/1"}) Begin(key);
  const Json listing = List({{"Prefix", "photos/"}, {"Delimiter", "/"}});
  EXPECT_EQ(KeysOf(listing), Keys{"photos/1"});
  EXPECT_EQ(listing["CommonPrefixes"], Json::parse(R"([{"Prefix":"photos/2006/"},{"Prefix":"photos/2007/"}])"));
  EXPECT_EQ(listing["Delimiter"], "/");

  const Json first = List({{"Delimiter", "/"}, {"MaxUploads", 1}});
  EXPECT_EQ(first["NextKeyMarker"], "photos/");
  EXPECT_EQ(first["IsTruncated"], true);
  const Json second = List({{"Delimiter", "/"}, {"MaxUploads", 1}, {"KeyMarker", "photos/"}});
  EXPECT_EQ(second["CommonPrefixes"][0]["Prefix"], "videos/");
  EXPECT_EQ(second["IsTruncated"], false);
}

TEST_F(MultipartTest, KeysAreEncodedOnRequest) {
  Begin("a b");
  const Json listing = List({{"EncodingType", "url"}, {"Prefix", "a "}});
  EXPECT_EQ(KeysOf(listing), Keys{"a+b"});
  EXPECT_EQ(listing["EncodingType"], "url");
  EXPECT_EQ(s3_.ErrorCode("ListMultipartUploads", {{"Bucket", "bucket"}, {"EncodingType", "x"}}), "InvalidArgument");
}

TEST_F(MultipartTest, DeletingTheBucketEndsItsUploads) {
  const std::string id = Begin("key");
  s3_.MustCall("DeleteBucket", {{"Bucket", "bucket"}});
  s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}});
  EXPECT_EQ(s3_.ErrorCode("ListParts", Request("key", id)), "NoSuchUpload");
}

}  // namespace
}  // namespace stratolite::s3
