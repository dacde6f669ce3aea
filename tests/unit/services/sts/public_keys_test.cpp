#include "sts/public_keys.hpp"

#include <gtest/gtest.h>

#include <string>

#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/base/json.hpp"
#include "sts/json_web_token.hpp"

namespace stratolite::sts {
namespace {

// RFC 7515, appendix A.3.
const Json kEs256Key = {{"kty", "EC"},
                        {"crv", "P-256"},
                        {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                        {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}};
constexpr std::string_view kEs256Text =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view kEs256Signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

TEST(PublicKeysTest, TheSignatureOfTheStandardIsVerified) {
  const std::string signature = auth::Base64UrlDecode(kEs256Signature).value();
  EXPECT_TRUE(VerifyByPublicKey("ES256", kEs256Key, kEs256Text, signature));
  EXPECT_FALSE(VerifyByPublicKey("ES256", kEs256Key, std::string(kEs256Text) + "x", signature));
  EXPECT_FALSE(VerifyByPublicKey("ES256", kEs256Key, kEs256Text, signature.substr(1)));
  EXPECT_FALSE(VerifyByPublicKey("ES256", kEs256Key, kEs256Text, ""));
  EXPECT_FALSE(VerifyByPublicKey("none", kEs256Key, kEs256Text, signature));
  EXPECT_FALSE(VerifyByPublicKey("HS256", kEs256Key, kEs256Text, signature));
}

TEST(PublicKeysTest, WhatWeSignIsVerifiedByWhatWePublish) {
  for (const std::string_view algorithm : {jwt::kRs256, jwt::kEs384}) {
    const std::string secret = jwt::GeneratePrivateKey(algorithm);
    const Json key = jwt::PublicKey(algorithm, secret);
    std::string signature = jwt::SignBytes(algorithm, secret, "text");
    EXPECT_TRUE(VerifyByPublicKey(algorithm, key, "text", signature)) << algorithm;
    signature[7] = static_cast<char>(signature[7] ^ 1);
    EXPECT_FALSE(VerifyByPublicKey(algorithm, key, "text", signature)) << algorithm;
  }
}

TEST(PublicKeysTest, AKeyFitsItsOwnAlgorithmOnly) {
  EXPECT_TRUE(FitsAlgorithm(kEs256Key, "ES256"));
  EXPECT_FALSE(FitsAlgorithm(kEs256Key, "ES384"));
  EXPECT_FALSE(FitsAlgorithm(kEs256Key, "RS256"));
  Json key = kEs256Key;
  key["use"] = "enc";
  EXPECT_FALSE(FitsAlgorithm(key, "ES256"));
  key = kEs256Key;
  key["alg"] = "ES512";
  EXPECT_FALSE(FitsAlgorithm(key, "ES256"));
  EXPECT_FALSE(FitsAlgorithm(Json("text"), "ES256"));
}

TEST(PublicKeysTest, MalformedKeysVerifyNothing) {
  const std::string signature = auth::Base64UrlDecode(kEs256Signature).value();
  for (const char* member : {"x", "y"}) {
    for (const Json& value : {Json(), Json(7), Json(""), Json("!!"), Json("AAAA"), kEs256Key["x"]}) {
      Json key = kEs256Key;
      if (key[member] == value) continue;
      key[member] = value;
      EXPECT_FALSE(VerifyByPublicKey("ES256", key, kEs256Text, signature)) << key.dump();
    }
  }
  EXPECT_FALSE(VerifyByPublicKey("RS256", {{"kty", "RSA"}, {"n", "AQAB"}, {"e", ""}}, "text", "signature"));
  EXPECT_FALSE(VerifyByPublicKey("RS256", {{"kty", "RSA"}, {"n", "AQAB"}, {"e", "AQAB"}}, "text", "signature"));
}

}  // namespace
}  // namespace stratolite::sts
