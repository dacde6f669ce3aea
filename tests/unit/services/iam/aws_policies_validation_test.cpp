#include <gtest/gtest.h>

#include "iam/aws_policies.hpp"
#include "stratolite/auth/policy.hpp"

namespace stratolite::iam {
namespace {

TEST(AwsPoliciesValidationTest, WhatAwsItselfStoresIsTakenAndCompiled) {
  int count = 0;
  VisitAwsPolicies([&](const ManagedPolicy& policy, std::string_view document) {
    ++count;
    const auto valid = auth::ValidatePolicy(document, auth::PolicyKind::kIdentity);
    EXPECT_TRUE(valid.ok()) << policy.name << ": " << (valid.ok() ? "" : valid.error().message);
    const auto compiled = auth::CompilePolicy(document);
    EXPECT_TRUE(compiled.ok()) << policy.name << ": " << (compiled.ok() ? "" : compiled.error().message);
  });
  EXPECT_GT(count, 1000);
}

}  // namespace
}  // namespace stratolite::iam
