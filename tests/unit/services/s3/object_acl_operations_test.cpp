#include "s3/acl.hpp"
#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

const Json kPlace{{"Bucket", "bucket"}, {"Key", "k"}};
const AccountId kOther("444455556666");

Json With(Json more) {
  more.update(kPlace);
  return more;
}

class ObjectAclOperationsTest : public S3Test {
 protected:
  /// A bucket whose ACLs count and may be public.
  void AllowAcls(const std::string& ownership = "ObjectWriter") {
    Json rules = Json::array();
    rules.push_back({{"ObjectOwnership", ownership}});
    s3_.MustCall("PutBucketOwnershipControls",
                 {{"Bucket", "bucket"}, {"OwnershipControls", {{"Rules", std::move(rules)}}}});
    s3_.MustCall("DeletePublicAccessBlock", {{"Bucket", "bucket"}});
  }
  void ActAs(const AccountId& account) {
    s3_.scope.account = account;
    s3_.caller.account = account;
    s3_.caller.arn = "arn:aws:iam::" + account.str() + ":root";
  }
  std::vector<std::string> PermissionsOf(const Json& acl) {
    std::vector<std::string> permissions;
    for (const Json& grant : acl["Grants"]) permissions.push_back(grant["Permission"]);
    return permissions;
  }
  std::string OwnerOfKey() { return s3_.MustCall("GetObjectAcl", kPlace)["Owner"]["ID"]; }
};

using Words = std::vector<std::string>;

TEST_F(ObjectAclOperationsTest, TheOwnerHasEverything) {
  Put("k");
  const Json acl = s3_.MustCall("GetObjectAcl", kPlace);
  EXPECT_EQ(acl["Grants"].size(), 1U);
  EXPECT_EQ(acl["Grants"][0]["Permission"], "FULL_CONTROL");
  EXPECT_EQ(acl["Grants"][0]["Grantee"]["ID"], acl["Owner"]["ID"]);
  EXPECT_EQ(s3_.ErrorCode("GetObjectAcl", {{"Bucket", "bucket"}, {"Key", "absent"}}), "NoSuchKey");
}

TEST_F(ObjectAclOperationsTest, WithoutAclsSayingSoAgainIsAcceptedAndNothingElse) {
  Put("k");
  const std::string id = "id=" + CanonicalUserId(kOther);
  Json same = s3_.MustCall("GetObjectAcl", kPlace);
  s3_.MustCall("PutObjectAcl", With({{"AccessControlPolicy", same}}));
  s3_.MustCall("PutObjectAcl", With({{"ACL", "bucket-owner-full-control"}}));
  s3_.MustCall("PutObject", With({{"ACL", "private"}}));
  same["Grants"][0]["Permission"] = "READ";
  EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"AccessControlPolicy", same}})), "AccessControlListNotSupported");
  EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"ACL", "public-read"}})), "AccessControlListNotSupported");
  EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"GrantRead", id}})), "AccessControlListNotSupported");
  EXPECT_EQ(s3_.ErrorCode("PutObject", With({{"GrantRead", id}})), "AccessControlListNotSupported");
}

TEST_F(ObjectAclOperationsTest, ADeleteMarkerHasNone) {
  SetVersioning("Enabled");
  Put("k");
  s3_.MustCall("DeleteObject", kPlace);
  EXPECT_EQ(s3_.ErrorCode("GetObjectAcl", kPlace), "NoSuchKey");
  EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"ACL", "bucket-owner-full-control"}})), "MethodNotAllowed");
}

TEST_F(ObjectAclOperationsTest, EachVersionHasItsOwn) {
  AllowAcls();
  SetVersioning("Enabled");
  const std::string first = s3_.MustCall("PutObject", With({{"ACL", "public-read"}}))["VersionId"];
  s3_.MustCall("PutObject", kPlace);
  EXPECT_EQ(PermissionsOf(s3_.MustCall("GetObjectAcl", kPlace)), Words{"FULL_CONTROL"});
  EXPECT_EQ(PermissionsOf(s3_.MustCall("GetObjectAcl", With({{"VersionId", first}}))), (Words{"FULL_CONTROL", "READ"}));
  s3_.MustCall("PutObjectAcl", With({{"VersionId", first}, {"ACL", "private"}}));
  EXPECT_EQ(PermissionsOf(s3_.MustCall("GetObjectAcl", With({{"VersionId", first}}))), Words{"FULL_CONTROL"});
}

