#include "iam/policy_operations.hpp"

#include "unit/services/iam/iam_fixture.hpp"

namespace stratolite::iam {
namespace {

constexpr std::string_view kReadOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess";

class PoliciesTest : public RolesAndPolicies {
 protected:
  Json GetPolicy(std::string_view arn) { return iam_.MustCall("GetPolicy", {{"PolicyArn", arn}})["Policy"]; }
  std::string AddVersion(const std::string& arn, bool as_default = false) {
    return iam_
        .MustCall("CreatePolicyVersion",
                  {{"PolicyArn", arn}, {"PolicyDocument", kReadThings}, {"SetAsDefault", as_default}})["PolicyVersion"]
        .value("VersionId", "");
  }
};

TEST_F(PoliciesTest, ANewPolicyHasOneVersionThatIsItsDefault) {
  const std::string arn = MakePolicy("p", {{"Path", "/team/"}, {"Description", "d"}});
  EXPECT_EQ(arn, "arn:aws:iam::123456789012:policy/team/p");
  const Json policy = GetPolicy(arn);
  EXPECT_EQ(policy["DefaultVersionId"], "v1");
  EXPECT_EQ(policy["AttachmentCount"], 0);
  EXPECT_EQ(policy["Description"], "d");
  EXPECT_EQ(policy["Tags"], Json::array());
  EXPECT_TRUE(policy.value("PolicyId", "").starts_with("ANPA"));
  const Json version = iam_.MustCall("GetPolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v1"}})["PolicyVersion"];
  EXPECT_EQ(PercentDecode(version.value("Document", "")), kReadThings);
  EXPECT_EQ(version["IsDefaultVersion"], true);
}

TEST_F(PoliciesTest, NamesAreOneWhateverTheirCase) {
  MakePolicy("Readers");
  EXPECT_EQ(Message("CreatePolicy", {{"PolicyName", "readers"}, {"PolicyDocument", kReadThings}}),
            "A policy called readers already exists. Duplicate names are not allowed.");
}

TEST_F(PoliciesTest, ASixthVersionNeedsRoom) {
  const std::string arn = MakePolicy("p");
  for (int i = 2; i <= 5; ++i) EXPECT_EQ(AddVersion(arn), "v" + std::to_string(i));
  EXPECT_EQ(iam_.ErrorCode("CreatePolicyVersion", {{"PolicyArn", arn}, {"PolicyDocument", kReadThings}}),
            "LimitExceeded");
  iam_.MustCall("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v2"}});
  EXPECT_EQ(AddVersion(arn, true), "v6");
  EXPECT_EQ(GetPolicy(arn)["DefaultVersionId"], "v6");
  const Json versions = iam_.MustCall("ListPolicyVersions", {{"PolicyArn", arn}})["Versions"];
  ASSERT_EQ(versions.size(), 5U);
  EXPECT_EQ(versions[0]["VersionId"], "v6");
  EXPECT_EQ(versions[4]["VersionId"], "v1");
  EXPECT_FALSE(versions[0].contains("Document"));
}

TEST_F(PoliciesTest, VersionsArePaged) {
  const std::string arn = MakePolicy("p");
  AddVersion(arn);
  AddVersion(arn);
  const Json first = iam_.MustCall("ListPolicyVersions", {{"PolicyArn", arn}, {"MaxItems", 2}});
  EXPECT_EQ(first["Versions"].size(), 2U);
  EXPECT_EQ(first["IsTruncated"], true);
  const Json second =
      iam_.MustCall("ListPolicyVersions", {{"PolicyArn", arn}, {"MaxItems", 2}, {"Marker", first["Marker"]}});
  ASSERT_EQ(second["Versions"].size(), 1U);
  EXPECT_EQ(second["Versions"][0]["VersionId"], "v1");
  EXPECT_EQ(second["IsTruncated"], false);
}

TEST_F(PoliciesTest, TheDefaultVersionStaysAndOthersGoBeforeThePolicy) {
  const std::string arn = MakePolicy("p");
  AddVersion(arn);
  EXPECT_EQ(iam_.ErrorCode("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v1"}}), "DeleteConflict");
  EXPECT_EQ(iam_.ErrorCode("DeletePolicy", {{"PolicyArn", arn}}), "DeleteConflict");
  iam_.MustCall("SetDefaultPolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v2"}});
  iam_.MustCall("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v1"}});
  iam_.MustCall("DeletePolicy", {{"PolicyArn", arn}});
  EXPECT_EQ(Message("GetPolicy", {{"PolicyArn", arn}}), "Policy " + arn + " was not found.");
}

