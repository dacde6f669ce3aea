#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "auth/signature_parser.hpp"
#include "stratolite/base/json.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace stratolite::auth {
namespace {

/// A request that is valid, with the keys and the clock to check it by.
struct Signed {
  std::string name;
  wire::HttpRequest request;
  Credential credential;
  TimePoint now;
  bool s3 = false;
  PathStyle style = PathStyle::kNormalizedDouble;
};

Signed Presigned(std::string service, std::string region, std::string target, std::optional<std::string> token) {
  Signed out;
  out.name = service + " presigned";
  out.now = *ParseBasicIso8601("20260102T030405Z");
  out.credential = testing::RootKey("AKIDEXAMPLE", "secret", "123456789012");
  out.credential.session_token = token;
  out.s3 = service == "s3";
  out.style = out.s3 ? PathStyle::kS3 : PathStyle::kNormalizedDouble;
  out.request.method = "GET";
  out.request.target = std::move(target);
  out.request.headers = {{"Host", "localhost:4566"}};
  SignOptions options;
  options.region = std::move(region);
  options.service = std::move(service);
  options.time = out.now;
  options.path_style = out.style;
  if (!out.s3) options.payload_hash = std::string(kEmptyPayloadHash);
  Presign(out.request, {"AKIDEXAMPLE", "secret", token}, options, 600);
  return out;
}

Signed InHeader(std::string service, wire::HttpRequest request, std::optional<std::string> token) {
  Signed out;
  out.name = service + " header";
  out.now = *ParseBasicIso8601("20260102T030405Z");
  out.credential = testing::RootKey("AKIDEXAMPLE", "secret", "123456789012");
  out.credential.session_token = token;
  out.s3 = service == "s3";
  out.style = out.s3 ? PathStyle::kS3 : PathStyle::kNormalizedDouble;
  out.request = std::move(request);
  SignOptions options;
  options.region = "eu-west-1";
  options.service = std::move(service);
  options.time = out.now;
  options.path_style = out.style;
  options.content_hash_header = out.s3;
  Sign(out.request, {"AKIDEXAMPLE", "secret", token}, options);
  return out;
}

/// Of our own making, so that there is something to alter where the suite's file is not at hand.
std::vector<Signed> OwnRequests() {
  wire::HttpRequest json;
  json.method = "POST";
  json.target = "/";
  json.headers = {{"Host", "sqs.eu-west-1.localhost:4566"},
                  {"X-Amz-Target", "AmazonSQS.SendMessage"},
                  {"Content-Type", "application/x-amz-json-1.0"}};
  json.body = R"({"QueueUrl":"q","MessageBody":"b"})";
  wire::HttpRequest put;
  put.method = "PUT";
  put.target = "/bucket/a%20key/%2F//..?tagging=&versionId=a%2Bb";
  put.headers = {{"Host", "localhost:4566"}, {"X-Amz-Acl", "private"}, {"X-Amz-Meta-A", "1"}, {"X-Amz-Meta-A", "2"}};
  put.body = "body";
  return {InHeader("sqs", json, std::nullopt),
          InHeader("sqs", json, "a token"),
          InHeader("s3", put, std::nullopt),
          InHeader("s3", put, "a token"),
          Presigned("s3", "eu-west-1", "/bucket/key?partNumber=1&uploadId=u", std::nullopt),
          Presigned("s3", "eu-west-1", "/bucket/key", "a token"),
          Presigned("sqs", "eu-west-1", "/?Action=ListQueues&Version=2012-11-05", std::nullopt)};
}

Signed ReadVector(const Json& in) {
  Signed out;
  out.name = in.at("id").get<std::string>();
  const Json& request = in.at("request");
  out.request.method = request.at("method").get<std::string>();
  out.request.target = request.at("target").get<std::string>();
  for (const Json& header : request.at("headers"))
    out.request.headers.Add(header[0].get<std::string>(), header[1].get<std::string>());
  out.request.body = Base64Decode(request.at("body").get<std::string>()).value();
  const Json& keys = in.at("credentials");
  out.credential = testing::RootKey(keys.at("access_key").get<std::string>(), keys.at("secret_key").get<std::string>(),
                                    "123456789012");
  if (keys.contains("session_token") && keys["session_token"].is_string())
    out.credential.session_token = keys["session_token"].get<std::string>();
  out.now = *ParseBasicIso8601(in.at("now").get<std::string>());
  out.s3 = in.at("service") == "s3";
  out.style = in.at("normalize_path").get<bool>() ? PathStyle::kNormalizedDouble : PathStyle::kS3;
  return out;
}

std::vector<Signed> AllRequests() {
  std::vector<Signed> out = OwnRequests();
  const char* shared = std::getenv("STRATOLITE_SHARED");
  const std::filesystem::path root =
      shared ? std::filesystem::path(shared) : std::filesystem::path(STRATOLITE_SOURCE_DIR) / ".." / "shared";
  std::ifstream file(root / "conformance" / "sigv4" / "vectors.json");
  if (!file) return out;
  for (const Json& vector : Json::parse(file)) out.push_back(ReadVector(vector));
  return out;
}

Result<AuthOutcome> Check(const Signed& original, const wire::HttpRequest& request,
                          const std::function<void(AuthRequest&)>& change = {}) {
  testing::FixedClock clock;
  clock.now = original.now;
  testing::MapCredentialStore credentials;
  credentials.AddRootCredential(original.credential);
  AuthRequest attempt{
      .http = request, .protocol = wire::Protocol::kJson10, .s3 = original.s3, .path_style = original.style};
  if (change) change(attempt);
  const Authenticator authenticator(credentials, clock, {.mode = AuthMode::kStrict}, nullptr,
                                    [&] { return clock.now; });
  return authenticator.Authenticate(attempt);
}

/// The code of the refusal; empty: it was let through.
std::string CodeOf(const Signed& original, const wire::HttpRequest& request,
                   const std::function<void(AuthRequest&)>& change = {}) {
  const auto outcome = Check(original, request, change);
  if (outcome.ok()) return {};
  EXPECT_GE(outcome.error().http_status, 400);
  EXPECT_LT(outcome.error().http_status, 500);
  EXPECT_FALSE(outcome.error().message.empty());
  return outcome.error().code;
}

bool IsPresigned(const wire::HttpRequest& request) { return !request.headers.Has("authorization"); }

/// Where the signature stands, in the header or in the target.
std::string& SignatureHolder(wire::HttpRequest& request, std::string& header) {
  if (IsPresigned(request)) return request.target;
  header = request.headers.Get("authorization");
  return header;
}

std::string MismatchCode(const Signed& original) {
  return original.s3 ? "SignatureDoesNotMatch" : "InvalidSignatureException";
}

class SigV4AdversaryTest : public ::testing::Test {
 protected:
  const std::vector<Signed> requests_ = AllRequests();
};

TEST_F(SigV4AdversaryTest, EveryBitOfASignatureCounts) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    ASSERT_EQ(CodeOf(original, original.request), "");
    for (std::size_t i = 0; i < 64; ++i) {
      for (int bit = 0; bit < 4; ++bit) {
        wire::HttpRequest request = original.request;
        std::string header;
        std::string& holder = SignatureHolder(request, header);
        const std::size_t at = holder.rfind("Signature=") + 10 + i;
        constexpr std::string_view kDigits = "0123456789abcdef";
        holder[at] = kDigits[kDigits.find(holder[at]) ^ (1U << bit)];
        if (!IsPresigned(request)) request.headers.Set("Authorization", header);
        EXPECT_EQ(CodeOf(original, request), MismatchCode(original)) << i << ' ' << bit;
      }
    }
  }
}

