#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {
namespace {

using ObjectAclOperationsTest = S3Test;

const Json kPlace{{"Bucket", "bucket"}, {"Key", "k"}};

Json With(Json more) {
  more.update(kPlace);
  return more;
}

TEST_F(ObjectAclOperationsTest, TheOwnerHasEverything) {
  Put("k");
  const Json acl = s3_.MustCall("GetObjectAcl", kPlace);
  EXPECT_EQ(acl["Grants"].size(), 1U);
  EXPECT_EQ(acl["Grants"][0]["Permission"], "FULL_CONTROL");
  EXPECT_EQ(acl["Grants"][0]["Grantee"]["ID"], acl["Owner"]["ID"]);
  EXPECT_EQ(s3_.ErrorCode("GetObjectAcl", {{"Bucket", "bucket"}, {"Key", "absent"}}), "NoSuchKey");
}

TEST_F(ObjectAclOperationsTest, SayingSoAgainIsAcceptedAndNothingElse) {
  Put("k");
  Json same = s3_.MustCall("GetObjectAcl", kPlace);
  s3_.MustCall("PutObjectAcl", With({{"AccessControlPolicy", same}}));
  s3_.MustCall("PutObjectAcl", With({{"ACL", "bucket-owner-full-control"}}));
  same["Grants"][0]["Permission"] = "READ";
  EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"AccessControlPolicy", same}})), "AccessControlListNotSupported");
  EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"ACL", "public-read"}})), "AccessControlListNotSupported");
  EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"GrantRead", "id=x"}})), "AccessControlListNotSupported");
}

TEST_F(ObjectAclOperationsTest, ADeleteMarkerHasNone) {
  SetVersioning("Enabled");
  Put("k");
  s3_.MustCall("DeleteObject", kPlace);
  EXPECT_EQ(s3_.ErrorCode("GetObjectAcl", kPlace), "NoSuchKey");
  EXPECT_EQ(s3_.ErrorCode("PutObjectAcl", With({{"ACL", "bucket-owner-full-control"}})), "MethodNotAllowed");
}

}  // namespace
}  // namespace stratolite::s3
