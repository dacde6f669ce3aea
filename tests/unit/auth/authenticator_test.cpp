#include "stratolite/auth/authenticator.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "stratolite/base/json.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace stratolite::auth {
namespace {

using namespace std::chrono_literals;

class AuthenticatorTest : public ::testing::Test {
 protected:
  AuthenticatorTest() {
    credentials_.AddRootCredential(testing::RootKey("AKIDEXAMPLE", "secret", "111111111111"));
    Credential session = testing::RootKey("ASIASESSION", "session-secret", "222222222222");
    session.session_token = "token";
    session.expires = world_.now + 1h;
    session.principal.type = PrincipalType::kAssumedRole;
    credentials_.AddRootCredential(session);
  }

  wire::HttpRequest Post(std::string body = "Action=GetCallerIdentity&Version=2011-06-15") const {
    wire::HttpRequest request;
    request.method = "POST";
    request.target = "/";
    request.headers = {{"Host", "localhost:4566"}, {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = std::move(body);
    return request;
  }
  SignOptions Options(std::string service = "sts") const {
    SignOptions options;
    options.region = "eu-west-1";
    options.service = std::move(service);
    options.time = real_;
    return options;
  }
  wire::HttpRequest Signed(const SigningCredentials& by) const {
    wire::HttpRequest request = Post();
    Sign(request, by, Options());
    return request;
  }
  wire::HttpRequest S3Get(std::string target) const {
    wire::HttpRequest request;
    request.method = "GET";
    request.target = std::move(target);
    request.headers = {{"Host", "localhost:4566"}};
    return request;
  }
  SignOptions S3Options() const {
    SignOptions options = Options("s3");
    options.path_style = PathStyle::kS3;
    options.content_hash_header = true;
    return options;
  }

  Result<AuthOutcome> Try(const wire::HttpRequest& request, wire::Protocol protocol = wire::Protocol::kQuery,
                          AuthMode mode = AuthMode::kPermissive, bool anonymous_allowed = false) {
    const Authenticator authenticator(credentials_, world_, {.mode = mode}, nullptr, [this] { return real_; });
    return authenticator.Authenticate({.http = request, .protocol = protocol, .anonymous_allowed = anonymous_allowed});
  }
  Result<AuthOutcome> TryS3(const wire::HttpRequest& request, AuthMode mode = AuthMode::kPermissive) {
    const Authenticator authenticator(credentials_, world_, {.mode = mode}, nullptr, [this] { return real_; });
    return authenticator.Authenticate(
        {.http = request, .protocol = wire::Protocol::kRestXml, .s3 = true, .anonymous_allowed = true});
  }
  static std::string Field(const AwsError& error, const char* name) {
    return error.fields->at(name).get<std::string>();
  }

  testing::FixedClock world_;
  TimePoint real_ = *ParseBasicIso8601("20260102T030405Z");
  testing::MapCredentialStore credentials_;
  const SigningCredentials known_{"AKIDEXAMPLE", "secret", std::nullopt};
};

TEST_F(AuthenticatorTest, AKnownKeyWithTheRightSignatureIsItsPrincipal) {
  const auto outcome = Try(Signed(known_));
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->kind, AuthOutcome::Kind::kVerified);
  EXPECT_EQ(outcome->account.str(), "111111111111");
  EXPECT_EQ(outcome->principal.arn, "arn:aws:iam::111111111111:root");
  EXPECT_EQ(outcome->region.str(), "eu-west-1");
  EXPECT_EQ(outcome->signing_service, "sts");
  EXPECT_EQ(outcome->access_key_id, "AKIDEXAMPLE");
  EXPECT_FALSE(outcome->presigned);
}

TEST_F(AuthenticatorTest, AWrongSecretIsRefusedWithTheStringsThatAwsShows) {
  const auto outcome = Try(Signed({"AKIDEXAMPLE", "other", std::nullopt}));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "SignatureDoesNotMatch");
  EXPECT_EQ(outcome.error().http_status, 403);
  EXPECT_TRUE(
      outcome.error().message.starts_with("The request signature we calculated does not match the signature you "
                                          "provided. Check your AWS Secret Access Key and signing method. "
                                          "Consult the service documentation for details.\n\nThe Canonical String for "
                                          "this request should have been\n'POST\n/\n\n"))
      << outcome.error().message;
  EXPECT_NE(
      outcome.error().message.find("\n\nThe String-to-Sign should have "
                                   "been\n'AWS4-HMAC-SHA256\n20260102T030405Z\n20260102/eu-west-1/sts/aws4_request\n"),
      std::string::npos);
}

TEST_F(AuthenticatorTest, AChangedBodyMethodOrSignedHeaderIsRefused) {
  wire::HttpRequest request = Signed(known_);
  request.body += "&More=1";
  EXPECT_FALSE(Try(request).ok());
  request = Signed(known_);
  request.method = "GET";
  EXPECT_FALSE(Try(request).ok());
  request = Signed(known_);
  request.headers.Set("Host", "localhost:4567");
  EXPECT_FALSE(Try(request).ok());
  request = Signed(known_);
  request.headers.Add("X-Not-Signed", "1");
  EXPECT_TRUE(Try(request).ok());
}

struct Spelling {
  wire::Protocol protocol;
  const char* unknown;
  const char* mismatch;
  const char* missing;
  int unknown_status;
};
class AuthenticatorSpellingTest : public AuthenticatorTest, public ::testing::WithParamInterface<Spelling> {};

TEST_P(AuthenticatorSpellingTest, EveryProtocolHasItsOwnNamesAndStatuses) {
  const Spelling& expected = GetParam();
  const auto unknown = Try(Signed({"AKIANOBODY", "x", std::nullopt}), expected.protocol, AuthMode::kStrict);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, expected.unknown);
  EXPECT_EQ(unknown.error().http_status, expected.unknown_status);
  const auto mismatch = Try(Signed({"AKIDEXAMPLE", "x", std::nullopt}), expected.protocol);
  ASSERT_FALSE(mismatch.ok());
  EXPECT_EQ(mismatch.error().code, expected.mismatch);
  const auto missing = Try(Post(), expected.protocol, AuthMode::kStrict);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, expected.missing);
}