TEST_F(PoliciesTest, APolicyInUseCannotBeDeleted) {
  const std::string arn = MakePolicy("p");
  MakeRole("r", {{"PermissionsBoundary", arn}});
  EXPECT_EQ(GetPolicy(arn)["PermissionsBoundaryUsageCount"], 1);
  EXPECT_EQ(iam_.ErrorCode("DeletePolicy", {{"PolicyArn", arn}}), "DeleteConflict");
  iam_.MustCall("DeleteRolePermissionsBoundary", {{"RoleName", "r"}});
  iam_.MustCall("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}});
  EXPECT_EQ(GetPolicy(arn)["AttachmentCount"], 1);
  EXPECT_EQ(iam_.ErrorCode("DeletePolicy", {{"PolicyArn", arn}}), "DeleteConflict");
  iam_.MustCall("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn}});
  iam_.MustCall("DeletePolicy", {{"PolicyArn", arn}});
}

TEST_F(PoliciesTest, WhiteSpaceDoesNotCountAgainstTheLargestSize) {
  const std::string blanks(6000, ' ');
  std::string document(kReadThings);
  document.insert(1, blanks);
  MakePolicy("roomy", {{"PolicyDocument", document}});
  std::string large(kReadThings);
  large.replace(large.find("s3:GetObject"), 12, "s3:Get" + std::string(6100, '*'));
  EXPECT_EQ(Message("CreatePolicy", {{"PolicyName", "large"}, {"PolicyDocument", large}}),
            "Cannot exceed quota for PolicySize: 6144");
}

TEST_F(PoliciesTest, AwsPoliciesAreReadAndNotChanged) {
  const Json policy = GetPolicy(kReadOnly);
  EXPECT_EQ(policy["PolicyName"], "ReadOnlyAccess");
  const Json versions = iam_.MustCall("ListPolicyVersions", {{"PolicyArn", kReadOnly}})["Versions"];
  ASSERT_EQ(versions.size(), 1U);
  EXPECT_EQ(versions[0]["VersionId"], policy["DefaultVersionId"]);
  for (const char* operation : {"DeletePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion"}) {
    Json input = {{"PolicyArn", kReadOnly}};
    if (std::string_view(operation) != "DeletePolicy") input["VersionId"] = "v1";
    if (std::string_view(operation) == "CreatePolicyVersion")
      input = {{"PolicyArn", kReadOnly}, {"PolicyDocument", kReadThings}};
    EXPECT_EQ(iam_.ErrorCode(operation, input), "AccessDenied") << operation;
  }
}

TEST_F(PoliciesTest, ListsHaveTheAccountsOwnFirstAndPageOverAws) {
  MakePolicy("mine");
  std::size_t count = 0;
  std::set<std::string> arns;
  Json input = {{"MaxItems", 700}};
  for (bool more = true; more; ++count) {
    const Json page = iam_.MustCall("ListPolicies", input);
    if (count == 0) {
      EXPECT_EQ(page["Policies"][0]["PolicyName"], "mine");
    }
    for (const Json& policy : page["Policies"]) arns.insert(policy.value("Arn", ""));
    more = page.value("IsTruncated", false);
    if (more) input["Marker"] = page["Marker"];
  }
  EXPECT_EQ(count, 3U);
  EXPECT_EQ(arns.size(), 1595U);
}

TEST_F(PoliciesTest, ListsAreFiltered) {
  const std::string attached = MakePolicy("attached", {{"Path", "/a/"}});
  const std::string boundary = MakePolicy("boundary");
  MakePolicy("idle", {{"Path", "/a/"}});
  MakeRole("r", {{"PermissionsBoundary", boundary}});
  iam_.MustCall("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", attached}});
  iam_.MustCall("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", kReadOnly}});
  const auto names = [&](Json input) {
    std::string found;
    const Json page = iam_.MustCall("ListPolicies", std::move(input));
    for (const Json& policy : page["Policies"]) found += policy.value("PolicyName", "") + " ";
    return found;
  };
  EXPECT_EQ(names({{"Scope", "Local"}}), "attached boundary idle ");
  EXPECT_EQ(names({{"Scope", "Local"}, {"PathPrefix", "/a/"}}), "attached idle ");
  EXPECT_EQ(names({{"OnlyAttached", true}}), "attached boundary ReadOnlyAccess ");
  EXPECT_EQ(names({{"OnlyAttached", true}, {"Scope", "AWS"}}), "ReadOnlyAccess ");
  EXPECT_EQ(names({{"PolicyUsageFilter", "PermissionsBoundary"}}), "boundary ");
  EXPECT_EQ(names({{"PolicyUsageFilter", "PermissionsPolicy"}}), "attached ReadOnlyAccess ");
}

