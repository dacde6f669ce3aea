#include "iam/attachment_operations.hpp"

#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

/// The same of users, groups and roles.
class AttachmentsTest : public UsersAndGroups, public ::testing::WithParamInterface<std::string> {
 protected:
  AttachmentsTest() { what_ == "User" ? MakeUser("x") : what_ == "Group" ? MakeGroup("x") : MakeRole("x"); }
  Json Of(Json more = Json::object()) {
    more[what_ + "Name"] = "x";
    return more;
  }
  Json Attached(Json more = Json::object()) {
    return iam_.MustCall("ListAttached" + what_ + "Policies", Of(std::move(more)));
  }

  const std::string what_ = GetParam();
};

INSTANTIATE_TEST_SUITE_P(Holders, AttachmentsTest, ::testing::Values("User", "Group", "Role"),
                         [](const auto& info) { return info.param; });

TEST_P(AttachmentsTest, PoliciesOfTheAccountAndOfAwsAreAttached) {
  const std::string own = MakePolicy("mine", {{"Path", "/team/"}});
  const std::string aws = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  for (const std::string& arn : {own, aws, own}) iam_.MustCall("Attach" + what_ + "Policy", Of({{"PolicyArn", arn}}));
  EXPECT_EQ(Each(Attached()["AttachedPolicies"], "PolicyArn"), Json({own, aws}));
  EXPECT_EQ(Each(Attached()["AttachedPolicies"], "PolicyName"), Json({"mine", "ReadOnlyAccess"}));
  EXPECT_EQ(Each(Attached({{"PathPrefix", "/team/"}})["AttachedPolicies"], "PolicyName"), Json({"mine"}));
  iam_.MustCall("Detach" + what_ + "Policy", Of({{"PolicyArn", own}}));
  EXPECT_EQ(Refusal("Detach" + what_ + "Policy", Of({{"PolicyArn", own}})),
            "NoSuchEntity: Policy " + own + " was not found.");
  EXPECT_EQ(Attached()["AttachedPolicies"].size(), 1U);
}

TEST_P(AttachmentsTest, TenAreTheLimitAndPagesLeaveNoneOut) {
  for (int i = 0; i < 10; ++i) {
    iam_.MustCall("Attach" + what_ + "Policy", Of({{"PolicyArn", MakePolicy("p" + std::to_string(i))}}));
  }
  EXPECT_EQ(Refusal("Attach" + what_ + "Policy", Of({{"PolicyArn", MakePolicy("more")}})),
            "LimitExceeded: Cannot exceed quota for PoliciesPer" + what_ + ": 10");
  Json names = Json::array();
  Json page = Attached({{"MaxItems", 4}});
  while (true) {
    for (const Json& policy : page["AttachedPolicies"]) names.push_back(policy["PolicyName"]);
    if (!page["IsTruncated"].get<bool>()) break;
    page = Attached({{"MaxItems", 4}, {"Marker", page["Marker"]}});
  }
  EXPECT_EQ(names, Json({"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"}));
}

TEST_P(AttachmentsTest, WhatIsNoPolicyIsRefused) {
  const std::string missing = PolicyArn("none");
  EXPECT_EQ(Refusal("Attach" + what_ + "Policy", Of({{"PolicyArn", missing}})),
            "NoSuchEntity: Policy " + missing + " does not exist or is not attachable.");
  EXPECT_EQ(Refusal("Attach" + what_ + "Policy", Of({{"PolicyArn", "arn:aws:s3:::a-bucket-of-mine"}})),
            "InvalidInput: ARN arn:aws:s3:::a-bucket-of-mine is not valid.");
}

}  // namespace
}  // namespace stratolite::iam
