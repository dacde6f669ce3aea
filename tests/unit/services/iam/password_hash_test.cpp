#include "iam/password_hash.hpp"

#include <gtest/gtest.h>

namespace stratolite::iam {
namespace {

TEST(PasswordHashTest, OnlyThePasswordThatWasHashedMatches) {
  const std::string hashed = HashPassword("correct horse", "0123456789abcdef");
  EXPECT_TRUE(PasswordMatches("correct horse", hashed));
  EXPECT_FALSE(PasswordMatches("correct horsf", hashed));
  EXPECT_FALSE(PasswordMatches("", hashed));
  EXPECT_EQ(hashed.find("correct"), std::string::npos);
}

TEST(PasswordHashTest, TheSameWordWithOtherSaltIsAnotherHash) {
  EXPECT_NE(HashPassword("a", "0123456789abcdef"), HashPassword("a", "fedcba9876543210"));
}

TEST(PasswordHashTest, WhatWasNeverHashedMatchesNothing) {
  for (const char* text : {"", "$", "plain", "pbkdf2-sha256$x$AAAA$AAAA", "pbkdf2-sha256$99999999999$AAAA$AAAA",
                           "pbkdf2-sha256$1$*$*", "md5$1$AAAA$AAAA"}) {
    EXPECT_FALSE(PasswordMatches("plain", text)) << text;
  }
}

}  // namespace
}  // namespace stratolite::iam
