#include "s3/lifecycle_engine.hpp"

#include <chrono>

#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"
#include "unit/services/s3/upload_fixture.hpp"

namespace stratolite::s3 {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

Json EnabledRule(Json more) {
  Json rule = {{"ID", "rule"}, {"Status", "Enabled"}, {"Filter", Json::object()}};
  rule.update(more);
  return rule;
}

Json ExpiresAfter(int days) { return {{"Expiration", {{"Days", days}}}}; }

class LifecycleEngineTest : public UploadTest {
 protected:
  /// Noon: a day and a half lie between what is written now and the end of tomorrow.
  void SetUp() override {
    UploadTest::SetUp();
    s3_.Advance(Midnight() + 12h - s3_.Now());
  }
  TimePoint Midnight() { return std::chrono::floor<std::chrono::days>(s3_.Now()) + std::chrono::days(1); }
  void SetRules(const std::vector<Json>& rules) {
    s3_.MustCall("PutBucketLifecycleConfiguration",
                 {{"Bucket", "bucket"}, {"LifecycleConfiguration", {{"Rules", Json(rules)}}}});
  }
  void Days(int days) { s3_.Advance(std::chrono::days(days)); }
  void PutWith(const std::string& key, Json more, const std::string& body = "body") {
    more.update({{"Bucket", "bucket"}, {"Key", key}, {"Body", body}});
    s3_.MustCall("PutObject", more);
  }
  Names KeysLeft() {
    Names keys;
    const Json page = s3_.MustCall("ListObjectsV2", {{"Bucket", "bucket"}});
    for (const Json& object : page.value("Contents", Json::array())) keys.push_back(object["Key"]);
    return keys;
  }
  /// Newest first: `key`, with a `!` for delete markers.
  Names VersionsLeft() {
    const Json page = s3_.MustCall("ListObjectVersions", {{"Bucket", "bucket"}});
    Names out;
    for (const Json& version : page.value("Versions", Json::array())) out.push_back(version["Key"]);
    for (const Json& marker : page.value("DeleteMarkers", Json::array())) {
      out.push_back(marker["Key"].get<std::string>() + "!");
    }
    return out;
  }
  std::string ClassOf(const std::string& key) {
    return s3_.MustCall("HeadObject", {{"Bucket", "bucket"}, {"Key", key}}).value("StorageClass", "STANDARD");
  }
  void Delete(const std::string& key) { s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", key}}); }
};

TEST_F(LifecycleEngineTest, AnObjectGoesAtTheMidnightAfterItsDays) {
  SetRules({EnabledRule(ExpiresAfter(3))});
  Put("old");
  s3_.Advance(Midnight() - s3_.Now() - 1s);
  Put("older by a second than the day");
  Days(3);
  EXPECT_EQ(KeysLeft().size(), 2U);
  s3_.Advance(1s);
  EXPECT_EQ(KeysLeft(), Names());
}

TEST_F(LifecycleEngineTest, ObjectsOfBeforeTheRuleAreDueToo) {
  Put("old");
  Days(40);
  SetRules({EnabledRule(ExpiresAfter(30))});
  EXPECT_EQ(KeysLeft(), Names{"old"});
  Days(1);
  EXPECT_EQ(KeysLeft(), Names());
}

TEST_F(LifecycleEngineTest, RulesAreAboutWhatTheirFiltersSay) {
  SetRules({EnabledRule({{"ID", "prefix"}, {"Filter", {{"Prefix", "logs/"}}}, {"Expiration", {{"Days", 1}}}}),
            EnabledRule(
                {{"ID", "tag"}, {"Filter", {{"Tag", {{"Key", "a"}, {"Value", "1"}}}}}, {"Expiration", {{"Days", 1}}}}),
            EnabledRule({{"ID", "size"}, {"Filter", {{"ObjectSizeGreaterThan", 9}}}, {"Expiration", {{"Days", 1}}}}),
            EnabledRule(
                {{"ID", "all"},
                 {"Filter",
                  {{"And", {{"Prefix", "x/"}, {"Tags", {{{"Key", "a"}, {"Value", "2"}}}}, {"ObjectSizeLessThan", 4}}}}},
                 {"Expiration", {{"Days", 1}}}}),
            EnabledRule({{"ID", "off"}, {"Status", "Disabled"}, {"Expiration", {{"Days", 1}}}})});
  Put("logs/one");
  Put("not logs/one");
  PutWith("tagged", {{"Tagging", "a=1&b=2"}});
  PutWith("tagged otherwise", {{"Tagging", "a=2"}});
  Put("large", "0123456789");
  Put("at the border", "012345678");
  PutWith("x/small", {{"Tagging", "a=2"}}, "123");
  PutWith("x/medium", {{"Tagging", "a=2"}}, "1234");
  Days(2);
  EXPECT_EQ(KeysLeft(), (Names{"at the border", "not logs/one", "tagged otherwise", "x/medium"}));
}

TEST_F(LifecycleEngineTest, ATagThatComesLaterCountsAtTheNextMidnight) {
  SetRules({EnabledRule({{"Filter", {{"Tag", {{"Key", "a"}, {"Value", "1"}}}}}, {"Expiration", {{"Days", 1}}}})});
  Put("key");
  Days(10);
  EXPECT_EQ(KeysLeft(), Names{"key"});
  s3_.MustCall("PutObjectTagging",
               {{"Bucket", "bucket"}, {"Key", "key"}, {"Tagging", {{"TagSet", {{{"Key", "a"}, {"Value", "1"}}}}}}});
  Days(1);
  EXPECT_EQ(KeysLeft(), Names());
}

TEST_F(LifecycleEngineTest, DatesHoldFromThatMidnightOn) {
  const TimePoint date = Midnight() + std::chrono::days(5);
  SetRules({EnabledRule({{"Expiration", {{"Date", ToJson(date)}}}})});
  Put("one");
  s3_.Advance(date - s3_.Now() - 1s);
  EXPECT_EQ(KeysLeft(), Names{"one"});
  s3_.Advance(1s);
  EXPECT_EQ(KeysLeft(), Names());
  Put("two");
  Days(1);
  EXPECT_EQ(KeysLeft(), Names());
}

TEST_F(LifecycleEngineTest, VersionsAreHiddenThenGoAndTheMarkerLast) {
  SetVersioning("Enabled");
  SetRules({EnabledRule({{"ID", "current"}, {"Expiration", {{"Days", 1}}}}),
            EnabledRule({{"ID", "old"}, {"NoncurrentVersionExpiration", {{"NoncurrentDays", 1}}}})});
  Put("key");
  Days(2);
  EXPECT_EQ(VersionsLeft(), (Names{"key", "key!"}));
  Days(2);
  EXPECT_EQ(VersionsLeft(), Names{"key!"});
  Days(1);
  EXPECT_EQ(VersionsLeft(), Names());
}

TEST_F(LifecycleEngineTest, NewestNoncurrentVersionsAreKept) {
  SetVersioning("Enabled");
  SetRules({EnabledRule({{"NoncurrentVersionExpiration", {{"NoncurrentDays", 1}, {"NewerNoncurrentVersions", 2}}}})});
  for (const char* body : {"1", "22", "333", "4444", "55555"}) Put("key", body);
  Days(10);
  const Json page = s3_.MustCall("ListObjectVersions", {{"Bucket", "bucket"}});
  std::vector<int> sizes;
  for (const Json& version : page["Versions"]) sizes.push_back(version["Size"]);
  EXPECT_EQ(sizes, (std::vector<int>{5, 4, 3}));
  // A new version pushes the oldest out, which had its days long ago.
  Put("key", "666666");
  EXPECT_EQ(VersionsLeft().size(), 4U);
  Days(1);
  EXPECT_EQ(VersionsLeft().size(), 3U);
}

TEST_F(LifecycleEngineTest, MarkersWithNothingBehindThemGoAtOnce) {
  SetVersioning("Enabled");
  Delete("never was");
  Put("was");
  Delete("was");
  SetRules({EnabledRule({{"Expiration", {{"ExpiredObjectDeleteMarker", true}}}})});
  Days(1);
  EXPECT_EQ(VersionsLeft(), (Names{"was", "was!"}));
}

TEST_F(LifecycleEngineTest, ASuspendedBucketLosesItsNullVersion) {
  SetVersioning("Enabled");
  Put("with an id");
  SetVersioning("Suspended");
  Put("null");
  SetRules({EnabledRule(ExpiresAfter(1))});
  Days(2);
  EXPECT_EQ(VersionsLeft(), (Names{"with an id", "null!", "with an id!"}));
}

TEST_F(LifecycleEngineTest, ObjectsMoveDownTheClassesThenGo) {
  SetRules({EnabledRule(
      {{"Filter", {{"ObjectSizeGreaterThan", 0}}},
       {"Transitions", {{{"Days", 30}, {"StorageClass", "STANDARD_IA"}}, {{"Days", 60}, {"StorageClass", "GLACIER"}}}},
       {"Expiration", {{"Days", 90}}}})});
  Put("key");
  Days(30);
  EXPECT_EQ(ClassOf("key"), "STANDARD");
  Days(1);
  EXPECT_EQ(ClassOf("key"), "STANDARD_IA");
  Days(30);
  EXPECT_EQ(ClassOf("key"), "GLACIER");
  Days(30);
  EXPECT_EQ(KeysLeft(), Names());
}

TEST_F(LifecycleEngineTest, SmallObjectsStayUnlessTheRuleOrTheConfigurationSaysOtherwise) {
  const Json moves = {
      {"Transitions", {{{"Days", 0}, {"StorageClass", "GLACIER_IR"}}, {{"Days", 1}, {"StorageClass", "GLACIER"}}}}};
  SetRules({EnabledRule(moves)});
  Put("small");
  Put("large", std::string(128 * 1024, 'x'));
  Days(1);
  EXPECT_EQ(ClassOf("small"), "STANDARD");
  EXPECT_EQ(ClassOf("large"), "GLACIER_IR");
  s3_.MustCall("PutBucketLifecycleConfiguration",
               {{"Bucket", "bucket"},
                {"TransitionDefaultMinimumObjectSize", "varies_by_storage_class"},
                {"LifecycleConfiguration", {{"Rules", Json::array({EnabledRule(moves)})}}}});
  Days(1);
  EXPECT_EQ(ClassOf("small"), "GLACIER");
}

TEST_F(LifecycleEngineTest, OneDayDoesOneThing) {
  const Json any_size = {{"ObjectSizeGreaterThan", 0}};
  SetVersioning("Enabled");
  SetRules(
      {EnabledRule({{"ID", "end"}, {"Filter", any_size}, {"Expiration", {{"Days", 2}}}}),
       EnabledRule(
           {{"ID", "warm"}, {"Filter", any_size}, {"Transitions", {{{"Days", 2}, {"StorageClass", "GLACIER_IR"}}}}}),
       EnabledRule({{"ID", "cold"},
                    {"Filter", any_size},
                    {"Transitions", {{{"Days", 2}, {"StorageClass", "DEEP_ARCHIVE"}}}}})});
  Put("key");
  Days(3);
  EXPECT_EQ(ClassOf("key"), "DEEP_ARCHIVE");
  Days(1);
  EXPECT_EQ(KeysLeft(), Names());
}

TEST_F(LifecycleEngineTest, UploadsThatWereNeverCompletedAreAborted) {
  SetRules({EnabledRule(
      {{"Filter", {{"Prefix", "big/"}}}, {"AbortIncompleteMultipartUpload", {{"DaysAfterInitiation", 2}}}})});
  const Json begun = s3_.MustCall("CreateMultipartUpload", {{"Bucket", "bucket"}, {"Key", "big/one"}});
  EXPECT_EQ(begun["AbortDate"], ToJson(Midnight() + std::chrono::days(2)));
  EXPECT_EQ(begun["AbortRuleId"], "rule");
  const std::string id = begun["UploadId"];
  Send("big/one", id, 1, "part");
  const std::string other = Begin("other");
  Days(2);
  EXPECT_EQ(s3_.MustCall("ListParts", Request("big/one", id))["AbortRuleId"], "rule");
  Days(1);
  EXPECT_EQ(s3_.ErrorCode("ListParts", Request("big/one", id)), "NoSuchUpload");
  EXPECT_FALSE(s3_.MustCall("ListParts", Request("other", other)).contains("AbortDate"));
}

TEST_F(LifecycleEngineTest, AnswersSayWhenAnObjectExpires) {
  SetRules({EnabledRule({{"ID", "in a week"}, {"Filter", {{"Prefix", "a"}}}, {"Expiration", {{"Days", 7}}}}),
            EnabledRule({{"ID", "early, too"}, {"Filter", {{"Prefix", "ab"}}}, {"Expiration", {{"Days", 2}}}})});
  const auto expiry = [&](int days, const std::string& id) {
    return "expiry-date=\"" + FormatHttpDate(Midnight() + std::chrono::days(days)) + "\", rule-id=\"" + id + "\"";
  };
  EXPECT_EQ(s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "a"}, {"Body", "x"}})["Expiration"],
            expiry(7, "in%20a%20week"));
  EXPECT_EQ(s3_.MustCall("CopyObject", {{"Bucket", "bucket"}, {"Key", "ab"}, {"CopySource", "bucket/a"}})["Expiration"],
            expiry(2, "early%2C%20too"));
  EXPECT_EQ(s3_.MustCall("HeadObject", {{"Bucket", "bucket"}, {"Key", "ab"}})["Expiration"],
            expiry(2, "early%2C%20too"));
  Put("b");
  EXPECT_FALSE(s3_.MustCall("GetObject", {{"Bucket", "bucket"}, {"Key", "b"}}).contains("Expiration"));
}