INSTANTIATE_TEST_SUITE_P(
    Protocols, AuthenticatorSpellingTest,
    ::testing::Values(Spelling{wire::Protocol::kQuery, "InvalidClientTokenId", "SignatureDoesNotMatch",
                               "MissingAuthenticationToken", 403},
                      Spelling{wire::Protocol::kEc2, "AuthFailure", "AuthFailure", "MissingAuthenticationToken", 401},
                      Spelling{wire::Protocol::kJson10, "UnrecognizedClientException", "InvalidSignatureException",
                               "MissingAuthenticationTokenException", 400},
                      Spelling{wire::Protocol::kJson11, "UnrecognizedClientException", "InvalidSignatureException",
                               "MissingAuthenticationTokenException", 400},
                      Spelling{wire::Protocol::kRpcV2Cbor, "UnrecognizedClientException", "InvalidSignatureException",
                               "MissingAuthenticationTokenException", 400},
                      Spelling{wire::Protocol::kRestJson, "UnrecognizedClientException", "InvalidSignatureException",
                               "MissingAuthenticationTokenException", 403},
                      Spelling{wire::Protocol::kRestXml, "InvalidClientTokenId", "SignatureDoesNotMatch",
                               "MissingAuthenticationToken", 403}));

TEST_F(AuthenticatorTest, JsonServicesThatOnceSpokeQueryKnowTheOldNameToo) {
  const auto unknown = Try(Signed({"AKIANOBODY", "x", std::nullopt}), wire::Protocol::kJson10, AuthMode::kStrict);
  EXPECT_EQ(unknown.error().query_code, "InvalidClientTokenId");
  EXPECT_EQ(unknown.error().message, "The security token included in the request is invalid.");
}

TEST_F(AuthenticatorTest, UnknownKeysMapToAnAccountUnlessStrict) {
  const auto digits = Try(Signed({"123456789012", "x", std::nullopt}));
  ASSERT_TRUE(digits.ok());
  EXPECT_EQ(digits->kind, AuthOutcome::Kind::kUnverified);
  EXPECT_EQ(digits->account.str(), "123456789012");
  EXPECT_EQ(digits->principal.arn, "arn:aws:iam::123456789012:root");
  const auto name = Try(Signed({"test", "test", std::nullopt}));
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->account.str(), "000000000000");
  EXPECT_FALSE(Try(Signed({"123456789012", "x", std::nullopt}), wire::Protocol::kQuery, AuthMode::kStrict).ok());
}

