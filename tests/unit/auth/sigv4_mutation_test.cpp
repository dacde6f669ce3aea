#include <gtest/gtest.h>

#include <array>

#include "auth/signature_parser.hpp"
#include "runtime/random_source.hpp"
#include "stratolite/auth/why_log.hpp"
#include "stratolite/base/json.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace stratolite::auth {
namespace {

/// Pieces that parsers trip over.
constexpr std::array<std::string_view, 24> kPieces{"%",
                                                   "%%",
                                                   "%2",
                                                   "%zz",
                                                   "%00",
                                                   "&",
                                                   "&&",
                                                   "=",
                                                   "==",
                                                   "?",
                                                   "/",
                                                   "//",
                                                   "/../",
                                                   "..",
                                                   ",",
                                                   ";",
                                                   " ",
                                                   "\t",
                                                   "Credential=",
                                                   "Signature=",
                                                   "SignedHeaders=",
                                                   "X-Amz-Signature=",
                                                   "AWS4-HMAC-SHA256",
                                                   "\xff\xfe"};

class SigV4MutationTest : public ::testing::Test {
 protected:
  SigV4MutationTest() { credentials_.AddRootCredential(testing::RootKey("AKIDEXAMPLE", "secret", "111111111111")); }

  wire::HttpRequest Start(bool presigned) {
    wire::HttpRequest request;
    request.method = "GET";
    request.target = "/bucket/some%20key?list-type=2&prefix=a%2Fb";
    request.headers = {{"Host", "localhost:4566"}, {"Content-Type", "text/plain"}};
    SignOptions options;
    options.region = "eu-west-1";
    options.service = "s3";
    options.time = clock_.now;
    options.path_style = PathStyle::kS3;
    options.content_hash_header = !presigned;
    const SigningCredentials signer{"AKIDEXAMPLE", "secret", std::nullopt};
    if (presigned)
      Presign(request, signer, options, 600);
    else
      Sign(request, signer, options);
    return request;
  }

  std::string Mutated(std::string text) {
    for (std::uint64_t i = 1 + random_.Below(3); i > 0; --i) {
      const std::size_t at = random_.Below(text.size() + 1);
      const std::size_t length = random_.Below(text.size() - at + 1);
      switch (random_.Below(5)) {
        case 0:
          text.insert(at, kPieces[random_.Below(kPieces.size())]);
          break;
        case 1:
          text.erase(at, random_.Below(4) == 0 ? length : std::min<std::size_t>(length, 1));
          break;
        case 2:
          text.insert(at, random_.Bytes(1 + random_.Below(4)));
          break;
        case 3:
          text += text.substr(at, length);
          break;
        default:
          if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << random_.Below(8)));
      }
    }
    return text;
  }

  runtime::SeededRandom random_{42};
  testing::FixedClock clock_;
  testing::MapCredentialStore credentials_;
  WhyLog why_;
};

TEST_F(SigV4MutationTest, NoMutatedSignatureIsTakenForAnotherRequest) {
  const Authenticator strict(credentials_, clock_, {.mode = AuthMode::kStrict}, &why_, [this] { return clock_.now; });
  for (int round = 0; round < 4000; ++round) {
    const bool presigned = round % 2 == 0;
    const wire::HttpRequest original = Start(presigned);
    wire::HttpRequest request = original;
    switch (random_.Below(presigned ? 1 : 3)) {
      case 0:
        request.target = Mutated(request.target);
        break;
      case 1:
        request.headers.Set("Authorization", Mutated(std::string(request.headers.Get("authorization"))));
        break;
      default:
        request.headers.Set("X-Amz-Date", Mutated(std::string(request.headers.Get("x-amz-date"))));
    }
    const auto protocol = static_cast<wire::Protocol>(random_.Below(7));
    // The search for an explanation costs a thousand times the refusal: now and then will do.
    const std::string_view request_id = round % 40 < 2 ? "r" : "";
    const auto outcome =
        strict.Authenticate({.http = request, .protocol = protocol, .s3 = true, .request_id = request_id});
    if (outcome.ok()) {
      // Accepted is only what means the same: the canonical forms are equal.
      EXPECT_EQ(CanonicalQuery(request.query()), CanonicalQuery(original.query())) << request.target;
      const std::string path = CanonicalPath(request.path(), PathStyle::kS3);
      EXPECT_TRUE(path == CanonicalPath(original.path(), PathStyle::kS3)) << request.target;
    } else {
      EXPECT_FALSE(outcome.error().code.empty());
      EXPECT_GE(outcome.error().http_status, 400);
      EXPECT_LT(outcome.error().http_status, 500);
      EXPECT_TRUE(IsValidUtf8(outcome.error().message));
      if (!request_id.empty()) {
        const auto page = why_.Describe(request_id);
        ASSERT_TRUE(page);
        EXPECT_NO_THROW((void)page->dump());
      }
    }
  }
}

TEST_F(SigV4MutationTest, GarbageIsParsedWithoutHarm) {
  const Authenticator permissive(credentials_, clock_, {}, nullptr, [this] { return clock_.now; });
  for (int round = 0; round < 4000; ++round) {
    wire::HttpRequest request;
    request.method = "POST";
    request.target = "/" + random_.Bytes(random_.Below(20));
    for (std::uint64_t i = random_.Below(12); i > 0; --i) request.target += kPieces[random_.Below(kPieces.size())];
    std::string header(random_.Below(2) == 0 ? kSigV4Algorithm : kSigV4aAlgorithm);
    for (std::uint64_t i = random_.Below(12); i > 0; --i) header += kPieces[random_.Below(kPieces.size())];
    if (random_.Below(3) != 0) request.headers.Add("Authorization", header);
    const auto outcome =
        permissive.Authenticate({.http = request, .protocol = wire::Protocol::kJson10, .s3 = random_.Below(2) == 0});
    EXPECT_FALSE(outcome.ok() && outcome->kind == AuthOutcome::Kind::kVerified);
    const auto claim = Authenticator::ReadClaim(request);
    EXPECT_FALSE(claim && claim->access_key_id.empty());
  }
}

}  // namespace
}  // namespace stratolite::auth