TEST_F(SigV4AdversaryTest, NoSignedHeaderMayBeAlteredRemovedOrRepeated) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    for (const std::string& name : ParseSignature(original.request).signed_headers) {
      SCOPED_TRACE(name);
      const std::string value(original.request.headers.Get(name));
      for (const std::string& other : {value + "x", "x" + value, std::string(), value + "," + value, value + " x"}) {
        if (CanonicalHeaderValue(other) == CanonicalHeaderValue(value)) continue;
        wire::HttpRequest request = original.request;
        request.headers.Set(name, other);
        EXPECT_NE(CodeOf(original, request), "") << other;
      }
      wire::HttpRequest removed = original.request;
      removed.headers.Remove(name);
      EXPECT_TRUE(value.empty() || !CodeOf(original, removed).empty());
      wire::HttpRequest repeated = original.request;
      repeated.headers.Add(name, "again");
      EXPECT_NE(CodeOf(original, repeated), "");
    }
  }
}

/// What HTTP's own trimming leaves, so that the hash stays as it is.
TEST_F(SigV4AdversaryTest, CaseAndSpaceOfAFieldAreNoAlteration) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    wire::HttpRequest request;
    request.method = original.request.method;
    request.target = original.request.target;
    request.body = original.request.body;
    for (const auto& [name, value] : original.request.headers)
      request.headers.Add(AsciiLower(name),
                          wire::EqualsIgnoreCase(name, "x-amz-content-sha256") ? value : "  " + value + " \t");
    EXPECT_EQ(CodeOf(original, request), "");
  }
}