TEST_F(AuthenticatorTest, UnknownKeysNeedNoMoreThanACredentialInPermissiveMode) {
  wire::HttpRequest request = Post();
  request.headers.Add("Authorization", "AWS4-HMAC-SHA256 Credential=test/20200101/ap-south-1/sqs/aws4_request");
  const auto outcome = Try(request);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->region.str(), "ap-south-1");
  EXPECT_EQ(outcome->signing_service, "sqs");
}

TEST_F(AuthenticatorTest, UnsignedRequestsAreAnonymousUnlessStrict) {
  const auto outcome = Try(Post());
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->kind, AuthOutcome::Kind::kAnonymous);
  EXPECT_EQ(outcome->principal.type, PrincipalType::kAnonymous);
  EXPECT_EQ(outcome->account.str(), "000000000000");
  EXPECT_TRUE(Try(Post(), wire::Protocol::kQuery, AuthMode::kStrict, true).ok());
  EXPECT_EQ(Try(Post(), wire::Protocol::kQuery, AuthMode::kStrict).error().message,
            "Request is missing Authentication Token");
}

TEST_F(AuthenticatorTest, OtherAuthorizationSchemesAreAnonymousUnlessStrict) {
  wire::HttpRequest request = Post();
  request.headers.Add("Authorization", "Bearer abc");
  EXPECT_EQ(Try(request)->kind, AuthOutcome::Kind::kAnonymous);
  EXPECT_EQ(Try(request, wire::Protocol::kQuery, AuthMode::kStrict).error().code, "IncompleteSignature");
}

TEST_F(AuthenticatorTest, ASessionNeedsExactlyItsToken) {
  EXPECT_TRUE(Try(Signed({"ASIASESSION", "session-secret", "token"})).ok());
  for (const auto& token : {std::optional<std::string>(), std::optional<std::string>("tokem")}) {
    const auto outcome = Try(Signed({"ASIASESSION", "session-secret", token}));
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, "InvalidClientTokenId");
  }
  EXPECT_EQ(Try(Signed({"AKIDEXAMPLE", "secret", "token"})).error().code, "InvalidClientTokenId");
}

TEST_F(AuthenticatorTest, ASessionEndsOnTheWorldsClock) {
  const wire::HttpRequest request = Signed({"ASIASESSION", "session-secret", "token"});
  world_.now += 1h - 1s;
  EXPECT_TRUE(Try(request).ok());
  world_.now += 1s;
  const auto query = Try(request);
  ASSERT_FALSE(query.ok());
  EXPECT_EQ(query.error().code, "ExpiredToken");
  EXPECT_EQ(query.error().message, "The security token included in the request is expired");
  EXPECT_EQ(query.error().http_status, 403);
  EXPECT_EQ(Try(request, wire::Protocol::kJson10).error().code, "ExpiredTokenException");
}

TEST_F(AuthenticatorTest, TheSignersClockMayBeTheRealOneOrTheWorlds) {
  world_.now += 24h * 365;
  EXPECT_TRUE(Try(Signed(known_)).ok());
  wire::HttpRequest request = Post();
  SignOptions options = Options();
  options.time = world_.now;
  Sign(request, known_, options);
  EXPECT_TRUE(Try(request).ok());
}

TEST_F(AuthenticatorTest, SkewBeyondFifteenMinutesIsRefusedEitherWay) {
  const wire::HttpRequest request = Signed(known_);
  real_ += 15min;
  world_.now = real_;
  EXPECT_TRUE(Try(request).ok());
  real_ += 1s;
  world_.now = real_;
  const auto late = Try(request);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, "SignatureDoesNotMatch");
  EXPECT_EQ(late.error().message,
            "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T031906Z - 15 min.)");
  real_ -= 31min;
  world_.now = real_;
  const auto early = Try(request, wire::Protocol::kJson10);
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().code, "InvalidSignatureException");
  EXPECT_EQ(
      early.error().message,
      "Signature not yet current: 20260102T030405Z is still later than 20260102T030306Z (20260102T024806Z + 15 min.)");
}

TEST_F(AuthenticatorTest, S3CallsSkewByItsOwnName) {
  wire::HttpRequest request = S3Get("/bucket/key");
  Sign(request, known_, S3Options());
  real_ += 16min;
  world_.now = real_;
  const auto outcome = TryS3(request);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "RequestTimeTooSkewed");
  EXPECT_EQ(Field(outcome.error(), "RequestTime"), "20260102T030405Z");
  EXPECT_EQ(Field(outcome.error(), "MaxAllowedSkewMilliseconds"), "900000");
}

