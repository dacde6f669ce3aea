#include "s3/attribute_operations.hpp"

#include "unit/services/s3/upload_fixture.hpp"

namespace stratolite::s3 {
namespace {

class AttributeTest : public UploadTest {
 protected:
  static Json Tags(std::initializer_list<std::pair<const char*, const char*>> tags) {
    Json tag_set = Json::array();
    for (const auto& [key, value] : tags) tag_set.push_back({{"Key", key}, {"Value", value}});
    return {{"Tagging", {{"TagSet", std::move(tag_set)}}}};
  }
  Json Attributes(const std::string& key, std::vector<std::string> names, Json more = Json::object()) {
    more["ObjectAttributes"] = std::move(names);
    return s3_.MustCall("GetObjectAttributes", Request(key, "", std::move(more)));
  }
  Json TagsOf(const std::string& key) { return s3_.MustCall("GetObjectTagging", Request(key, ""))["TagSet"]; }
};

const std::vector<std::string> kAll = {"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"};

TEST_F(AttributeTest, ShowsWhatIsAskedFor) {
  const std::string crc = Base64Encode(Checksum(ChecksumAlgorithm::kCrc32, "body"));
  s3_.MustCall("PutObject", Request("key", "", {{"Body", "body"}, {"ChecksumCRC32", crc}}));
  const Json all = Attributes("key", kAll);
  EXPECT_EQ(all["ETag"], Md5Hex("body"));
  EXPECT_EQ(all["Checksum"], (Json{{"ChecksumCRC32", crc}, {"ChecksumType", "FULL_OBJECT"}}));
  EXPECT_EQ(all["StorageClass"], "STANDARD");
  EXPECT_EQ(all["ObjectSize"], 4);
  EXPECT_FALSE(all.contains("ObjectParts"));
  EXPECT_TRUE(all.contains("LastModified"));
  EXPECT_FALSE(all.contains("VersionId"));
  const Json size = Attributes("key", {"ObjectSize"});
  EXPECT_FALSE(size.contains("ETag"));
  EXPECT_FALSE(size.contains("Checksum"));
}

TEST_F(AttributeTest, PartsWithoutChecksumsAreOnlyCounted) {
  Make("key", "only");
  EXPECT_EQ(Attributes("key", kAll)["ObjectParts"], Json::parse(R"({"TotalPartsCount":1})"));
}

TEST_F(AttributeTest, PartsOfACompositeObjectAreListedInPages) {
  const std::string id = Begin("key", {{"ChecksumAlgorithm", "CRC32"}});
  const std::string big(kFiveMib, 'a');
  Json parts = Json::array();
  for (const auto& [number, body] : std::vector<std::pair<int, std::string>>{{1, big}, {2, big}, {5, "tail"}}) {
    const std::string crc = Base64Encode(Checksum(ChecksumAlgorithm::kCrc32, body));
    Send("key", id, number, body, {{"ChecksumCRC32", crc}});
    parts.push_back({{"PartNumber", number}, {"ETag", Md5Hex(body)}, {"ChecksumCRC32", crc}});
  }
  const Json done =
      s3_.MustCall("CompleteMultipartUpload", Request("key", id, {{"MultipartUpload", {{"Parts", parts}}}}));
  const std::string shown = done["ChecksumCRC32"];
  EXPECT_TRUE(shown.ends_with("-3"));

  const Json all = Attributes("key", kAll);
  EXPECT_EQ(all["Checksum"]["ChecksumCRC32"], shown.substr(0, shown.size() - 2));
  EXPECT_EQ(all["Checksum"]["ChecksumType"], "COMPOSITE");
  const Json& listed = all["ObjectParts"];
  EXPECT_EQ(listed["TotalPartsCount"], 3);
  EXPECT_EQ(listed["NextPartNumberMarker"], 5);
  EXPECT_EQ(listed["MaxParts"], 1000);
  EXPECT_EQ(listed["IsTruncated"], false);
  ASSERT_EQ(listed["Parts"].size(), 3U);
  EXPECT_EQ(listed["Parts"][0]["Size"], kFiveMib);
  EXPECT_EQ(listed["Parts"][2]["ChecksumCRC32"], parts[2]["ChecksumCRC32"]);

  const Json page = Attributes("key", {"ObjectParts"}, {{"MaxParts", 1}, {"PartNumberMarker", 1}})["ObjectParts"];
  ASSERT_EQ(page["Parts"].size(), 1U);
  EXPECT_EQ(page["Parts"][0]["PartNumber"], 2);
  EXPECT_EQ(page["IsTruncated"], true);
}

TEST_F(AttributeTest, ADeletedObjectHasNone) {
  SetVersioning("Enabled");
  Put("key");
  EXPECT_TRUE(Attributes("key", kAll).contains("VersionId"));
  s3_.MustCall("DeleteObject", Request("key", ""));
  EXPECT_EQ(s3_.ErrorCode("GetObjectAttributes", Request("key", "", {{"ObjectAttributes", {"ETag"}}})), "NoSuchKey");
}

TEST_F(AttributeTest, UnknownAttributesAreRefused) {
  Put("key");
  EXPECT_EQ(s3_.ErrorCode("GetObjectAttributes", Request("key", "", {{"ObjectAttributes", {"Colour"}}})),
            "InvalidArgument");
}

TEST_F(AttributeTest, TagsAreReplacedAndRemoved) {
  Put("key");
  EXPECT_EQ(TagsOf("key"), Json::array());
  s3_.MustCall("PutObjectTagging", Request("key", "", Tags({{"b", ""}, {"a", "1"}})));
  EXPECT_EQ(TagsOf("key"), Json::parse(R"([{"Key":"a","Value":"1"},{"Key":"b","Value":""}])"));
  EXPECT_EQ(s3_.MustCall("HeadObject", Request("key", ""))["TagCount"], 2);
  s3_.MustCall("PutObjectTagging", Request("key", "", Tags({{"c", "3"}})));
  EXPECT_EQ(TagsOf("key"), Json::parse(R"([{"Key":"c","Value":"3"}])"));
  s3_.MustCall("DeleteObjectTagging", Request("key", ""));
  EXPECT_EQ(TagsOf("key"), Json::array());
}

TEST_F(AttributeTest, RefusedTagsChangeNothing) {
  Put("key");
  s3_.MustCall("PutObjectTagging", Request("key", "", Tags({{"a", "1"}})));
  EXPECT_EQ(s3_.ErrorCode("PutObjectTagging", Request("key", "", Tags({{"x", "1"}, {"x", "2"}}))), "InvalidTag");
  EXPECT_EQ(TagsOf("key"), Json::parse(R"([{"Key":"a","Value":"1"}])"));
}

TEST_F(AttributeTest, AnEmptyRequestIsNoEmptySetOfTags) {
  Put("key");
  s3_.MustCall("PutObjectTagging", Request("key", "", Tags({{"a", "1"}})));
  EXPECT_EQ(s3_.ErrorCode("PutObjectTagging", Request("key", "")), "MissingRequestBodyError");
  EXPECT_EQ(s3_.ErrorCode("PutObjectTagging", Request("key", "", {{"Tagging", Json::object()}})), "MalformedXML");
  EXPECT_EQ(TagsOf("key").size(), 1U);
  s3_.MustCall("PutObjectTagging", Request("key", "", Tags({})));
  EXPECT_EQ(TagsOf("key"), Json::array());
}

TEST_F(AttributeTest, TagsBelongToAVersion) {
  SetVersioning("Enabled");
  const std::string first = s3_.MustCall("PutObject", Request("key", "", {{"Body", "1"}}))["VersionId"];
  const std::string second = s3_.MustCall("PutObject", Request("key", "", {{"Body", "2"}}))["VersionId"];
  Json tags = Tags({{"a", "1"}});
  tags["VersionId"] = first;
  EXPECT_EQ(s3_.MustCall("PutObjectTagging", Request("key", "", tags))["VersionId"], first);
  EXPECT_EQ(TagsOf("key"), Json::array());
  const Json old = s3_.MustCall("GetObjectTagging", Request("key", "", {{"VersionId", first}}));
  EXPECT_EQ(old["TagSet"].size(), 1U);
  EXPECT_EQ(s3_.MustCall("GetObjectTagging", Request("key", ""))["VersionId"], second);
}

TEST_F(AttributeTest, AnUploadBringsItsTags) {
  Make("key", "only", {{"Tagging", "a=1&b=2"}});
  EXPECT_EQ(TagsOf("key").size(), 2U);
}

TEST_F(AttributeTest, ADeleteMarkerHasNoTags) {
  SetVersioning("Enabled");
  Put("key");
  const std::string marker = s3_.MustCall("DeleteObject", Request("key", ""))["VersionId"];
  for (const Json& which : {Json::object(), Json{{"VersionId", marker}}}) {
    Json tags = Tags({{"a", "1"}});
    tags.update(which);
    const AwsError put = Error("PutObjectTagging", Request("key", "", tags));
    EXPECT_EQ(put.code, "MethodNotAllowed");
    EXPECT_EQ(put.fields->at("Method"), "PUT");
    EXPECT_EQ(put.fields->at("ResourceType"), "DeleteMarker");
    EXPECT_EQ(Error("GetObjectTagging", Request("key", "", which)).fields->at("Method"), "GET");
    EXPECT_EQ(Error("DeleteObjectTagging", Request("key", "", which)).fields->at("Method"), "DELETE");
  }
}

TEST_F(AttributeTest, TagsOfNothing) {
  EXPECT_EQ(Error("PutObjectTagging", Request("key", "", Tags({}))).fields->at("Key"), "key");
  EXPECT_EQ(Error("DeleteObjectTagging", Request("key", "")).fields->at("Key"), "key");
  EXPECT_EQ(Error("GetObjectTagging", Request("key", "")).fields->at("Key"), "bucket/key");
}

}  // namespace
}  // namespace stratolite::s3
