#include <gtest/gtest.h>

#include <chrono>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/ports/http_client.hpp"
#include "stratolite/ports/identity_providers.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/world.hpp"
#include "sts/json_web_token.hpp"
#include "sts/sts.hpp"
#include "support/service_harness.hpp"

namespace stratolite::sts {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFederatedRole = "arn:aws:iam::210987654321:role/Deployer";
constexpr const char* kProvider = "arn:aws:iam::210987654321:saml-provider/Corp";

std::string Token(const Json& claims, const Json& header = {{"alg", "RS256"}, {"typ", "JWT"}}) {
  return auth::Base64UrlEncode(header.dump()) + "." + auth::Base64UrlEncode(claims.dump()) + "." +
         auth::Base64UrlEncode("signature");
}

class FederationTest : public ::testing::Test {
 protected:
  FederationTest() {
    sts_.protocol = wire::Protocol::kQuery;
    sts_.caller = {};
    sts_.access_key_id.clear();
  }
  Json Claims() {
    return {{"iss", "https://token.example.com"},
            {"sub", "repo:org/app"},
            {"aud", "sts.amazonaws.com"},
            {"exp", EpochSeconds(sts_.Now()) + 300}};
  }
  Json WithToken(const std::string& token) {
    return {{"RoleArn", kFederatedRole}, {"RoleSessionName", "run-1"}, {"WebIdentityToken", token}};
  }
  AwsError Error(std::string_view operation, Json input) {
    auto outcome = sts_.Call(operation, std::move(input));
    if (!outcome.ok()) return outcome.error();
    ADD_FAILURE() << operation << " succeeded";
    return {};
  }
  AwsError TokenError(const Json& claims) { return Error("AssumeRoleWithWebIdentity", WithToken(Token(claims))); }
  const auth::Principal& PrincipalOf(const Json& answer) {
    held_ = sts_.world().credentials().Find(answer.at("Credentials").at("AccessKeyId").get<std::string>());
    return held_->principal;
  }
  std::string Time(Duration offset) { return FormatIso8601(sts_.Now() + offset); }

  /// A response as identity providers send it, with `attributes` besides the role.
  std::string Saml(const std::string& attributes, const std::string& audience = "https://signin.aws.amazon.com/saml") {
    std::string text = R"(<?xml version="1.0"?><samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Issuer>https://idp.example.com/saml</saml:Issuer>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"> alice </saml:NameID><saml:SubjectConfirmation>
<saml:SubjectConfirmationData Recipient="https://signin.aws.amazon.com/saml" NotOnOrAfter=")";
    text += Time(5min) + R"("/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=")" + Time(-1min) +
            R"(" NotOnOrAfter=")" + Time(1h);
    text += R"("><saml:AudienceRestriction><saml:Audience>)" + audience +
            "</saml:Audience></saml:AudienceRestriction></saml:Conditions>";
    text += "<saml:AttributeStatement>" + Attribute("Role", std::string(kProvider) + "," + kFederatedRole) + attributes;
    text += "</saml:AttributeStatement></saml:Assertion></samlp:Response>";
    return Base64Encode(text);
  }
  static std::string Attribute(const std::string& name, const std::string& value) {
    return "<saml:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/" + name + "\"><saml:AttributeValue>" +
           value + "</saml:AttributeValue></saml:Attribute>";
  }
  static Json WithSaml(const std::string& assertion) {
    return {{"RoleArn", kFederatedRole}, {"PrincipalArn", kProvider}, {"SAMLAssertion", assertion}};
  }

  stratolite::testing::ServiceHarness sts_{kDescriptor};
  std::shared_ptr<const auth::Credential> held_;
};

