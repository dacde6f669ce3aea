#include "s3/listing_operations.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "s3/listing_view.hpp"
#include "stratolite/storage/database.hpp"
#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

using Strings = std::vector<std::string>;

/// Rows are written directly: listings depend on nothing else.
class ListingTest : public S3Test {
 protected:
  /// Version ids have 32 characters; tests speak of their first few.
  static std::string Id(const std::string& version) {
    return version == "null" ? version : version + std::string(32 - version.size(), '.');
  }
  void Row(const std::string& key, const std::string& version = "null", bool latest = true, bool marker = false) {
    s3_.world().deps().db.Transact([&](storage::Txn& txn) {
      txn.Run(
          "INSERT INTO s3_object (bucket_id, key, version_id, is_latest, is_delete_marker, last_modified, size, etag,"
          " storage_class, checksum_algorithm, checksum_type, checksum, system_metadata, user_metadata, tags, "
          "part_count)"
          " VALUES (1,?,?,?,?,1700000000900000,4,'abc','STANDARD',0,0,'x','{}','{}','{}',0)",
          {key, Id(version), latest, marker});
    });
  }
  void Rows(const Strings& keys) {
    for (const std::string& key : keys) Row(key);
  }
  void RemoveRow(const std::string& version) {
    s3_.world().deps().db.Transact(
        [&](storage::Txn& txn) { txn.Run("DELETE FROM s3_object WHERE version_id = ?", {Id(version)}); });
  }
  Json List(Json input) { return Listing("ListObjects", std::move(input)); }
  Json ListV2(Json input) { return Listing("ListObjectsV2", std::move(input)); }
  Json ListVersions(Json input) { return Listing("ListObjectVersions", std::move(input)); }
  Json Listing(const char* operation, Json input) {
    input["Bucket"] = "bucket";
    return s3_.MustCall(operation, std::move(input));
  }
  AwsError Refused(const char* operation, Json input) {
    input["Bucket"] = "bucket";
    return Error(operation, std::move(input));
  }

  /// Values of one member of the elements of a list that may be absent.
  static Strings Of(const Json& answer, const char* list, const char* member) {
    Strings values;
    const Json elements = answer.value(list, Json::array());
    for (const Json& element : elements) {
      const std::string value = element[member];
      values.push_back(value.substr(0, value.find_last_not_of('.') + 1));
    }
    return values;
  }
  static Strings Keys(const Json& answer) { return Of(answer, "Contents", "Key"); }
  static Strings Prefixes(const Json& answer) { return Of(answer, "CommonPrefixes", "Prefix"); }
  static Strings Versions(const Json& answer) { return Of(answer, "Versions", "VersionId"); }
  static Strings Markers(const Json& answer) { return Of(answer, "DeleteMarkers", "VersionId"); }

  /// Keys and common prefixes of all pages of ListObjectsV2, in the order they came in.
  Strings AllPages(Json input) {
    Strings all;
    for (int pages = 0; pages < 100; ++pages) {
      const Json answer = ListV2(input);
      EXPECT_EQ(answer["KeyCount"], Keys(answer).size() + Prefixes(answer).size());
      for (const std::string& key : Keys(answer)) all.push_back(key);
      for (const std::string& prefix : Prefixes(answer)) all.push_back(prefix);
      EXPECT_EQ(answer["IsTruncated"].get<bool>(), answer.contains("NextContinuationToken"));
      if (!answer["IsTruncated"].get<bool>()) return all;
      input["ContinuationToken"] = answer["NextContinuationToken"];
    }
    ADD_FAILURE() << "the listing does not end";
    return all;
  }
};

TEST_F(ListingTest, AnEmptyBucketListsNothingButItsQuestion) {
  EXPECT_EQ(List({}),
            (Json{{"Name", "bucket"}, {"Prefix", ""}, {"Marker", ""}, {"MaxKeys", 1000}, {"IsTruncated", false}}));
  EXPECT_EQ(ListV2({}),
            (Json{{"Name", "bucket"}, {"Prefix", ""}, {"KeyCount", 0}, {"MaxKeys", 1000}, {"IsTruncated", false}}));
  EXPECT_EQ(ListVersions({}), (Json{{"Name", "bucket"},
                                    {"Prefix", ""},
                                    {"KeyMarker", ""},
                                    {"VersionIdMarker", ""},
                                    {"MaxKeys", 1000},
                                    {"IsTruncated", false}}));
}

