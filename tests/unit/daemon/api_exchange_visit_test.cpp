#include <gtest/gtest.h>

#include "stratolite/auth/sigv4.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/http_surface.hpp"
#include "unit/daemon/door_fixture.hpp"
#include "unit/daemon/http_requests.hpp"

namespace stratolite::daemon {
namespace {

/// A request with the method POST or OPTIONS, or to a website. Its body is `key:signature:text`.
class TestVisit final : public HttpVisit {
 public:
  explicit TestVisit(bool reads) : reads_(reads) {}
  std::string_view name() const override { return "TestVisit"; }
  bool reads_body() const override { return reads_; }
  std::optional<std::string> ReadSigner(wire::BodyReader& body) override {
    char buffer[200];
    while (const std::size_t count = body.Read(buffer, sizeof buffer)) text.append(buffer, count);
    const auto colon = text.find(':');
    return colon == std::string::npos ? std::nullopt : std::optional(text.substr(0, colon));
  }

  std::string text;

 private:
  const bool reads_;
};

/// Pages of `http://friend.test` may call, and see the answers to GET.
class TestSurface final : public HttpSurface {
 public:
  bool Knows(const HttpHead&) override { return true; }
  bool AdmitsOrigin(const HttpHead& head) override { return IsFriend(head); }
  bool DecorateForOrigin(const HttpHead& head, wire::HttpResponse& response) override {
    if (!IsFriend(head)) return false;
    if (head.request.method == "GET") response.headers.Set("Access-Control-Allow-Origin", "the friend");
    return true;
  }

  Result<wire::HttpResponse> Answer(HttpVisit& visit, HttpVisitor& visitor) override {
    const auto& text = static_cast<TestVisit&>(visit).text;
    if (text == "refuse") return AwsError{"AccessDenied", "No.", 403};
    if (const auto signature = text.find(':'); signature != std::string::npos) {
      const auto end = text.find(':', signature + 1);
      RETURN_IF_ERROR(visitor.Authenticate({.text = text.substr(end + 1),
                                            .access_key_id = text.substr(0, signature),
                                            .signature = text.substr(signature + 1, end - signature - 1),
                                            .scope = auth::CredentialScope{"20260101", "eu-west-1", "s3"},
                                            .session_token = {}}));
    }
    const auto call = visitor.MakeCall("GetObject", {{"Bucket", visitor.head().website ? "website" : "path"}});
    ASSIGN_OR_RETURN(const Json output, visitor.Run(call));
    return visitor.Encode(*call, output);
  }

 private:
  static bool IsFriend(const HttpHead& head) { return head.request.headers.Get("origin") == "http://friend.test"; }
};

class VisitedS3 final : public Service {
 public:
  void Register(OperationTable& operations) override {
    operations.Add("GetObject", [](const Call& call) -> Result<Json> {
      return Json{
          {"ContentType", call.input.value("Bucket", "") + "|" + call.caller.arn + "|" + call.scope.region.str()}};
    });
  }
  HttpSurface* http_surface() override { return &surface_; }

 private:
  TestSurface surface_;
};

std::unique_ptr<HttpVisit> FindTestVisit(const HttpHead& head) {
  const std::string& method = head.request.method;
  if (method != "POST" && method != "OPTIONS" && !head.website) return nullptr;
  return std::make_unique<TestVisit>(method == "POST");
}

constexpr ServiceDescriptor kVisitedServices[] = {
    {.name = "s3",
     .make = [](const ServiceDeps&) -> std::unique_ptr<Service> { return std::make_unique<VisitedS3>(); },
     .validates_input = false,
     .visit = &FindTestVisit},
};

class ApiExchangeVisitTest : public DoorFixture {
 protected:
  ApiExchangeVisitTest() : DoorFixture(kVisitedServices) {}
  std::string Seen(wire::HttpRequest request) {
    return std::string(Ask(std::move(request)).headers.Get("content-type"));
  }
};

TEST_F(ApiExchangeVisitTest, AVisitorIsNobodyUntilHeIsAuthenticated) {
  EXPECT_EQ(Seen(Incoming("GET", "/key", {{"Host", "bucket.s3-website-eu-west-1.localhost"}})), "website||eu-west-1");
  EXPECT_EQ(Seen(Incoming("POST", "/bucket", {{"Content-Type", "text/plain"}}, "unsigned")), "path||us-east-1");
  EXPECT_EQ(Seen(Incoming("POST", "/bucket", {{"Content-Type", "text/plain"}}, "123456789012:x:text")),
            "path|arn:aws:iam::123456789012:root|eu-west-1");
}

TEST_F(ApiExchangeVisitTest, TheSignatureOfAKnownKeyIsVerified) {
  auth::Credential credential;
  credential.access_key_id = "AKIDROOT";
  credential.secret_access_key = "secret";
  credential.principal = auth::RootPrincipal(AccountId("123456789012"));
  credential.principal.account = AccountId("123456789012");
  world_->credentials().AddRootCredential(credential);
  const auto key = auth::DeriveSigningKey("secret", {"20260101", "eu-west-1", "s3"});
  const auto post = [&](const std::string& signature) {
    return Ask(Incoming("POST", "/bucket", {{"Content-Type", "text/plain"}}, "AKIDROOT:" + signature + ":text"));
  };
  EXPECT_EQ(post(auth::Signature(key, "text")).headers.Get("content-type"),
            "path|arn:aws:iam::123456789012:root|eu-west-1");
  const auto refused = post(auth::Signature(key, "another text"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(Has(refused, "<Code>SignatureDoesNotMatch</Code>")) << refused.body;
}

TEST_F(ApiExchangeVisitTest, ErrorsAndJournalAreThoseOfOperations) {
  const auto refused = Ask(Incoming("POST", "/bucket", {{"Content-Type", "text/plain"}}, "refuse"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(Has(refused, "<Code>AccessDenied</Code>")) << refused.body;
  EXPECT_EQ(Ask(Incoming("POST", "/bucket", {{"Content-Type", "text/plain"}}, "x")).headers.Get("server"), "AmazonS3");
}

TEST_F(ApiExchangeVisitTest, AServiceLetsPagesInThatTheFrontDoorDoesNotTrust) {
  const auto get = [&](const char* origin) { return Ask(Incoming("GET", "/bucket/key", {{"Origin", origin}})); };
  EXPECT_EQ(get("http://friend.test").headers.Get("access-control-allow-origin"), "the friend");
  EXPECT_EQ(get("http://evil.test").status, 403);
  EXPECT_EQ(get("http://localhost:3000").headers.Get("access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(Ask(Incoming("GET", "/bucket/key", {{"Origin", "http://friend.test"}, {"Host", "evil.test"}})).status, 403);
}

TEST_F(ApiExchangeVisitTest, PreflightsOfForeignPagesAreTheServicesOthersTheFrontDoors) {
  const auto preflight = [&](const char* origin) {
    return Ask(Incoming("OPTIONS", "/bucket/key", {{"Origin", origin}, {"Access-Control-Request-Method", "PUT"}}));
  };
  EXPECT_EQ(preflight("http://localhost:3000").status, 204);
  EXPECT_EQ(preflight("http://friend.test").headers.Get("content-type"), "path||us-east-1");
  const auto foreign = preflight("http://evil.test");
  EXPECT_EQ(foreign.headers.Get("content-type"), "path||us-east-1");
  EXPECT_FALSE(foreign.headers.Has("access-control-allow-origin"));
}

}  // namespace
}  // namespace stratolite::daemon