TEST_F(FederationTest, AWebIdentityNeedsNoAwsCredentials) {
  const Json answer = sts_.MustCall("AssumeRoleWithWebIdentity", WithToken(Token(Claims())));
  EXPECT_EQ(answer["SubjectFromWebIdentityToken"], "repo:org/app");
  EXPECT_EQ(answer["Provider"], "https://token.example.com");
  EXPECT_EQ(answer["Audience"], "sts.amazonaws.com");
  EXPECT_EQ(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::210987654321:assumed-role/Deployer/run-1");
  EXPECT_EQ(PrincipalOf(answer).account.str(), "210987654321");
}

TEST_F(FederationTest, WebIdentityTokensMustBeWholeAndCurrent) {
  for (const char* text : {"token", "a.b.c", "e30.e30", "e30.W10.c2ln"}) {
    const AwsError error = Error("AssumeRoleWithWebIdentity", WithToken(text));
    EXPECT_EQ(error.code, "InvalidIdentityTokenException") << text;
    EXPECT_EQ(error.message,
              "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
  }
  for (const char* claim : {"iss", "sub", "aud", "exp"}) {
    Json claims = Claims();
    claims.erase(claim);
    EXPECT_EQ(TokenError(claims).message, std::string("Missing a required claim: ") + claim);
  }
  Json claims = Claims();
  claims["exp"] = EpochSeconds(sts_.Now());
  const AwsError expired = TokenError(claims);
  EXPECT_EQ(expired.code, "ExpiredTokenException");
  EXPECT_EQ(expired.message,
            "Token expired: current date/time 1767323045 must be before the expiration date/time 1767323045");
}

TEST_F(FederationTest, AWebIdentityBringsTagsAndASourceIdentity) {
  Json claims = Claims();
  claims["aud"] = {"one", "two"};
  claims["azp"] = "party";
  claims["https://aws.amazon.com/tags"] = {{"principal_tags", {{"team", {"blue"}}, {"cost", {"42"}}}},
                                           {"transitive_tag_keys", {"team"}}};
  claims["https://aws.amazon.com/source_identity"] = "alice";
  const Json answer = sts_.MustCall("AssumeRoleWithWebIdentity", WithToken(Token(claims)));
  EXPECT_EQ(answer["Audience"], "party");
  EXPECT_EQ(answer["SourceIdentity"], "alice");
  EXPECT_EQ(PrincipalOf(answer).tags, (std::map<std::string, std::string>{{"team", "blue"}, {"cost", "42"}}));
  EXPECT_EQ(PrincipalOf(answer).transitive_tag_keys, std::vector<std::string>{"team"});
}

TEST_F(FederationTest, AccessTokensOfOAuthProvidersCannotBeChecked) {
  Json input = WithToken("Atza|something");
  input["ProviderId"] = "www.amazon.com";
  EXPECT_EQ(Error("AssumeRoleWithWebIdentity", input).code, "IDPCommunicationErrorException");
}

TEST_F(FederationTest, ASamlResponseSaysWhoComes) {
  const Json answer = sts_.MustCall(
      "AssumeRoleWithSAML",
      WithSaml(Saml(Attribute("RoleSessionName", "alice@example.com") + Attribute("PrincipalTag:Team", "blue") +
                    Attribute("SourceIdentity", "alice") + Attribute("SessionDuration", "1800"))));
  EXPECT_EQ(answer["Subject"], "alice");
  EXPECT_EQ(answer["SubjectType"], "persistent");
  EXPECT_EQ(answer["Issuer"], "https://idp.example.com/saml");
  EXPECT_EQ(answer["Audience"], "https://signin.aws.amazon.com/saml");
  EXPECT_EQ(answer["SourceIdentity"], "alice");
  EXPECT_EQ(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::210987654321:assumed-role/Deployer/alice@example.com");
  EXPECT_EQ(answer["Credentials"]["Expiration"], EpochSeconds(sts_.Now()) + 1800);
  EXPECT_EQ(PrincipalOf(answer).tags.at("Team"), "blue");
  // base64(sha1("https://idp.example.com/saml210987654321/Corp"))
  EXPECT_EQ(answer["NameQualifier"], "r3NS9h1ZbbFefKrSy+r/5adJKa0=");
}

TEST_F(FederationTest, SamlResponsesAreRefusedForWhatAwsRefusesThemFor) {
  const std::string name = Attribute("RoleSessionName", "alice");
  EXPECT_EQ(Error("AssumeRoleWithSAML", WithSaml("!!!!")).message, "Invalid base64 SAMLResponse");
  EXPECT_EQ(Error("AssumeRoleWithSAML", WithSaml(Base64Encode("<no xml"))).code, "InvalidIdentityTokenException");
  EXPECT_EQ(Error("AssumeRoleWithSAML", WithSaml(Saml(""))).message, "RoleSessionName is required in AuthnResponse");
  EXPECT_EQ(Error("AssumeRoleWithSAML", WithSaml(Saml(Attribute("RoleSessionName", "a b")))).message,
            "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
  EXPECT_EQ(Error("AssumeRoleWithSAML", WithSaml(Saml(name, "https://elsewhere.example.com"))).message,
            "Response does not contain the required audience.");
  Json other = WithSaml(Saml(name));
  other["RoleArn"] = "arn:aws:iam::210987654321:role/Admin";
  EXPECT_EQ(Error("AssumeRoleWithSAML", other).message, "Not authorized to perform sts:AssumeRoleWithSAML");
  const std::string late = Saml(name);
  sts_.Advance(5min);
  EXPECT_EQ(Error("AssumeRoleWithSAML", WithSaml(late)).code, "ExpiredTokenException");
}

/// An issuer that an account registered, and the network that leads to it.
class RegisteredIssuer final : public ports::IdentityProviders, public ports::HttpClient {
 public:
  std::optional<OpenIdProvider> FindOpenIdProvider(const AccountId& account, std::string_view issuer) override {
    if (account.str() != "210987654321" || issuer != kIssuer) return std::nullopt;
    return OpenIdProvider{
        "arn:aws:iam::210987654321:oidc-provider/token.example.com", "token.example.com", {"clients"}, {}};
  }
  std::optional<SamlProvider> FindSamlProvider(const Arn&) override { return std::nullopt; }
  std::optional<std::string> FindOutboundIssuer(const AccountId&) override { return std::nullopt; }
  bool RootSessionsEnabled(const AccountId&) override { return false; }

  void Send(Request request, Done done) override {
    asked.push_back(request.url);
    const auto found = pages.find(request.url);
    if (found == pages.end()) return done(AwsError{"Unreachable", "nobody"});
    done(Answer{200, {}, found->second.dump()});
  }

  std::string Token(const Json& claims) const {
    const std::string text = auth::Base64UrlEncode(Json{{"alg", "ES384"}, {"kid", key_id}}.dump()) + "." +
                             auth::Base64UrlEncode(claims.dump());
    return text + "." + auth::Base64UrlEncode(jwt::SignBytes(jwt::kEs384, secret, text));
  }
  void Publish() {
    Json key = jwt::PublicKey(jwt::kEs384, secret);
    key["kid"] = key_id;
    pages[std::string(kIssuer) + "/.well-known/openid-configuration"] = {{"issuer", kIssuer},
                                                                         {"jwks_uri", "https://keys"}};
    pages["https://keys"] = {{"keys", {key}}};
  }

  static constexpr const char* kIssuer = "https://token.example.com";
  std::string secret = jwt::GeneratePrivateKey(jwt::kEs384);
  std::string key_id = "one";
  std::map<std::string, Json> pages;
  std::vector<std::string> asked;
};

class RegisteredIssuerTest : public FederationTest {
 protected:
  RegisteredIssuerTest() {
    sts_.world().FindService("sts");
    sts_.world().deps().ports.Offer<ports::IdentityProviders>(&issuer_);
    sts_.world().deps().ports.Offer<ports::HttpClient>(&issuer_);
    issuer_.Publish();
  }
  Json Claims() {
    Json claims = FederationTest::Claims();
    claims["aud"] = "clients";
    return claims;
  }
  RegisteredIssuer issuer_;
};

TEST_F(RegisteredIssuerTest, ItsTokensAreVerifiedWithItsKeys) {
  const Json answer = sts_.MustCall("AssumeRoleWithWebIdentity", WithToken(issuer_.Token(Claims())));
  EXPECT_EQ(answer["Provider"], "arn:aws:iam::210987654321:oidc-provider/token.example.com");
  EXPECT_EQ(TokenError(Claims()).code, "InvalidIdentityTokenException");
  issuer_.secret = jwt::GeneratePrivateKey(jwt::kEs384);
  EXPECT_EQ(Error("AssumeRoleWithWebIdentity", WithToken(issuer_.Token(Claims()))).message, "Token signature invalid");
}

TEST_F(RegisteredIssuerTest, ItsTokensAreForItsClients) {
  Json claims = Claims();
  claims["aud"] = "strangers";
  EXPECT_EQ(Error("AssumeRoleWithWebIdentity", WithToken(issuer_.Token(claims))).message, "Incorrect token audience");
  claims["azp"] = "clients";
  EXPECT_EQ(sts_.MustCall("AssumeRoleWithWebIdentity", WithToken(issuer_.Token(claims)))["Provider"],
            "arn:aws:iam::210987654321:oidc-provider/token.example.com");
}

TEST_F(RegisteredIssuerTest, ItsKeysAreRememberedForAnHourOrUntilAnotherIsNamed) {
  const auto assume = [&] { sts_.MustCall("AssumeRoleWithWebIdentity", WithToken(issuer_.Token(Claims()))); };
  assume();
  assume();
  EXPECT_EQ(issuer_.asked.size(), 2U);
  issuer_.key_id = "two";
  issuer_.Publish();
  assume();
  EXPECT_EQ(issuer_.asked.size(), 4U);
  sts_.Advance(61min);
  assume();
  EXPECT_EQ(issuer_.asked.size(), 6U);
}

TEST_F(RegisteredIssuerTest, WhatItDoesNotSayCannotBeVerified) {
  const auto error = [&] { return Error("AssumeRoleWithWebIdentity", WithToken(issuer_.Token(Claims()))); };
  issuer_.pages["https://keys"] = {{"keys", "none"}};
  EXPECT_EQ(error().code, "InvalidIdentityTokenException");
  issuer_.pages["https://keys"] = Json::array();
  EXPECT_EQ(error().code, "InvalidIdentityTokenException");
  issuer_.Publish();
  issuer_.pages[std::string(RegisteredIssuer::kIssuer) + "/.well-known/openid-configuration"]["issuer"] =
      "https://another";
  EXPECT_EQ(error().code, "InvalidIdentityTokenException");
  issuer_.pages.clear();
  EXPECT_EQ(error().code, "IDPCommunicationErrorException");
}

class IssuerTest : public FederationTest, public ::testing::WithParamInterface<const char*> {
 protected:
  IssuerTest() {
    sts_.caller.type = auth::PrincipalType::kAssumedRole;
    sts_.caller.account = AccountId("123456789012");
    sts_.caller.arn = "arn:aws:sts::123456789012:assumed-role/Data/job";
    sts_.caller.tags = {{"env", "test"}};
  }
  Json Page(const std::string& path) {
    Service::AdminRequest request;
    request.path = path;
    request.endpoint = sts_.endpoint;
    auto page = sts_.world().FindService("sts")->Admin(request);
    if (!page || !page->ok()) return ADD_FAILURE() << path << " is not there", Json();
    return **page;
  }
};

TEST_P(IssuerTest, TokensAreSignedWithThePublishedKeyAndOpenRoles) {
  const Json answer = sts_.MustCall("GetWebIdentityToken", {{"Audience", {"https://api.example.com"}},
                                                            {"SigningAlgorithm", GetParam()},
                                                            {"DurationSeconds", 60},
                                                            {"Tags", {{{"Key", "job"}, {"Value", "7"}}}}});
  EXPECT_EQ(answer["Expiration"], EpochSeconds(sts_.Now()) + 60);
  const auto text = answer["WebIdentityToken"].get<std::string>();
  const auto token = ParseJsonWebToken(text);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->claims["iss"], "http://localhost:4566/_stratolite/sts/oidc/123456789012");
  EXPECT_EQ(token->claims["aud"], "https://api.example.com");
  EXPECT_EQ(token->claims["sub"], "arn:aws:iam::123456789012:role/Data");
  const Json& aws = token->claims["https://sts.amazonaws.com/"];
  EXPECT_EQ(aws["aws_account"], "123456789012");
  EXPECT_EQ(aws["source_region"], "us-east-1");
  EXPECT_EQ(aws["principal_tags"]["env"], "test");
  EXPECT_EQ(aws["request_tags"]["job"], "7");

  const Json discovery = Page("oidc/123456789012/.well-known/openid-configuration");
  EXPECT_EQ(discovery["issuer"], token->claims["iss"]);
  EXPECT_EQ(discovery["jwks_uri"], "http://localhost:4566/_stratolite/sts/oidc/123456789012/.well-known/jwks.json");
  const Json keys = Page("oidc/123456789012/.well-known/jwks.json")["keys"];
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0]["kid"], token->header["kid"]);
  EXPECT_EQ(keys[0]["alg"], GetParam());

  sts_.MustCall("AssumeRoleWithWebIdentity", WithToken(text));
  std::string forged = text;
  char& c = forged[forged.rfind('.') + 10];
  c = c == 'A' ? 'B' : 'A';
  EXPECT_EQ(Error("AssumeRoleWithWebIdentity", WithToken(forged)).code, "InvalidIdentityTokenException");
}

INSTANTIATE_TEST_SUITE_P(Algorithms, IssuerTest, ::testing::Values("RS256", "ES384"));

TEST_F(IssuerTest, AnIssuersInputIsChecked) {
  EXPECT_EQ(Error("GetWebIdentityToken", {{"Audience", {"a"}}, {"SigningAlgorithm", "HS256"}}).code, "ValidationError");
  EXPECT_EQ(
      Error("GetWebIdentityToken", {{"Audience", {"a"}}, {"SigningAlgorithm", "ES384"}, {"DurationSeconds", 59}}).code,
      "ValidationError");
}

TEST_F(IssuerTest, ATokenDoesNotOutliveItsSession) {
  sts_.caller.arn = "arn:aws:iam::123456789012:root";
  const Json session =
      sts_.MustCall("AssumeRole", {{"RoleArn", kFederatedRole}, {"RoleSessionName", "job"}, {"DurationSeconds", 900}});
  held_ = sts_.world().credentials().Find(session["Credentials"]["AccessKeyId"].get<std::string>());
  sts_.caller = held_->principal;
  sts_.access_key_id = held_->access_key_id;
  EXPECT_EQ(
      Error("GetWebIdentityToken", {{"Audience", {"a"}}, {"SigningAlgorithm", "ES384"}, {"DurationSeconds", 901}}).code,
      "SessionDurationEscalationException");
}

}  // namespace
}  // namespace stratolite::sts