TEST_F(ListingTest, AnEntryShowsWhatAwsShows) {
  Row("key");
  Json answer = List({});
  const Json owner = answer["Contents"][0]["Owner"];
  EXPECT_EQ(owner["ID"].get<std::string>().size(), 64U);
  EXPECT_EQ(answer["Contents"][0], (Json{{"Key", "key"},
                                         {"LastModified", 1700000000},
                                         {"ETag", "\"abc\""},
                                         {"Size", 4},
                                         {"StorageClass", "STANDARD"},
                                         {"ChecksumAlgorithm", {"CRC32"}},
                                         {"ChecksumType", "FULL_OBJECT"},
                                         {"Owner", owner}}));
  EXPECT_FALSE(ListV2({})["Contents"][0].contains("Owner"));
  EXPECT_EQ(ListV2({{"FetchOwner", true}})["Contents"][0]["Owner"], owner);
  s3_.caller.type = auth::PrincipalType::kAnonymous;
  EXPECT_FALSE(List({})["Contents"][0].contains("Owner"));
}

TEST_F(ListingTest, KeysAreOrderedByTheirBytes) {
  Rows({"a", "B", "ä", "b", "a/b", "a-b", "🙂"});
  EXPECT_EQ(Keys(List({})), (Strings{"B", "a", "a-b", "a/b", "b", "ä", "🙂"}));
}

TEST_F(ListingTest, DeleteMarkersAndOldVersionsAreNotListed) {
  Row("a", "1", false);
  Row("a", "2");
  Row("b", "3", true, true);
  Row("dir/c", "4", true, true);
  EXPECT_EQ(Keys(List({})), (Strings{"a"}));
  EXPECT_EQ(Prefixes(List({{"Delimiter", "/"}})), Strings());
}

TEST_F(ListingTest, APrefixNarrowsTheListing) {
  Rows({"a", "ab", "ab/c", "abc", "b", "%"});
  EXPECT_EQ(Keys(List({{"Prefix", "ab"}})), (Strings{"ab", "ab/c", "abc"}));
  EXPECT_EQ(Keys(List({{"Prefix", "%"}})), (Strings{"%"}));
  EXPECT_EQ(Keys(List({{"Prefix", "x"}})), Strings());
}

TEST_F(ListingTest, ADelimiterRollsKeysUp) {
  Rows({"a/1", "a/2", "a/b/3", "ab", "c", "c/4"});
  const Json answer = List({{"Delimiter", "/"}});
  EXPECT_EQ(Keys(answer), (Strings{"ab", "c"}));
  EXPECT_EQ(Prefixes(answer), (Strings{"a/", "c/"}));
  const Json below = List({{"Delimiter", "/"}, {"Prefix", "a/"}});
  EXPECT_EQ(Keys(below), (Strings{"a/1", "a/2"}));
  EXPECT_EQ(Prefixes(below), (Strings{"a/b/"}));
}

TEST_F(ListingTest, ADelimiterMayBeAnyString) {
  Rows({"a--b", "a--c", "a-d", "é--f", "\x7f\x7f\x7f"});
  EXPECT_EQ(Prefixes(List({{"Delimiter", "--"}})), (Strings{"a--", "é--"}));
  EXPECT_EQ(Prefixes(List({{"Delimiter", "\x7f"}})), (Strings{"\x7f"}));
  EXPECT_EQ(Keys(List({{"Delimiter", "%2F"}})).size(), 5U);
}

TEST_F(ListingTest, PagesOfAnySizeGiveEveryEntryOnce) {
  Rows({"a", "b/1", "b/2", "b/3", "b/4", "b/5", "b0", "c/1", "d", "e/f/g", "e/h", "i"});
  const Strings everything{"a", "b/1", "b/2", "b/3", "b/4", "b/5", "b0", "c/1", "d", "e/f/g", "e/h", "i"};
  const Strings rolled_up{"a", "b/", "b0", "c/", "d", "e/", "i"};
  for (int size = 1; size <= 13; ++size) {
    EXPECT_EQ(AllPages({{"MaxKeys", size}}), everything) << size;
    Strings all = AllPages({{"MaxKeys", size}, {"Delimiter", "/"}});
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, rolled_up) << size;
  }
}

