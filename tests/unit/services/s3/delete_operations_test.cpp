#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

class DeleteOperationsTest : public S3Test {
 protected:
  Json Delete(const std::string& key, Json more = Json::object()) {
    return s3_.MustCall("DeleteObject", With(key, std::move(more)));
  }
  static Json With(const std::string& key, Json more = Json::object()) {
    more["Bucket"] = "bucket";
    more["Key"] = key;
    return more;
  }
  Json DeleteAll(Json objects, bool quiet = false) {
    Json request{{"Objects", std::move(objects)}};
    if (quiet) request["Quiet"] = true;
    return s3_.MustCall("DeleteObjects", {{"Bucket", "bucket"}, {"Delete", request}});
  }
  std::string PutVersion(const std::string& key) {
    return s3_.MustCall("PutObject", With(key, {{"Body", key}}))["VersionId"];
  }
  bool Exists(const std::string& key) { return s3_.Call("HeadObject", With(key)).ok(); }
};

TEST_F(DeleteOperationsTest, DeletingTwiceIsNoError) {
  Put("k");
  EXPECT_EQ(Delete("k"), Json::object());
  EXPECT_FALSE(Exists("k"));
  EXPECT_EQ(Delete("k"), Json::object());
  s3_.MustCall("DeleteBucket", {{"Bucket", "bucket"}});
}

TEST_F(DeleteOperationsTest, WithVersionsAMarkerHidesTheObjectAndItsRemovalShowsItAgain) {
  SetVersioning("Enabled");
  PutVersion("k");
  const Json deleted = Delete("k");
  EXPECT_EQ(deleted["DeleteMarker"], true);
  EXPECT_FALSE(Exists("k"));
  EXPECT_EQ(Delete("k", {{"VersionId", deleted["VersionId"]}}), deleted);
  EXPECT_TRUE(Exists("k"));
  EXPECT_EQ(Delete("never there")["DeleteMarker"], true);
}

TEST_F(DeleteOperationsTest, ABucketThatWasNeverVersionedKnowsTheNullVersionOnly) {
  Put("k");
  const std::string other(32, 'x');
  EXPECT_EQ(Error("DeleteObject", With("k", {{"VersionId", other}})).message, "Invalid version id specified");
  EXPECT_EQ(Error("GetObject", With("k", {{"VersionId", other}})).code, "InvalidArgument");
  EXPECT_EQ(DeleteAll({{{"Key", "k"}, {"VersionId", other}}})["Errors"][0]["Code"], "NoSuchVersion");
  EXPECT_EQ(s3_.MustCall("GetObject", With("k", {{"VersionId", "null"}}))["VersionId"], "null");
  EXPECT_EQ(Delete("k", {{"VersionId", "null"}}), (Json{{"VersionId", "null"}}));
  EXPECT_FALSE(Exists("k"));
}

TEST_F(DeleteOperationsTest, RemovingTheNewestVersionBringsBackTheOneBefore) {
  SetVersioning("Enabled");
  const std::string first = PutVersion("k");
  const std::string second = PutVersion("k");
  EXPECT_EQ(Delete("k", {{"VersionId", second}}), (Json{{"VersionId", second}}));
  EXPECT_EQ(s3_.MustCall("HeadObject", With("k"))["VersionId"], first);
  EXPECT_EQ(Delete("k", {{"VersionId", first}}), (Json{{"VersionId", first}}));
  EXPECT_FALSE(Exists("k"));
  EXPECT_EQ(Delete("k", {{"VersionId", first}}), (Json{{"VersionId", first}}));
  EXPECT_EQ(Error("DeleteObject", With("k", {{"VersionId", "bad"}})).message, "Invalid version id specified");
}

TEST_F(DeleteOperationsTest, ASuspendedBucketsMarkerTakesThePlaceOfTheNullVersion) {
  SetVersioning("Enabled");
  const std::string kept = PutVersion("k");
  SetVersioning("Suspended");
  Put("k", "null version");
  EXPECT_EQ(Delete("k"), (Json{{"DeleteMarker", true}, {"VersionId", "null"}}));
  EXPECT_EQ(s3_.ErrorCode("HeadObject", With("k", {{"VersionId", "null"}})), "MethodNotAllowed");
  Delete("k", {{"VersionId", "null"}});
  EXPECT_EQ(s3_.MustCall("HeadObject", With("k"))["VersionId"], kept);
}

