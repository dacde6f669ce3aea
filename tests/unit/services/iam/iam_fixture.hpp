#pragma once

#include <string>
#include <string_view>

#include "iam/iam.hpp"
#include "stratolite/base/encoding.hpp"
#include "support/service_harness.hpp"

namespace stratolite::iam {

inline constexpr std::string_view kReadThings =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]})";
inline constexpr std::string_view kTrustEc2 =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]})";

/// IAM of one account.
class RolesAndPolicies : public ::testing::Test {
 protected:
  std::string PolicyArn(std::string_view name) { return "arn:aws:iam::123456789012:policy/" + std::string(name); }
  std::string MakePolicy(std::string_view name, Json more = Json::object()) {
    Json input = {{"PolicyName", name}, {"PolicyDocument", kReadThings}};
    input.update(more);
    return iam_.MustCall("CreatePolicy", input)["Policy"].value("Arn", "");
  }
  Json MakeRole(std::string_view name, Json more = Json::object()) {
    Json input = {{"RoleName", name}, {"AssumeRolePolicyDocument", kTrustEc2}};
    input.update(more);
    return iam_.MustCall("CreateRole", input)["Role"];
  }
  Json GetRole(std::string_view name) { return iam_.MustCall("GetRole", {{"RoleName", name}})["Role"]; }
  std::string Message(std::string_view operation, Json input) {
    const Result<Json> outcome = iam_.Call(operation, std::move(input));
    EXPECT_FALSE(outcome.ok());
    return outcome.ok() ? "" : outcome.error().message;
  }

  testing::ServiceHarness iam_{kDescriptor};
};

}  // namespace stratolite::iam