TEST_F(ListingTest, LargePagesAreReadInPieces) {
  Strings keys;
  for (int i = 0; i < 1500; ++i) {
    std::string key = "k/" + std::to_string(10000 + i);
    if (i % 3 == 0) key += "/x";
    keys.push_back(key);
    Row(key);
  }
  EXPECT_EQ(AllPages({}), keys);
  Strings all = AllPages({{"Delimiter", "/"}, {"Prefix", "k/"}, {"MaxKeys", 700}});
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), 1500U);
  EXPECT_EQ(all[0], "k/10000/");
  EXPECT_EQ(all[1], "k/10001");
  EXPECT_EQ(Keys(List({{"MaxKeys", 5000}})).size(), 1000U);
}

TEST_F(ListingTest, NoKeysAreAskedForAndNoneMissing) {
  Row("a");
  const Json answer = ListV2({{"MaxKeys", 0}});
  EXPECT_EQ(answer["KeyCount"], 0);
  EXPECT_FALSE(answer["IsTruncated"].get<bool>());
}

TEST_F(ListingTest, TheNextMarkerComesOnlyWithADelimiter) {
  Rows({"a", "b", "c/1", "c/2", "d"});
  EXPECT_FALSE(List({{"MaxKeys", 1}}).contains("NextMarker"));
  Json answer = List({{"MaxKeys", 3}, {"Delimiter", "/"}});
  EXPECT_EQ(answer["NextMarker"], "c/");
  answer = List({{"MaxKeys", 3}, {"Delimiter", "/"}, {"Marker", "c/"}});
  EXPECT_EQ(Keys(answer), (Strings{"d"}));
  EXPECT_EQ(Prefixes(answer), Strings());
  EXPECT_FALSE(answer.contains("NextMarker"));
}

TEST_F(ListingTest, AMarkerNeedNotExist) {
  Rows({"a", "b", "c"});
  EXPECT_EQ(Keys(List({{"Marker", "aa"}})), (Strings{"b", "c"}));
  EXPECT_EQ(Keys(List({{"Marker", "b"}})), (Strings{"c"}));
  EXPECT_EQ(Keys(List({{"Marker", "a"}, {"Prefix", "b"}})), (Strings{"b"}));
  EXPECT_EQ(Keys(List({{"Marker", "z"}, {"Prefix", "b"}})), Strings());
}

TEST_F(ListingTest, AMarkerWithinACommonPrefixHidesIt) {
  Rows({"a/1", "a/2", "b"});
  const Json answer = ListV2({{"Delimiter", "/"}, {"StartAfter", "a/1"}});
  EXPECT_EQ(Prefixes(answer), Strings());
  EXPECT_EQ(Keys(answer), (Strings{"b"}));
  EXPECT_EQ(answer["StartAfter"], "a/1");
}

TEST_F(ListingTest, OnlyOurTokensContinue) {
  for (const char* token : {"", "abc", "YWJj"}) {
    const AwsError error = Refused("ListObjectsV2", {{"ContinuationToken", token}});
    EXPECT_EQ(error.code, "InvalidArgument");
    EXPECT_EQ(error.message, "The continuation token provided is incorrect");
  }
}

TEST_F(ListingTest, BadParametersAreRefused) {
  EXPECT_EQ(Refused("ListObjects", {{"MaxKeys", -1}}).code, "InvalidArgument");
  EXPECT_EQ(Refused("ListObjectsV2", {{"EncodingType", "base64"}}).message,
            "Invalid Encoding Method specified in Request");
  EXPECT_EQ(Refused("ListObjectVersions", {{"VersionIdMarker", "1"}}).message,
            "A version-id marker cannot be specified without a key marker.");
  EXPECT_EQ(Refused("ListObjectVersions", {{"KeyMarker", "a"}, {"VersionIdMarker", ""}}).message,
            "A version-id marker cannot be empty.");
  EXPECT_EQ(Refused("ListObjectVersions", {{"KeyMarker", "a"}, {"VersionIdMarker", "no id"}}).message,
            "Invalid version id specified");
}