TEST_F(SigV4AdversaryTest, MethodPathAndBodyAreSigned) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    for (const char* method : {"GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "get"}) {
      if (method == original.request.method) continue;
      wire::HttpRequest request = original.request;
      request.method = method;
      EXPECT_EQ(CodeOf(original, request), MismatchCode(original)) << method;
    }
    for (const char* piece : {"x", "%2F", "/..", "/x", "%00", "/%2e%2e", ";", "//x", "%252F"}) {
      wire::HttpRequest request = original.request;
      const std::size_t end = std::min(request.target.find('?'), request.target.size());
      const std::string before(original.request.path());
      request.target.insert(end, piece);
      if (CanonicalPath(request.path(), original.style) == CanonicalPath(before, original.style)) continue;
      EXPECT_EQ(CodeOf(original, request), MismatchCode(original)) << request.target;
    }
    const PayloadMode payload = Check(original, original.request)->payload;
    if (payload != PayloadMode::kHashed) continue;
    for (const std::string& body : {original.request.body + "x", std::string("x") + original.request.body}) {
      wire::HttpRequest request = original.request;
      request.body = body;
      EXPECT_NE(CodeOf(original, request), "");
    }
  }
}

TEST_F(SigV4AdversaryTest, AParameterMayNeitherBeAddedNorTakenAwayNorRepeated) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    const char mark = original.request.query().empty() ? '?' : '&';
    for (const char* added :
         {"acl", "x=1", "=", "X-Amz-Signature=0", "X-Amz-Signatur%65=0", "x-amz-signature=0", "X-Amz-Security-Token=t",
          "X-Amz-Expires=604800", "X-Amz-Date=20300101T000000Z", "X-Amz-Algorithm=AWS4-HMAC-SHA256", "+", "%20"}) {
      wire::HttpRequest request = original.request;
      request.target.push_back(mark);
      request.target.append(added);
      EXPECT_NE(CodeOf(original, request), "") << request.target;
      // In front, where the first of two is the one that is read.
      if (original.request.query().empty()) continue;
      request.target = original.request.target;
      request.target.insert(request.target.find('?') + 1, std::string(added) + "&");
      EXPECT_NE(CodeOf(original, request), "") << request.target;
    }
    std::string_view rest = original.request.query();
    while (!rest.empty()) {
      const std::string parameter(rest.substr(0, rest.find('&')));
      rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
      if (parameter.empty()) continue;
      wire::HttpRequest request = original.request;
      const std::size_t at = request.target.find(parameter, request.target.find('?'));
      request.target.erase(at, parameter.size());
      EXPECT_NE(CodeOf(original, request), "") << request.target;
      request.target = original.request.target + "&" + parameter;
      EXPECT_NE(CodeOf(original, request), "") << request.target;
    }
  }
}

TEST_F(SigV4AdversaryTest, WhatTheScopeSaysIsSigned) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    const ParsedSignature parsed = ParseSignature(original.request);
    const std::string& text = *parsed.credential;
    const std::vector<std::string> others{
        parsed.access_key_id + "/" + parsed.scope.date + "/eu-south-2/" + parsed.scope.service + "/aws4_request",
        parsed.access_key_id + "/" + parsed.scope.date + "/" + parsed.scope.region + "/iam/aws4_request",
        parsed.access_key_id + "/19990101/" + parsed.scope.region + "/" + parsed.scope.service + "/aws4_request",
        text + "x",
        text + "/",
        text.substr(0, text.rfind('/')),
        "x" + text,
        ""};
    for (const std::string& other : others) {
      wire::HttpRequest request = original.request;
      std::string header;
      std::string& holder = SignatureHolder(request, header);
      const std::size_t at = holder.find("Credential=") + 11;
      const std::size_t end = holder.find_first_of(",& ", at);
      holder.replace(at, end - at, IsPresigned(request) ? PercentEncode(other) : other);
      if (!IsPresigned(request)) request.headers.Set("Authorization", header);
      EXPECT_NE(CodeOf(original, request), "") << other;
    }
  }
}

