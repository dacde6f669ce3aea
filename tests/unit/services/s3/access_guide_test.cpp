#include <gtest/gtest.h>

#include "s3/bucket_policy.hpp"
#include "s3/s3.hpp"
#include "stratolite/service/access.hpp"
#include "support/service_harness.hpp"

namespace stratolite::s3 {
namespace {

constexpr const char* kPublic =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)"
    R"("Resource":"arn:aws:s3:::box/*"}]})";

class S3AccessGuideTest : public ::testing::Test {
 protected:
  S3AccessGuideTest() {
    call_.caller.account = AccountId("123456789012");
    call_.caller.type = auth::PrincipalType::kUser;
    s3_.MustCall("CreateBucket", {{"Bucket", "box"}});
  }

  std::vector<std::string> NeedsAsText(std::string_view operation, Json input) {
    std::vector<std::string> texts;
    for (const AccessNeed& need : NeedsOfCall(operation, std::move(input)))
      texts.push_back(need.action + " " + need.resource);
    return texts;
  }
  std::vector<AccessNeed> NeedsOfCall(std::string_view operation, Json input) {
    call_.operation = operation;
    call_.input = std::move(input);
    call_.scope = s3_.scope;
    std::vector<AccessNeed> needs = NeedsOf("s3", call_).value();
    guide().Refine(call_, needs);
    return needs;
  }
  ResourceFacts FactsOfResource(std::string_view arn) {
    AccessNeed need{.action = "s3:GetObject"};
    need.resource = arn;
    return guide().FactsOf(call_, need);
  }
  AccessGuide& guide() { return *s3_.world().FindService("s3")->access_guide(); }

  testing::ServiceHarness s3_{kDescriptor};
  Call call_;
};

using Texts = std::vector<std::string>;

TEST_F(S3AccessGuideTest, WhoMayNotListDoesNotLearnWhatIsMissing) {
  s3_.MustCall("PutObject", {{"Bucket", "box"}, {"Key", "there"}});
  EXPECT_EQ(NeedsAsText("GetObject", {{"Bucket", "box"}, {"Key", "there"}}),
            Texts{"s3:GetObject arn:aws:s3:::box/there"});
  EXPECT_EQ(NeedsAsText("HeadObject", {{"Bucket", "box"}, {"Key", "a/missing"}}),
            (Texts{"s3:GetObject arn:aws:s3:::box/a/missing", "s3:ListBucket arn:aws:s3:::box"}));
}

TEST_F(S3AccessGuideTest, CopiesReadTheirSource) {
  s3_.MustCall("PutObject", {{"Bucket", "box"}, {"Key", "from"}, {"Tagging", "a=b"}});
  EXPECT_EQ(NeedsAsText("CopyObject", {{"Bucket", "box"}, {"Key", "to"}, {"CopySource", "/box/from"}}),
            (Texts{"s3:PutObject arn:aws:s3:::box/to", "s3:PutObjectTagging arn:aws:s3:::box/to",
                   "s3:GetObject arn:aws:s3:::box/from", "s3:GetObjectTagging arn:aws:s3:::box/from"}));
  EXPECT_EQ(NeedsAsText("UploadPartCopy", {{"Bucket", "box"}, {"Key", "to"}, {"CopySource", "box/from"}}),
            (Texts{"s3:PutObject arn:aws:s3:::box/to", "s3:GetObject arn:aws:s3:::box/from"}));
}

TEST_F(S3AccessGuideTest, TagsOfRequestAndObjectAreConditionKeys) {
  const auto needs = NeedsOfCall("PutObject", {{"Bucket", "box"}, {"Key", "k"}, {"Tagging", "team=red"}});
  EXPECT_EQ(needs[0].context.Find("s3:RequestObjectTag/team")->front(), "red");
  EXPECT_EQ(needs[0].context.Find("s3:RequestObjectTagKeys")->front(), "team");
  s3_.MustCall("PutObject", {{"Bucket", "box"}, {"Key", "k"}, {"Tagging", "team=red"}});
  EXPECT_EQ(FactsOfResource("arn:aws:s3:::box/k").context.Find("s3:ExistingObjectTag/team")->front(), "red");
}

TEST_F(S3AccessGuideTest, BucketsBelongToWhoMadeThemAndBringTheirPolicy) {
  s3_.MustCall("DeletePublicAccessBlock", {{"Bucket", "box"}});
  s3_.MustCall("PutBucketPolicy", {{"Bucket", "box"}, {"Policy", kPublic}});
  call_.caller.account = AccountId("444455556666");
  const ResourceFacts facts = FactsOfResource("arn:aws:s3:::box/k");
  EXPECT_EQ(facts.owner, AccountId("123456789012"));
  EXPECT_EQ(facts.policy, kPublic);
}

TEST_F(S3AccessGuideTest, ARestrictedBucketsPublicPolicyOpensItToNoStranger) {
  s3_.MustCall("DeletePublicAccessBlock", {{"Bucket", "box"}});
  s3_.MustCall("PutBucketPolicy", {{"Bucket", "box"}, {"Policy", kPublic}});
  s3_.MustCall("PutPublicAccessBlock",
               {{"Bucket", "box"}, {"PublicAccessBlockConfiguration", {{"RestrictPublicBuckets", true}}}});
  EXPECT_EQ(FactsOfResource("arn:aws:s3:::box/k").policy, kPublic);
  call_.caller.account = AccountId("444455556666");
  EXPECT_EQ(FactsOfResource("arn:aws:s3:::box/k").policy, "");
  call_.caller = {};
  EXPECT_EQ(FactsOfResource("arn:aws:s3:::box/k").policy, "");
}

TEST_F(S3AccessGuideTest, AnAclsGrantIsAStatementOfThePolicy) {
  s3_.MustCall("CreateBucket", {{"Bucket", "open"}, {"ObjectOwnership", "ObjectWriter"}});
  s3_.MustCall("DeletePublicAccessBlock", {{"Bucket", "open"}});
  s3_.MustCall("PutObject", {{"Bucket", "open"}, {"Key", "k"}, {"ACL", "authenticated-read"}});
  call_.caller.account = AccountId("444455556666");
  const std::string policy = FactsOfResource("arn:aws:s3:::open/k").policy;
  EXPECT_NE(policy.find(R"("Principal":"*")"), std::string::npos) << policy;
  EXPECT_EQ(FactsOfResource("arn:aws:s3:::open/missing").policy, "");
  call_.caller = {};
  EXPECT_EQ(FactsOfResource("arn:aws:s3:::open/k").policy, "");
  s3_.MustCall("PutObjectAcl", {{"Bucket", "open"}, {"Key", "k"}, {"ACL", "public-read"}});
  EXPECT_NE(FactsOfResource("arn:aws:s3:::open/k").policy, "");
  s3_.MustCall("PutPublicAccessBlock",
               {{"Bucket", "open"}, {"PublicAccessBlockConfiguration", {{"IgnorePublicAcls", true}}}});
  EXPECT_EQ(FactsOfResource("arn:aws:s3:::open/k").policy, "");
}

TEST_F(S3AccessGuideTest, ABatchOfDeletionsIsDecidedKeyByKeyWhereItsBucketIs) {
  const auto needs = [this](const char* bucket) {
    Json objects = Json::array();
    objects.push_back({{"Key", "a"}});
    objects.push_back({{"Key", "b"}});
    return NeedsAsText("DeleteObjects", {{"Bucket", bucket}, {"Delete", {{"Objects", std::move(objects)}}}});
  };
  EXPECT_EQ(needs("box"), Texts{});
  EXPECT_EQ(needs("nowhere"),
            (Texts{"s3:DeleteObject arn:aws:s3:::nowhere/a", "s3:DeleteObject arn:aws:s3:::nowhere/b"}));
}

TEST_F(S3AccessGuideTest, PublicPoliciesAreRefusedWhereTheyAreBlocked) {
  EXPECT_EQ(s3_.ErrorCode("PutBucketPolicy", {{"Bucket", "box"}, {"Policy", kPublic}}), "AccessDenied");
  EXPECT_EQ(s3_.ErrorCode("GetBucketPolicy", {{"Bucket", "box"}}), "NoSuchBucketPolicy");
}

TEST(IsPublicPolicy, LooksAtPrincipalsAndAtConditionsThatHoldThem) {
  const auto with = [](std::string_view more) {
    return std::string(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::box",)") +
           std::string(more) + "}}";
  };
  EXPECT_TRUE(IsPublicPolicy(with(R"("Principal":{"AWS":["arn:aws:iam::123456789012:root","*"]})")));
  EXPECT_FALSE(IsPublicPolicy(with(R"("Principal":{"AWS":"arn:aws:iam::123456789012:root"})")));
  EXPECT_FALSE(
      IsPublicPolicy(with(R"("Principal":"*","Condition":{"StringEquals":{"aws:SourceAccount":["123456789012"]}})")));
  EXPECT_TRUE(
      IsPublicPolicy(with(R"("Principal":"*","Condition":{"StringNotEquals":{"aws:SourceAccount":"123456789012"}})")));
  EXPECT_TRUE(IsPublicPolicy(with(R"("Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}})")));
  EXPECT_FALSE(IsPublicPolicy("nonsense"));
}

}  // namespace
}  // namespace stratolite::s3