TEST_F(AuthenticatorTest, ThePartsThatAreMissingAreNamed) {
  wire::HttpRequest request = Post();
  request.headers.Add("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/sts/aws4_request");
  const auto outcome = Try(request);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "IncompleteSignature");
  EXPECT_TRUE(
      outcome.error().message.starts_with("Authorization header requires 'Signature' parameter. Authorization header "
                                          "requires 'SignedHeaders' parameter. Authorization header requires "
                                          "existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 "
                                          "and encoded with Base64) Authorization="))
      << outcome.error().message;
}

TEST_F(AuthenticatorTest, AMalformedCredentialIsRefusedInEveryMode) {
  wire::HttpRequest request = Post();
  request.headers.Add("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, SignedHeaders=host, Signature=00");
  EXPECT_EQ(Try(request).error().message,
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
            "'AKIDEXAMPLE'");
  EXPECT_EQ(TryS3(request).error().code, "AuthorizationHeaderMalformed");
}

TEST_F(AuthenticatorTest, TheScopeMustFitTheDate) {
  wire::HttpRequest request = Signed(known_);
  std::string header(request.headers.Get("authorization"));
  header.replace(header.find("/20260102/"), 10, "/20260101/");
  request.headers.Set("Authorization", header);
  EXPECT_EQ(Try(request).error().message,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260101' != "
            "'20260102', from "
            "'20260102T030405Z'.");
}

TEST_F(AuthenticatorTest, HostMustBeSignedAndSignedHeadersMustExist) {
  wire::HttpRequest request = Signed(known_);
  request.headers.Remove("content-type");
  EXPECT_EQ(Try(request).error().message,
            "'content-type' is named as a SignedHeader, but it does not exist in the HTTP request.");
  std::string header(request.headers.Get("authorization"));
  header.replace(header.find("host;"), 5, "");
  request.headers.Set("Authorization", header);
  EXPECT_EQ(Try(request).error().message, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
}

TEST_F(AuthenticatorTest, HeaderAndQueryAtOnceAreRefused) {
  wire::HttpRequest request = Signed(known_);
  request.target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256";
  EXPECT_EQ(Try(request).error().code, "IncompleteSignature");
  EXPECT_EQ(TryS3(request).error().code, "InvalidArgument");
}

TEST_F(AuthenticatorTest, ADateHeaderWillDo) {
  wire::HttpRequest request = Signed(known_);
  std::string header(request.headers.Get("authorization"));
  EXPECT_NE(header.find("x-amz-date"), std::string::npos);
  wire::HttpRequest plain = Post();
  plain.headers.Add("Date", FormatHttpDate(real_));
  const std::vector<std::string> names{"date", "host"};
  const CredentialScope scope{"20260102", "eu-west-1", "sts"};
  const std::string canonical = CanonicalRequest(plain, PathStyle::kNormalizedDouble, names, Sha256Hex(plain.body));
  plain.headers.Add(
      "Authorization",
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + scope.ToString() + ",SignedHeaders=date;host,Signature=" +
          Signature(DeriveSigningKey("secret", scope), StringToSign("20260102T030405Z", scope, canonical)));
  EXPECT_TRUE(Try(plain).ok());
}

TEST_F(AuthenticatorTest, APresignedUrlIsGoodUntilItExpires) {
  wire::HttpRequest request = S3Get("/bucket/a%20b%2Fc//d+e");
  Presign(request, {"ASIASESSION", "session-secret", "token"}, S3Options(), 600);
  real_ += 600s;
  world_.now = real_;
  const auto outcome = TryS3(request);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(outcome->presigned);
  EXPECT_EQ(outcome->account.str(), "222222222222");
  real_ += 1s;
  world_.now = real_;
  const auto late = TryS3(request);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, "AccessDenied");
  EXPECT_EQ(late.error().message, "Request has expired");
  EXPECT_EQ(late.error().http_status, 403);
  EXPECT_EQ(Field(late.error(), "Expires"), "2026-01-02T03:14:05Z");
}

