#include "iam/service_role_operations.hpp"

#include "unit/services/iam/iam_fixture.hpp"

namespace stratolite::iam {
namespace {

class ServiceRolesTest : public RolesAndPolicies {
 protected:
  Json MakeServiceRole(std::string_view service, Json more = Json::object()) {
    more["AWSServiceName"] = service;
    return iam_.MustCall("CreateServiceLinkedRole", more)["Role"];
  }
  Json StatusOf(const Json& task) {
    return iam_.MustCall("GetServiceLinkedRoleDeletionStatus", {{"DeletionTaskId", task["DeletionTaskId"]}})["Status"];
  }
};

TEST_F(ServiceRolesTest, AServicesRoleHasItsTrustAndItsPolicy) {
  EXPECT_EQ(MakeServiceRole("batch.amazonaws.com")["Arn"],
            "arn:aws:iam::123456789012:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch");
  EXPECT_EQ(
      PercentDecode(GetRole("AWSServiceRoleForBatch").value("AssumeRolePolicyDocument", "")),
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"batch.amazonaws.com"},"Action":"sts:AssumeRole"}]})");
  EXPECT_EQ(iam_.MustCall("ListAttachedRolePolicies", {{"RoleName", "AWSServiceRoleForBatch"}})["AttachedPolicies"],
            Json::parse(R"([{"PolicyName":"BatchServiceRolePolicy",
                             "PolicyArn":"arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy"}])"));
}

TEST_F(ServiceRolesTest, SomeServicesHaveSeveralRolesToldApartBySuffix) {
  EXPECT_EQ(MakeServiceRole("autoscaling.amazonaws.com", {{"CustomSuffix", "blue"}})["RoleName"],
            "AWSServiceRoleForAutoScaling_blue");
  MakeServiceRole("autoscaling.amazonaws.com");
  EXPECT_EQ(
      Message("CreateServiceLinkedRole", {{"AWSServiceName", "autoscaling.amazonaws.com"}, {"CustomSuffix", "blue"}}),
      "Service role name AWSServiceRoleForAutoScaling_blue has been taken in this account, please try a different "
      "suffix.");
  EXPECT_EQ(Message("CreateServiceLinkedRole", {{"AWSServiceName", "batch.amazonaws.com"}, {"CustomSuffix", "blue"}}),
            "Custom suffix is not allowed for batch.amazonaws.com");
  EXPECT_EQ(iam_.ErrorCode("CreateServiceLinkedRole", {{"AWSServiceName", "nobody.amazonaws.com"}}), "InvalidInput");
  EXPECT_EQ(iam_.ErrorCode("CreateServiceLinkedRole",
                           {{"AWSServiceName", "autoscaling.amazonaws.com"}, {"CustomSuffix", std::string(40, 'x')}}),
            "InvalidInput");
}

TEST_F(ServiceRolesTest, OnlyItsDescriptionIsTheAccountsToChange) {
  MakeServiceRole("batch.amazonaws.com");
  const std::string name = "AWSServiceRoleForBatch";
  iam_.MustCall("UpdateRole", {{"RoleName", name}, {"Description", "ours"}});
  EXPECT_EQ(Message("DeleteRole", {{"RoleName", name}}),
            "Cannot perform the operation on the protected role 'AWSServiceRoleForBatch' - this role is only "
            "modifiable by AWS");
  EXPECT_EQ(iam_.ErrorCode("UpdateAssumeRolePolicy", {{"RoleName", name}, {"PolicyDocument", kTrustEc2}}),
            "UnmodifiableEntity");
  EXPECT_EQ(iam_.ErrorCode("UpdateRole", {{"RoleName", name}, {"MaxSessionDuration", 7200}}), "UnmodifiableEntity");
  EXPECT_EQ(iam_.ErrorCode("AttachRolePolicy", {{"RoleName", name}, {"PolicyArn", MakePolicy("p")}}),
            "UnmodifiableEntity");
}

TEST_F(ServiceRolesTest, DeletingIsATaskThatTakesItsTime) {
  MakeServiceRole("batch.amazonaws.com");
  const Json task = iam_.MustCall("DeleteServiceLinkedRole", {{"RoleName", "AWSServiceRoleForBatch"}});
  EXPECT_TRUE(task.value("DeletionTaskId", "")
                  .starts_with("task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/"));
  const std::string first = StatusOf(task);
  EXPECT_TRUE(first == "NOT_STARTED" || first == "IN_PROGRESS") << first;
  GetRole("AWSServiceRoleForBatch");
  iam_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(StatusOf(task), "SUCCEEDED");
  EXPECT_EQ(iam_.ErrorCode("GetRole", {{"RoleName", "AWSServiceRoleForBatch"}}), "NoSuchEntity");
  MakeServiceRole("batch.amazonaws.com");
}

TEST_F(ServiceRolesTest, OnlyServicesRolesAreDeletedSo) {
  MakeRole("mine");
  EXPECT_EQ(iam_.ErrorCode("DeleteServiceLinkedRole", {{"RoleName", "mine"}}), "NoSuchEntity");
  EXPECT_EQ(iam_.ErrorCode("GetServiceLinkedRoleDeletionStatus", {{"DeletionTaskId", "task/nothing"}}), "NoSuchEntity");
  EXPECT_EQ(iam_.ErrorCode("CreateRole", {{"RoleName", "r"},
                                          {"Path", "/aws-service-role/batch.amazonaws.com/"},
                                          {"AssumeRolePolicyDocument", kTrustEc2}}),
            "InvalidInput");
}

}  // namespace
}  // namespace stratolite::iam