TEST_F(SigV4AdversaryTest, ARequestIsGoodForTheServiceAndRegionItWasSignedFor) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    const CredentialScope scope = ParseSignature(original.request).scope;
    const auto at = [&](std::string_view service, std::string_view region) {
      return CodeOf(original, original.request, [&](AuthRequest& attempt) {
        attempt.signing_name = service;
        attempt.host_region = region;
      });
    };
    const std::string refusal = !original.s3                    ? "InvalidSignatureException"
                                : IsPresigned(original.request) ? "AuthorizationQueryParametersError"
                                                                : "AuthorizationHeaderMalformed";
    EXPECT_EQ(at(scope.service, scope.region), "");
    EXPECT_EQ(at(scope.service, ""), "");
    EXPECT_EQ(at("kms", ""), refusal);
    EXPECT_EQ(at(scope.service, "ap-south-1"), refusal);
  }
}

/// Messages as other programs have recorded them from AWS.
TEST_F(SigV4AdversaryTest, AWrongScopeIsNamedAsAwsDoes) {
  const Signed sqs = OwnRequests()[0];
  const Signed s3 = OwnRequests()[2];
  const auto message = [](const Signed& original, std::string_view from, std::string_view to,
                          std::string_view service = {}) {
    wire::HttpRequest request = original.request;
    std::string header(request.headers.Get("authorization"));
    if (!from.empty()) header.replace(header.find(from), from.size(), to);
    request.headers.Set("Authorization", header);
    return Check(original, request, [&](AuthRequest& attempt) { attempt.signing_name = service; }).error().message;
  };
  EXPECT_EQ(message(sqs, "", "", "kms"), "Credential should be scoped to correct service: 'kms'.");
  EXPECT_EQ(message(sqs, "/aws4_request", "/aws4"),
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4'.");
  EXPECT_EQ(message(s3, "/s3/", "/ec2/", "s3"),
            "The authorization header is malformed; incorrect service \"ec2\". This endpoint belongs to \"s3\".");
  EXPECT_EQ(message(s3, "/aws4_request", "/aws4"),
            "The authorization header is malformed; incorrect terminal \"aws4\". This endpoint uses \"aws4_request\".");
  EXPECT_EQ(
      message(s3, "/20260102/", "/2026010/"),
      "The authorization header is malformed; incorrect date format \"2026010\". This date in the credential must "
      "be in the format \"yyyyMMdd\".");
  EXPECT_EQ(message(s3, "/20260102/", "/20260103/"),
            "The authorization header is malformed; Invalid credential date \"20260103\". This date is not the same as "
            "X-Amz-Date: \"20260102\".");
}

TEST_F(SigV4AdversaryTest, NoUnsignedAmzHeaderIsTaken) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    for (const char* name : {"X-Amz-Target", "x-amz-acl", "X-AMZ-COPY-SOURCE", "x-amz-meta-new"}) {
      if (original.request.headers.Has(name)) continue;
      wire::HttpRequest request = original.request;
      request.headers.Add(name, "value");
      EXPECT_EQ(CodeOf(original, request), original.s3 ? "AccessDenied" : "InvalidSignatureException") << name;
    }
  }
}

TEST_F(SigV4AdversaryTest, TwoAuthorizationHeadersAreNone) {
  for (const Signed& original : requests_) {
    if (IsPresigned(original.request)) continue;
    SCOPED_TRACE(original.name);
    const std::string header(original.request.headers.Get("authorization"));
    for (const std::string& other : {header, std::string("Bearer x"), std::string("AWS4-HMAC-SHA256")}) {
      for (const bool first : {true, false}) {
        wire::HttpRequest request = original.request;
        request.headers.Set("Authorization", first ? other : header);
        request.headers.Add("Authorization", first ? header : other);
        EXPECT_NE(CodeOf(original, request), "") << other;
      }
    }
  }
}

TEST_F(SigV4AdversaryTest, AHeaderAndAQueryAtOnceAreRefused) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    wire::HttpRequest request = original.request;
    if (IsPresigned(request))
      request.headers.Add("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request");
    else
      request.target += original.request.query().empty() ? "?X-Amz-Signature=0" : "&X-Amz-Signature=0";
    EXPECT_EQ(CodeOf(original, request), original.s3 ? "InvalidArgument" : "IncompleteSignatureException");
  }
}

