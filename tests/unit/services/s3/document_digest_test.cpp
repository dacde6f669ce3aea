#include "s3/document_digest.hpp"

#include <gtest/gtest.h>

namespace stratolite::s3 {
namespace {

std::string DigestOutcome(const wire::Headers& headers, bool with_checksums = true) {
  const auto outcome = CheckDocumentDigest(headers, "hello", with_checksums);
  return outcome.ok() ? "ok" : outcome.error().code;
}

TEST(DocumentDigestTest, WhatIsAnnouncedIsVerified) {
  EXPECT_EQ(DigestOutcome({}), "ok");
  EXPECT_EQ(DigestOutcome({{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}}), "ok");
  EXPECT_EQ(DigestOutcome({{"Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="}}), "BadDigest");
  EXPECT_EQ(DigestOutcome({{"Content-MD5", "hello"}}), "InvalidDigest");
  EXPECT_EQ(DigestOutcome({{"x-amz-checksum-crc32", "NhCmhg=="}}), "ok");
  EXPECT_EQ(DigestOutcome({{"x-amz-checksum-crc32", "AAAAAA=="}}), "BadDigest");
  EXPECT_EQ(DigestOutcome({{"x-amz-checksum-sha256", "AAAAAA=="}}), "InvalidRequest");
}

TEST(DocumentDigestTest, AChecksumOfAnObjectIsNoneOfTheDocument) {
  EXPECT_EQ(DigestOutcome({{"x-amz-checksum-crc32", "AAAAAA=="}}, false), "ok");
}

}  // namespace
}  // namespace stratolite::s3