TEST_F(ObjectAclOperationsTest, ACopyHasTheAclOfItsRequestNotOfItsSource) {
  AllowAcls();
  s3_.MustCall("PutObject", With({{"ACL", "public-read"}}));
  s3_.MustCall("CopyObject", {{"Bucket", "bucket"}, {"Key", "copy"}, {"CopySource", "bucket/k"}});
  EXPECT_EQ(PermissionsOf(s3_.MustCall("GetObjectAcl", {{"Bucket", "bucket"}, {"Key", "copy"}})),
            Words{"FULL_CONTROL"});
}

TEST_F(ObjectAclOperationsTest, WhatIsNoAclIsRefusedInTheWordsOfS3) {
  AllowAcls();
  Put("k");
  const std::string id = CanonicalUserId(kOther);
  EXPECT_EQ(Error("PutObjectAcl", kPlace).code, "MissingSecurityHeader");
  EXPECT_EQ(Error("PutObjectAcl", With({{"ACL", "fake"}})).code, "InvalidArgument");
  EXPECT_EQ(Error("PutObjectAcl", With({{"ACL", "log-delivery-write"}})).code, "InvalidArgument");
  EXPECT_EQ(Error("PutObjectAcl", With({{"GrantRead", "fakekey=\"1\""}})).message, "Argument format not recognized");
  EXPECT_EQ(Error("PutObjectAcl", With({{"GrantRead", "uri=\"http://fake\""}})).message, "Invalid group uri");
  EXPECT_EQ(Error("PutObjectAcl", With({{"GrantRead", "id=\"fake\""}})).message, "Invalid id");
  EXPECT_EQ(Error("PutObjectAcl", With({{"GrantRead", "emailAddress=\"a@example.com\""}})).code, "MethodNotAllowed");
  EXPECT_EQ(Error("PutObjectAcl", With({{"ACL", "private"}, {"GrantRead", "id=" + id}})).code, "InvalidRequest");
  const Json own = s3_.MustCall("GetObjectAcl", kPlace);
  EXPECT_EQ(Error("PutObjectAcl", With({{"ACL", "private"}, {"AccessControlPolicy", own}})).code, "UnexpectedContent");
  EXPECT_EQ(Error("PutObjectAcl", With({{"AccessControlPolicy", {{"Grants", Json::array()}}}})).code,
            "MalformedACLError");
  Json wrong = own;
  wrong["Grants"][0]["Permission"] = "EVERYTHING";
  EXPECT_EQ(Error("PutObjectAcl", With({{"AccessControlPolicy", wrong}})).code, "MalformedACLError");
  wrong = own;
  wrong["Owner"]["ID"] = id;
  EXPECT_EQ(Error("PutObjectAcl", With({{"AccessControlPolicy", wrong}})).code, "AccessDenied");
}

TEST_F(ObjectAclOperationsTest, GrantsComeFromSeveralHeaders) {
  AllowAcls();
  const std::string id = CanonicalUserId(kOther);
  s3_.MustCall("PutObject", With({{"GrantFullControl", "id=\"" + id + "\", id=" + id},
                                  {"GrantReadACP", "uri=" + std::string(kLogDelivery)}}));
  const Json acl = s3_.MustCall("GetObjectAcl", kPlace);
  EXPECT_EQ(PermissionsOf(acl), (Words{"FULL_CONTROL", "FULL_CONTROL", "READ_ACP"}));
  EXPECT_EQ(acl["Grants"][2]["Grantee"], (Json{{"URI", kLogDelivery}, {"Type", "Group"}}));
}

TEST_F(ObjectAclOperationsTest, PublicOnesAreRefusedWhereTheyAreBlocked) {
  AllowAcls();
  Put("k");
  s3_.MustCall("PutPublicAccessBlock",
               {{"Bucket", "bucket"}, {"PublicAccessBlockConfiguration", {{"BlockPublicAcls", true}}}});
  for (const char* acl : {"public-read", "public-read-write", "authenticated-read"}) {
    EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"ACL", acl}})), "AccessDenied");
    EXPECT_EQ(s3_.ErrorCode("PutObject", With({{"ACL", acl}})), "AccessDenied");
    EXPECT_EQ(s3_.ErrorCode("PutBucketAcl", {{"Bucket", "bucket"}, {"ACL", acl}}), "AccessDenied");
  }
  s3_.MustCall("PutObjectAcl", With({{"ACL", "aws-exec-read"}}));
  s3_.MustCall("PutBucketAcl", {{"Bucket", "bucket"}, {"ACL", "log-delivery-write"}});
}