TEST_F(SigV4AdversaryTest, ABodyIsUnsignedOnlyWhereTheOperationSaysSo) {
  Signed original = OwnRequests()[0];
  SignOptions options;
  options.region = "eu-west-1";
  options.service = "sqs";
  options.time = original.now;
  options.content_hash_header = true;
  for (const char* word :
       {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}) {
    SCOPED_TRACE(word);
    options.payload_hash = word;
    Sign(original.request, {"AKIDEXAMPLE", "secret", std::nullopt}, options);
    EXPECT_EQ(CodeOf(original, original.request), "InvalidSignatureException");
    const bool modelled = std::string_view(word) == kUnsignedPayload;
    EXPECT_EQ(CodeOf(original, original.request, [](AuthRequest& attempt) { attempt.unsigned_payload = true; }).empty(),
              modelled);
  }
}

TEST_F(SigV4AdversaryTest, AnExpiryWhoseNameIsEncodedIsAnExpiry) {
  Signed original = OwnRequests()[6];
  std::string& target = original.request.target;
  target.replace(target.find("X-Amz-Expires"), 13, "X-Amz-Expire%73");
  EXPECT_EQ(CodeOf(original, original.request), "");
  original.now += std::chrono::seconds(601);
  EXPECT_EQ(CodeOf(original, original.request), "InvalidSignatureException");
}

TEST_F(SigV4AdversaryTest, APlusIsASpaceAsItIsForTheServices) {
  Signed original = OwnRequests()[2];
  std::string& target = original.request.target;
  target.replace(target.find("a%2Bb"), 5, "a+b");
  EXPECT_EQ(CodeOf(original, original.request), "SignatureDoesNotMatch");
}

/// To the second, and on both sides.
TEST_F(SigV4AdversaryTest, ASignatureIsGoodForFifteenMinutes) {
  for (const Signed& original : requests_) {
    SCOPED_TRACE(original.name);
    const ParsedSignature parsed = ParseSignature(original.request);
    const TimePoint signed_at = *ParseBasicIso8601(*parsed.date);
    const auto at = [&](std::chrono::seconds offset) {
      Signed moved = original;
      moved.now = signed_at + offset;
      return CodeOf(moved, moved.request);
    };
    const std::string skewed = original.s3 ? "RequestTimeTooSkewed" : "InvalidSignatureException";
    const std::chrono::seconds limit = std::chrono::minutes(15);
    EXPECT_EQ(at(-limit), "");
    const bool lives = parsed.presigned && parsed.expires;
    EXPECT_EQ(at(-limit - std::chrono::seconds(1)), original.s3 && lives ? "AccessDenied" : skewed);
    const std::chrono::seconds until = lives ? std::chrono::seconds(std::stoi(*parsed.expires)) : limit;
    EXPECT_EQ(at(until), "");
    EXPECT_EQ(at(until + std::chrono::seconds(1)), original.s3 && lives ? "AccessDenied" : skewed);
  }
}

/// A world that stands still in the past must not keep the machine's URLs alive, nor one in the future its own.
TEST_F(SigV4AdversaryTest, AUrlIsBegunAndNotOverByOneAndTheSameClock) {
  const Signed original = OwnRequests()[4];
  testing::MapCredentialStore credentials;
  credentials.AddRootCredential(original.credential);
  const auto code = [&](std::chrono::seconds real, std::chrono::seconds world) {
    testing::FixedClock clock;
    clock.now = original.now + world;
    const Authenticator authenticator(credentials, clock, {.mode = AuthMode::kStrict}, nullptr,
                                      [&] { return original.now + real; });
    const auto outcome =
        authenticator.Authenticate({.http = original.request, .protocol = wire::Protocol::kRestXml, .s3 = true});
    return outcome.ok() ? std::string() : outcome.error().message;
  };
  const std::chrono::seconds year = std::chrono::hours(24 * 365);
  const std::chrono::seconds alive(600);
  const std::chrono::seconds over(601);
  EXPECT_EQ(code(alive, -year), "");
  EXPECT_EQ(code(-year, alive), "");
  EXPECT_EQ(code(alive, over), "");
  EXPECT_EQ(code(over, -year), "Request has expired");
  EXPECT_EQ(code(-year, over), "Request has expired");
  EXPECT_EQ(code(over, over), "Request has expired");
  EXPECT_EQ(code(-year, -year), "Request is not valid yet");
}

}  // namespace
}  // namespace stratolite::auth