TEST_F(AuthenticatorTest, PresignedUrlsLastAWeekAtMost) {
  for (const auto& [expires, message] : std::vector<std::pair<std::int64_t, std::string>>{
           {604801,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
            "604800 seconds"},
           {-1, "X-Amz-Expires must be non-negative"}}) {
    wire::HttpRequest request = S3Get("/bucket/key");
    Presign(request, known_, S3Options(), expires);
    const auto outcome = TryS3(request);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, "AuthorizationQueryParametersError");
    EXPECT_EQ(outcome.error().message, message);
  }
  wire::HttpRequest longest = S3Get("/bucket/key");
  Presign(longest, known_, S3Options(), 604800);
  EXPECT_TRUE(TryS3(longest).ok());
}

TEST_F(AuthenticatorTest, APresignedUrlMayNotBeChanged) {
  wire::HttpRequest request = S3Get("/bucket/key");
  Presign(request, known_, S3Options(), 600);
  wire::HttpRequest other = request;
  other.target += "&versionId=1";
  EXPECT_EQ(TryS3(other).error().code, "SignatureDoesNotMatch");
  other = request;
  other.target.replace(other.target.find("/key"), 4, "/kex");
  EXPECT_EQ(TryS3(other).error().code, "SignatureDoesNotMatch");
}

TEST_F(AuthenticatorTest, TheContentHashMustBeTheBodys) {
  wire::HttpRequest request = S3Get("/bucket/key");
  request.method = "PUT";
  request.body = "one";
  Sign(request, known_, S3Options());
  EXPECT_TRUE(TryS3(request).ok());
  request.body = "two";
  const auto outcome = TryS3(request);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "XAmzContentSHA256Mismatch");
  EXPECT_EQ(Field(outcome.error(), "S3ComputedContentSHA256"), Sha256Hex("two"));
}

TEST_F(AuthenticatorTest, S3WantsAContentHashAndTakesAnUnsignedPayload) {
  wire::HttpRequest request = S3Get("/bucket/key");
  SignOptions options = S3Options();
  options.content_hash_header = false;
  Sign(request, known_, options);
  EXPECT_EQ(TryS3(request).error().code, "InvalidRequest");
  options.content_hash_header = true;
  options.payload_hash = std::string(kUnsignedPayload);
  request = S3Get("/bucket/key");
  request.body = "anything";
  Sign(request, known_, options);
  const auto outcome = TryS3(request);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->payload, PayloadMode::kUnsigned);
}

class NoBody final : public wire::BodyReader {
 public:
  std::size_t Read(char*, std::size_t) override { return 0; }
};

TEST_F(AuthenticatorTest, OfAStreamedBodyTheHashIsHandedOn) {
  NoBody stream;
  wire::HttpRequest request = S3Get("/bucket/key");
  SignOptions options = S3Options();
  options.payload_hash = Sha256Hex("later");
  Sign(request, known_, options);
  request.stream = &stream;
  const auto outcome = TryS3(request);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->payload, PayloadMode::kHashed);
  EXPECT_EQ(outcome->payload_sha256, Sha256Hex("later"));
}

TEST_F(AuthenticatorTest, OtherKindsOfSignaturesPassForUnknownKeysOnly) {
  wire::HttpRequest request = Post();
  request.headers.Add(
      "Authorization",
      "AWS4-ECDSA-P256-SHA256 Credential=test/20260102/s3/aws4_request, SignedHeaders=host, Signature=00");
  EXPECT_EQ(Try(request)->kind, AuthOutcome::Kind::kUnverified);
  EXPECT_FALSE(Try(request, wire::Protocol::kQuery, AuthMode::kStrict).ok());
  request.headers.Set(
      "Authorization",
      "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20260102/s3/aws4_request, SignedHeaders=host, Signature=00");
  EXPECT_EQ(Try(request).error().message,
            "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'. Sign with 'AWS4-HMAC-SHA256'.");
  request.headers.Set("Authorization", "AWS AKIDEXAMPLE:c2ln");
  EXPECT_EQ(Try(request).error().message, "Unsupported AWS 'algorithm': 'AWS'. Sign with 'AWS4-HMAC-SHA256'.");
}

TEST_F(AuthenticatorTest, TheClaimIsReadFromHeaderAndQuery) {
  const auto header = Authenticator::ReadClaim(Signed(known_));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(header->scope.service, "sts");
  wire::HttpRequest request = S3Get("/bucket/key");
  Presign(request, known_, S3Options(), 600);
  const auto query = Authenticator::ReadClaim(request);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->scope.region, "eu-west-1");
  EXPECT_EQ(query->scope.service, "s3");
  EXPECT_FALSE(Authenticator::ReadClaim(Post()));
}

}  // namespace
}  // namespace stratolite::auth
