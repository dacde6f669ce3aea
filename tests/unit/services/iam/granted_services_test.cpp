#include "iam/granted_services.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stratolite::iam {
namespace {

bool Grants(const std::string& statement, std::string_view name_space) {
  return GrantsService(R"({"Version":"2012-10-17","Statement":)" + statement + "}", name_space);
}

TEST(GrantedServicesTest, AnActionGrantsItsService) {
  EXPECT_TRUE(Grants(R"([{"Effect":"Allow","Action":"S3:GetObject","Resource":"*"}])", "s3"));
  EXPECT_TRUE(Grants(R"({"Effect":"Allow","Action":["sqs:*","s3:Get*"],"Resource":"*"})", "s3"));
  EXPECT_TRUE(Grants(R"([{"Effect":"Allow","Action":"*","Resource":"*"}])", "ec2"));
  EXPECT_TRUE(Grants(R"([{"Effect":"Allow","Action":"s?:*","Resource":"*"}])", "s3"));
  EXPECT_FALSE(Grants(R"([{"Effect":"Allow","Action":"s3-object-lambda:*","Resource":"*"}])", "s3"));
  EXPECT_FALSE(Grants(R"([{"Effect":"Deny","Action":"s3:*","Resource":"*"}])", "s3"));
}

TEST(GrantedServicesTest, EverythingElseIsWhatNotActionGrants) {
  EXPECT_TRUE(Grants(R"([{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}])", "s3"));
  EXPECT_TRUE(Grants(R"([{"Effect":"Allow","NotAction":"s3:GetObject","Resource":"*"}])", "s3"));
  EXPECT_FALSE(Grants(R"([{"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}])", "s3"));
}

TEST(GrantedServicesTest, WhatIsNoPolicyGrantsNothing) {
  EXPECT_FALSE(GrantsService("", "s3"));
  EXPECT_FALSE(GrantsService("[]", "s3"));
  EXPECT_FALSE(GrantsService(R"({"Statement":7})", "s3"));
  EXPECT_FALSE(GrantsService(R"({"Statement":[7,{"Effect":"Allow"},{"Effect":1,"Action":{}}]})", "s3"));
}

}  // namespace
}  // namespace stratolite::iam
