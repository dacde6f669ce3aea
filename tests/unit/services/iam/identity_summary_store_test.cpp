#include "iam/identity_summary_store.hpp"

#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

class IdentitySummaryTest : public UsersAndGroups {};

TEST_F(IdentitySummaryTest, UsersGroupsAndRolesAreShownByHowManyPoliciesTheyHave) {
  MakeUser("alice");
  MakeGroup("g");
  MakeRole("r");
  const std::string policy = MakePolicy("p");
  iam_.MustCall("AttachGroupPolicy", {{"GroupName", "g"}, {"PolicyArn", policy}});
  iam_.MustCall("PutGroupPolicy", {{"GroupName", "g"}, {"PolicyName", "in"}, {"PolicyDocument", kReadThings}});
  iam_.MustCall("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", policy}});
  const ResourceList identities = DescribeIdentities(iam_.world().deps(), 2);
  EXPECT_EQ(identities.kind, "identities");
  EXPECT_EQ(identities.count, 3);
  ASSERT_EQ(identities.totals.size(), 1U);
  EXPECT_EQ(identities.totals[0].value, 3);
  ASSERT_EQ(identities.largest.size(), 2U);
  EXPECT_EQ(identities.largest[0].name, "g");
  EXPECT_EQ(identities.largest[0].numbers[0].value, 2);
  EXPECT_EQ(identities.largest[1].name, "r");
}

}  // namespace
}  // namespace stratolite::iam