TEST_F(DeleteOperationsTest, ConditionsProtectWhatIsThere) {
  Put("k");
  EXPECT_EQ(Error("DeleteObject", With("k", {{"IfMatch", "\"x\""}})).code, "PreconditionFailed");
  EXPECT_EQ(Error("DeleteObject", With("absent", {{"IfMatch", "*"}})).code, "PreconditionFailed");
  EXPECT_EQ(Delete("absent", {{"IfMatch", "\"x\""}}), Json::object());
  Delete("k", {{"IfMatch", "*"}});
  EXPECT_FALSE(Exists("k"));
  const AwsError express = Error("DeleteObject", With("k", {{"IfMatchLastModifiedTime", 1}, {"IfMatchSize", 1}}));
  EXPECT_EQ(express.code, "NotImplemented");
  EXPECT_EQ((*express.fields)["Header"], "x-amz-if-match-last-modified-time");
  EXPECT_EQ(Error("DeleteObject", With("k", {{"BypassGovernanceRetention", true}})).code, "InvalidArgument");
}

TEST_F(DeleteOperationsTest, ABatchAnswersForEveryKey) {
  Put("a");
  EXPECT_EQ(DeleteAll({{{"Key", "a"}}, {{"Key", "never there"}}}),
            (Json{{"Deleted", {{{"Key", "a"}}, {{"Key", "never there"}}}}}));
  EXPECT_FALSE(Exists("a"));
}

TEST_F(DeleteOperationsTest, AQuietBatchAnswersForErrorsOnly) {
  Put("a");
  const std::string unknown(32, 'x');
  const Json answer = DeleteAll({{{"Key", "a"}}, {{"Key", "b"}, {"VersionId", unknown}}}, true);
  EXPECT_EQ(answer, (Json{{"Errors",
                           {{{"Code", "NoSuchVersion"},
                             {"Key", "b"},
                             {"Message", "The specified version does not exist."},
                             {"VersionId", unknown}}}}}));
}

TEST_F(DeleteOperationsTest, ABatchOverVersionsNamesTheMarkersItMade) {
  SetVersioning("Enabled");
  const std::string version = PutVersion("k");
  const Json marked = DeleteAll({{{"Key", "k"}}})["Deleted"][0];
  EXPECT_EQ(marked["DeleteMarker"], true);
  EXPECT_FALSE(marked.contains("VersionId"));
  const std::string marker = marked["DeleteMarkerVersionId"];
  EXPECT_EQ(DeleteAll({{{"Key", "k"}, {"VersionId", marker}}, {{"Key", "k"}, {"VersionId", version}}}),
            (Json{{"Deleted",
                   {{{"Key", "k"}, {"VersionId", marker}, {"DeleteMarker", true}, {"DeleteMarkerVersionId", marker}},
                    {{"Key", "k"}, {"VersionId", version}}}}}));
}

TEST_F(DeleteOperationsTest, ABatchHasOneToAThousandKeys) {
  Json objects = Json::array();
  for (int i = 0; i < 1000; ++i) objects.push_back({{"Key", std::to_string(i)}});
  EXPECT_EQ(DeleteAll(objects)["Deleted"].size(), 1000U);
  objects.push_back({{"Key", "one more"}});
  for (const Json& refused : {objects, Json::array(), Json{{{"VersionId", "null"}}}}) {
    EXPECT_EQ(Error("DeleteObjects", {{"Bucket", "bucket"}, {"Delete", {{"Objects", refused}}}}).code, "MalformedXML");
  }
}

TEST_F(DeleteOperationsTest, OneRefusalInABatchKeepsTheOthersFromNothing) {
  Put("a");
  Put("b");
  const Json answer = DeleteAll({{{"Key", "a"}, {"ETag", "\"x\""}}, {{"Key", "b"}}});
  EXPECT_EQ(answer["Errors"][0]["Code"], "PreconditionFailed");
  EXPECT_EQ(answer["Deleted"], (Json{{{"Key", "b"}}}));
  EXPECT_TRUE(Exists("a"));
  EXPECT_FALSE(Exists("b"));
}

}  // namespace
}  // namespace stratolite::s3