TEST_F(ListingTest, KeysAreEncodedOnRequest) {
  Rows({"a b+c/é~", "p q/r"});
  Json answer = List({{"EncodingType", "url"}, {"Marker", "a "}, {"Delimiter", "/r"}});
  EXPECT_EQ(Keys(answer), (Strings{"a+b%2Bc/%C3%A9%7E"}));
  EXPECT_EQ(Prefixes(answer), (Strings{"p+q/r"}));
  EXPECT_EQ(answer["Marker"], "a+");
  EXPECT_EQ(answer["EncodingType"], "url");
  answer = ListVersions({{"EncodingType", "url"}, {"MaxKeys", 1}, {"Prefix", "a "}});
  EXPECT_EQ(answer["Prefix"], "a+");
}

TEST_F(ListingTest, VersionsComeNewestFirstWithinAKey) {
  Row("a", "a1", false);
  Row("b", "b1", false);
  Row("a", "a2", false, true);
  Row("b", "b2", true, true);
  Row("a", "a3");
  const Json answer = ListVersions({});
  EXPECT_EQ(Versions(answer), (Strings{"a3", "a1", "b1"}));
  EXPECT_EQ(Markers(answer), (Strings{"a2", "b2"}));
  EXPECT_TRUE(answer["Versions"][0]["IsLatest"].get<bool>());
  EXPECT_FALSE(answer["Versions"][1]["IsLatest"].get<bool>());
  EXPECT_FALSE(answer["DeleteMarkers"][0].contains("Size"));
}

TEST_F(ListingTest, PagesOfVersionsOfAnySizeGiveEveryVersionOnce) {
  Strings expected;
  for (const std::string key : {"a", "b", "c"}) {
    for (const std::string version : {"1", "2", "3", "4"}) Row(key, key + version, version == "4");
    for (const std::string version : {"4", "3", "2", "1"}) expected.push_back(key + version);
  }
  for (int size = 1; size <= 13; ++size) {
    Strings all;
    Json input{{"MaxKeys", size}};
    for (Json answer; answer.is_null() || answer["IsTruncated"].get<bool>();) {
      answer = ListVersions(input);
      for (const std::string& version : Versions(answer)) all.push_back(version);
      if (answer.contains("NextKeyMarker")) {
        input["KeyMarker"] = answer["NextKeyMarker"];
        input["VersionIdMarker"] = answer["NextVersionIdMarker"];
      }
    }
    EXPECT_EQ(all, expected) << size;
  }
}

TEST_F(ListingTest, AKeyMarkerAloneSkipsAllItsVersions) {
  Row("a", "a1", false);
  Row("a", "a2");
  Row("b", "b1");
  EXPECT_EQ(Versions(ListVersions({{"KeyMarker", "a"}})), (Strings{"b1"}));
}

TEST_F(ListingTest, AVersionMarkerThatIsGoneContinuesWithTheRestOfItsKey) {
  for (const std::string version : {"1", "2", "3"}) Row("a", version, version == "3");
  const Json page = ListVersions({{"MaxKeys", 2}});
  EXPECT_EQ(Versions(page), (Strings{"3", "2"}));
  RemoveRow("3");
  RemoveRow("2");
  EXPECT_EQ(
      Versions(ListVersions({{"KeyMarker", page["NextKeyMarker"]}, {"VersionIdMarker", page["NextVersionIdMarker"]}})),
      (Strings{"1"}));
}

TEST_F(ListingTest, CommonPrefixesOfVersionsHaveNoVersion) {
  Row("a/1", "v1", false);
  Row("a/1", "v2", true, true);
  Row("b", "v3");
  const Json answer = ListVersions({{"Delimiter", "/"}, {"MaxKeys", 1}});
  EXPECT_EQ(Prefixes(answer), (Strings{"a/"}));
  EXPECT_EQ(answer["NextKeyMarker"], "a/");
  EXPECT_FALSE(answer.contains("NextVersionIdMarker"));
  EXPECT_EQ(Versions(ListVersions({{"Delimiter", "/"}, {"KeyMarker", "a/"}})), (Strings{"v3"}));
}

TEST(KeyEncoding, IsThatOfFormsWithSlashesKept) {
  EXPECT_EQ(EncodeKey("aZ09-_.*/"), "aZ09-_.*/");
  EXPECT_EQ(EncodeKey(" +~%@\n"), "+%2B%7E%25%40%0A");
}

TEST(ContinuationTokens, AreReadBack) {
  EXPECT_EQ(ReadContinuationToken(MakeContinuationToken("a/ä")), "a/ä");
  EXPECT_EQ(ReadContinuationToken("a/ä"), std::nullopt);
}

}  // namespace
}  // namespace stratolite::s3
