#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "auth/signature_parser.hpp"
#include "stratolite/base/json.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace stratolite::auth {
namespace {

std::filesystem::path VectorFile() {
  const char* shared = std::getenv("STRATOLITE_SHARED");
  const std::filesystem::path root =
      shared ? std::filesystem::path(shared) : std::filesystem::path(STRATOLITE_SOURCE_DIR) / ".." / "shared";
  return root / "conformance" / "sigv4" / "vectors.json";
}

wire::HttpRequest ReadRequest(const Json& in) {
  wire::HttpRequest request;
  request.method = in.at("method").get<std::string>();
  request.target = in.at("target").get<std::string>();
  for (const Json& header : in.at("headers"))
    request.headers.Add(header[0].get<std::string>(), header[1].get<std::string>());
  request.body = Base64Decode(in.at("body").get<std::string>()).value();
  return request;
}

Credential ReadCredential(const Json& in) {
  Credential credential =
      testing::RootKey(in.at("access_key").get<std::string>(), in.at("secret_key").get<std::string>(), "123456789012");
  if (in.contains("session_token") && in["session_token"].is_string())
    credential.session_token = in["session_token"].get<std::string>();
  return credential;
}

std::string ContentHash(const wire::HttpRequest& request, bool s3_presigned) {
  const std::string_view header = request.headers.Get("x-amz-content-sha256");
  if (!header.empty()) return std::string(header);
  return s3_presigned ? std::string(kUnsignedPayload) : Sha256Hex(request.body);
}

class SigV4VectorsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(VectorFile());
    if (!file) GTEST_SKIP() << VectorFile() << " is not there";
    vectors_ = Json::parse(file);
    ASSERT_GT(vectors_.size(), 80U);
  }
  Json vectors_;
};

TEST_F(SigV4VectorsTest, CanonicalRequestStringToSignAndSignatureAreThoseOfTheSuite) {
  for (const Json& vector : vectors_) {
    SCOPED_TRACE(vector.at("id").get<std::string>());
    const wire::HttpRequest request = ReadRequest(vector.at("request"));
    const Credential credential = ReadCredential(vector.at("credentials"));
    const ParsedSignature parsed = ParseSignature(request);
    const bool s3 = vector.at("service") == "s3";
    const PathStyle style = vector.at("normalize_path").get<bool>() ? PathStyle::kNormalizedDouble : PathStyle::kS3;
    const QueryStyle query{.omit_session_token = parsed.presigned && vector.value("omit_session_token", false)};
    const std::string canonical =
        CanonicalRequest(request, style, parsed.signed_headers, ContentHash(request, s3 && parsed.presigned), query);
    const std::string to_sign = StringToSign(*parsed.date, parsed.scope, canonical);
    EXPECT_EQ(canonical, vector.value("canonical_request", canonical));
    EXPECT_EQ(to_sign, vector.value("string_to_sign", to_sign));
    EXPECT_EQ(Signature(DeriveSigningKey(credential.secret_access_key, parsed.scope), to_sign),
              vector.at("signature").get<std::string>());
  }
}

TEST_F(SigV4VectorsTest, EveryVectorIsAcceptedAtItsTimeAndRefusedWithAnotherSecret) {
  for (const Json& vector : vectors_) {
    SCOPED_TRACE(vector.at("id").get<std::string>());
    const wire::HttpRequest request = ReadRequest(vector.at("request"));
    testing::FixedClock clock;
    clock.now = *ParseBasicIso8601(vector.at("now").get<std::string>());
    const auto now = [&] { return clock.now; };
    testing::MapCredentialStore credentials;
    credentials.AddRootCredential(ReadCredential(vector.at("credentials")));
    const AuthRequest attempt{
        .http = request,
        .protocol = wire::Protocol::kQuery,
        .s3 = vector.at("service") == "s3",
        .path_style = vector.at("normalize_path").get<bool>() ? PathStyle::kNormalizedDouble : PathStyle::kS3};

    const Authenticator authenticator(credentials, clock, {.mode = AuthMode::kStrict}, nullptr, now);
    const auto outcome = authenticator.Authenticate(attempt);
    ASSERT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message;
    EXPECT_EQ(outcome->kind, AuthOutcome::Kind::kVerified);
    EXPECT_EQ(outcome->region.str(), vector.at("region").get<std::string>());
    EXPECT_EQ(outcome->signing_service, vector.at("service").get<std::string>());

    Credential wrong = ReadCredential(vector.at("credentials"));
    wrong.secret_access_key += "x";
    credentials.AddRootCredential(wrong);
    const auto refused = authenticator.Authenticate(attempt);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "SignatureDoesNotMatch");
  }
}

struct Chunk {
  std::string signature;
  std::string data;
};

/// Takes an aws-chunked body apart; what follows the last chunk is left in `rest`.
std::vector<Chunk> SplitChunks(std::string_view rest, std::string_view& tail) {
  std::vector<Chunk> chunks;
  for (;;) {
    const std::size_t line = rest.find("\r\n");
    const std::string head(rest.substr(0, line));
    const std::size_t size = std::stoul(head, nullptr, 16);
    chunks.push_back({head.substr(head.find("chunk-signature=") + 16), std::string(rest.substr(line + 2, size))});
    rest.remove_prefix(line + 2 + size);
    if (size == 0) return tail = rest, chunks;
    rest.remove_prefix(2);
  }
}

TEST_F(SigV4VectorsTest, ChunkAndTrailerSignaturesFollowFromTheOutcome) {
  int seen = 0;
  for (const Json& vector : vectors_) {
    if (!vector.contains("chunk_signatures")) continue;
    SCOPED_TRACE(vector.at("id").get<std::string>());
    ++seen;
    const wire::HttpRequest request = ReadRequest(vector.at("request"));
    testing::FixedClock clock;
    clock.now = *ParseBasicIso8601(vector.at("now").get<std::string>());
    testing::MapCredentialStore credentials;
    credentials.AddRootCredential(ReadCredential(vector.at("credentials")));
    const Authenticator authenticator(credentials, clock, {}, nullptr, [&] { return clock.now; });
    const auto outcome =
        authenticator.Authenticate({.http = request, .protocol = wire::Protocol::kRestXml, .s3 = true});
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    ASSERT_TRUE(outcome->chunk_signing);
    const ChunkSigning& signing = *outcome->chunk_signing;

    std::string_view tail;
    std::string previous = signing.seed_signature;
    std::vector<std::string> computed;
    for (const Chunk& chunk : SplitChunks(request.body, tail)) {
      previous = ChunkSignature(signing.signing_key, signing.amz_date, signing.scope, previous, chunk.data);
      EXPECT_EQ(previous, chunk.signature);
      computed.push_back(previous);
    }
    if (vector.at("kind") == "chunked-trailer") {
      EXPECT_EQ(outcome->payload, PayloadMode::kStreamingSignedTrailer);
      const std::string trailers = std::string(tail.substr(0, tail.find("\r\n"))) + "\n";
      computed.push_back(TrailerSignature(signing.signing_key, signing.amz_date, signing.scope, previous, trailers));
    } else {
      EXPECT_EQ(outcome->payload, PayloadMode::kStreamingSigned);
    }
    EXPECT_EQ(computed, vector["chunk_signatures"].get<std::vector<std::string>>());
  }
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace stratolite::auth