TEST_F(LifecycleEngineTest, ManyObjectsGoInManySteps) {
  SetRules({EnabledRule(ExpiresAfter(1))});
  for (int i = 0; i < 2500; ++i) Put("key" + std::to_string(i), "");
  Days(2);
  EXPECT_EQ(KeysLeft(), Names());
}

TEST_F(LifecycleEngineTest, ALongHistoryOfOneKeyIsCountedThrough) {
  SetVersioning("Enabled");
  for (int i = 0; i < 2300; ++i) Put("key", "");
  SetRules({EnabledRule({{"NoncurrentVersionExpiration", {{"NoncurrentDays", 1}, {"NewerNoncurrentVersions", 100}}}})});
  Days(2);
  EXPECT_EQ(VersionsLeft().size(), 101U);
}

TEST_F(LifecycleEngineTest, ARuleThatIsGoneDoesNothing) {
  SetRules({EnabledRule(ExpiresAfter(1))});
  Put("key");
  s3_.MustCall("DeleteBucketLifecycle", {{"Bucket", "bucket"}});
  Days(5);
  EXPECT_EQ(KeysLeft(), Names{"key"});
  SetRules({EnabledRule(ExpiresAfter(1))});
  Delete("key");
  s3_.MustCall("DeleteBucket", {{"Bucket", "bucket"}});
  s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}});
  Put("key");
  Days(5);
  EXPECT_EQ(KeysLeft(), Names{"key"});
}

TEST_F(LifecycleEngineTest, QuietDaysDoNotHideALaterDeletion) {
  SetVersioning("Enabled");
  SetRules({EnabledRule({{"ID", "a"}, {"Expiration", {{"Days", 30}}}}),
            EnabledRule(
                {{"ID", "b"}, {"Expiration", {{"ExpiredObjectDeleteMarker", true}}}, {"Filter", {{"Prefix", "m"}}}})});
  Put("k");
  const std::string version =
      s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", "m"}, {"Body", ""}})["VersionId"];
  Delete("m");
  Days(10);
  EXPECT_EQ(VersionsLeft(), (Names{"k", "m", "m!"}));
  s3_.MustCall("DeleteObject", {{"Bucket", "bucket"}, {"Key", "m"}, {"VersionId", version}});
  Days(1);
  EXPECT_EQ(VersionsLeft(), Names{"k"});
  Days(20);
  EXPECT_EQ(VersionsLeft(), (Names{"k", "k!"}));
}

}  // namespace
}  // namespace stratolite::s3