TEST_F(ObjectAclOperationsTest, AnObjectBelongsToWhoWritesItUnlessItsBucketSaysOtherwise) {
  const std::string owner = CanonicalUserId(s3_.scope.account);
  const AccountId account = s3_.scope.account;
  AllowAcls("ObjectWriter");
  ActAs(kOther);
  s3_.MustCall("PutObject", With({{"ACL", "bucket-owner-full-control"}}));
  EXPECT_EQ(OwnerOfKey(), CanonicalUserId(kOther));
  EXPECT_EQ(s3_.MustCall("GetObjectAcl", kPlace)["Grants"].size(), 2U);
  EXPECT_EQ(s3_.MustCall("ListObjects", {{"Bucket", "bucket"}})["Contents"][0]["Owner"]["ID"], CanonicalUserId(kOther));
  ActAs(account);
  AllowAcls("BucketOwnerPreferred");
  ActAs(kOther);
  s3_.MustCall("PutObject", With({{"ACL", "bucket-owner-full-control"}}));
  EXPECT_EQ(OwnerOfKey(), owner);
  Put("k");
  EXPECT_EQ(OwnerOfKey(), CanonicalUserId(kOther));
  ActAs(account);
  AllowAcls("BucketOwnerEnforced");
  EXPECT_EQ(OwnerOfKey(), owner);
}

TEST_F(ObjectAclOperationsTest, ABucketsAclIsKeptAndStandsInTheWayOfDoingWithoutAcls) {
  EXPECT_EQ(s3_.ErrorCode("PutBucketAcl", {{"Bucket", "bucket"}, {"ACL", "private"}}), "AccessControlListNotSupported");
  AllowAcls();
  s3_.MustCall("PutBucketAcl", {{"Bucket", "bucket"}, {"ACL", "public-read-write"}});
  EXPECT_EQ(PermissionsOf(s3_.MustCall("GetBucketAcl", {{"Bucket", "bucket"}})),
            (Words{"FULL_CONTROL", "READ", "WRITE"}));
  Json rules = Json::array();
  rules.push_back({{"ObjectOwnership", "BucketOwnerEnforced"}});
  EXPECT_EQ(s3_.ErrorCode("PutBucketOwnershipControls",
                          {{"Bucket", "bucket"}, {"OwnershipControls", {{"Rules", std::move(rules)}}}}),
            "InvalidBucketAclWithObjectOwnership");
}

TEST_F(ObjectAclOperationsTest, NewBucketsMayHaveAclsButNoPublicOnes) {
  EXPECT_EQ(s3_.ErrorCode("CreateBucket", {{"Bucket", "new"}, {"ACL", "public-read"}}),
            "InvalidBucketAclWithObjectOwnership");
  EXPECT_EQ(
      s3_.ErrorCode("CreateBucket", {{"Bucket", "new"}, {"ACL", "public-read"}, {"ObjectOwnership", "ObjectWriter"}}),
      "InvalidBucketAclWithBlockPublicAccessError");
  s3_.MustCall("CreateBucket",
               {{"Bucket", "new"}, {"ACL", "log-delivery-write"}, {"ObjectOwnership", "BucketOwnerPreferred"}});
  EXPECT_EQ(PermissionsOf(s3_.MustCall("GetBucketAcl", {{"Bucket", "new"}})),
            (Words{"FULL_CONTROL", "WRITE", "READ_ACP"}));
}

TEST_F(ObjectAclOperationsTest, StrangersSayThatTheyPayWhereRequestersDo) {
  Put("k");
  s3_.MustCall("PutBucketRequestPayment",
               {{"Bucket", "bucket"}, {"RequestPaymentConfiguration", {{"Payer", "Requester"}}}});
  EXPECT_EQ(s3_.MustCall("GetBucketRequestPayment", {{"Bucket", "bucket"}})["Payer"], "Requester");
  EXPECT_FALSE(s3_.MustCall("HeadObject", kPlace).contains("RequestCharged"));
  ActAs(kOther);
  EXPECT_EQ(s3_.ErrorCode("HeadObject", kPlace), "AccessDenied");
  EXPECT_EQ(s3_.MustCall("HeadObject", With({{"RequestPayer", "requester"}}))["RequestCharged"], "requester");
  s3_.caller.type = auth::PrincipalType::kAnonymous;
  EXPECT_EQ(s3_.ErrorCode("HeadObject", With({{"RequestPayer", "requester"}})), "AccessDenied");
}

}  // namespace
}  // namespace stratolite::s3