TEST_F(PoliciesTest, WhoUsesAPolicyIsListedOnceInPages) {
  const std::string arn = MakePolicy("p");
  for (const char* name : {"a", "b", "c"}) {
    MakeRole(name, {{"Path", "/x/"}});
    iam_.MustCall("AttachRolePolicy", {{"RoleName", name}, {"PolicyArn", arn}});
  }
  iam_.MustCall("PutRolePermissionsBoundary", {{"RoleName", "a"}, {"PermissionsBoundary", arn}});
  iam_.MustCall("CreateUser", {{"UserName", "u"}, {"PermissionsBoundary", arn}});
  const Json first = iam_.MustCall("ListEntitiesForPolicy", {{"PolicyArn", arn}, {"MaxItems", 2}});
  EXPECT_EQ(first["PolicyRoles"].size(), 2U);
  const Json second =
      iam_.MustCall("ListEntitiesForPolicy", {{"PolicyArn", arn}, {"MaxItems", 2}, {"Marker", first["Marker"]}});
  EXPECT_EQ(second["PolicyRoles"].size(), 1U);
  EXPECT_EQ(second["PolicyUsers"][0]["UserName"], "u");
  EXPECT_EQ(second["IsTruncated"], false);
  const Json bounded =
      iam_.MustCall("ListEntitiesForPolicy", {{"PolicyArn", arn}, {"PolicyUsageFilter", "PermissionsBoundary"}});
  EXPECT_EQ(bounded["PolicyRoles"].size(), 1U);
  EXPECT_EQ(bounded["PolicyUsers"].size(), 1U);
  EXPECT_TRUE(
      iam_.MustCall("ListEntitiesForPolicy", {{"PolicyArn", arn}, {"EntityFilter", "User"}})["PolicyRoles"].empty());
  EXPECT_TRUE(
      iam_.MustCall("ListEntitiesForPolicy", {{"PolicyArn", arn}, {"PathPrefix", "/y/"}})["PolicyRoles"].empty());
}

TEST_F(PoliciesTest, PoliciesThatGrantAServiceAreFoundInGroupsToo) {
  iam_.MustCall("CreateUser", {{"UserName", "u"}});
  iam_.MustCall("CreateGroup", {{"GroupName", "g"}});
  iam_.MustCall("AddUserToGroup", {{"GroupName", "g"}, {"UserName", "u"}});
  iam_.MustCall("PutGroupPolicy", {{"GroupName", "g"}, {"PolicyName", "inline"}, {"PolicyDocument", kReadThings}});
  iam_.MustCall("AttachUserPolicy", {{"UserName", "u"}, {"PolicyArn", "arn:aws:iam::aws:policy/AmazonSQSFullAccess"}});
  const Json services = iam_.MustCall("ListPoliciesGrantingServiceAccess",
                                      {{"Arn", "arn:aws:iam::123456789012:user/u"},
                                       {"ServiceNamespaces", {"s3", "sqs", "ec2"}}})["PoliciesGrantingServiceAccess"];
  ASSERT_EQ(services.size(), 3U);
  EXPECT_EQ(services[0]["Policies"],
            Json::parse(R"([{"PolicyName":"inline","PolicyType":"INLINE","EntityType":"GROUP","EntityName":"g"}])"));
  EXPECT_EQ(services[1]["Policies"], Json::parse(R"([{"PolicyName":"AmazonSQSFullAccess","PolicyType":"MANAGED",
                             "PolicyArn":"arn:aws:iam::aws:policy/AmazonSQSFullAccess"}])"));
  EXPECT_TRUE(services[2]["Policies"].empty());
}

TEST_F(PoliciesTest, WhatIsNoPolicyArnIsRefused) {
  EXPECT_EQ(Message("GetPolicy", {{"PolicyArn", "arn:aws:s3:::a-bucket-and-no-policy"}}),
            "ARN arn:aws:s3:::a-bucket-and-no-policy is not valid.");
}

}  // namespace
}  // namespace stratolite::iam
