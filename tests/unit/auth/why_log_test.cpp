#include "stratolite/auth/why_log.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "stratolite/base/json.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace stratolite::auth {
namespace {

/// How a request arrives that was signed otherwise, and what the page says about it.
struct Mishap {
  const char* name;
  /// Before signing.
  std::function<void(wire::HttpRequest&, SignOptions&, SigningCredentials&)> client;
  /// After signing.
  std::function<void(wire::HttpRequest&)> journey;
  const char* part;
  const char* finding;
};

void Nothing(wire::HttpRequest&, SignOptions&, SigningCredentials&) {}

class WhyTest : public ::testing::TestWithParam<Mishap> {
 protected:
  WhyTest() {
    credentials_.AddRootCredential(testing::RootKey("AKIDEXAMPLE", "secret", "111111111111"));
    credentials_.AddRootCredential(testing::RootKey("AKIDOTHER", "other-secret", "111111111111"));
  }
  Json Explain(const Mishap& mishap) {
    wire::HttpRequest request;
    request.method = "POST";
    request.target = "/a b/../c?x=1+2";
    request.headers = {{"Host", "localhost:4566"}, {"Content-Type", "text/plain"}};
    request.body = "hello";
    SignOptions options;
    options.region = "eu-west-1";
    options.service = "sqs";
    options.time = clock_.now;
    SigningCredentials signer{"AKIDEXAMPLE", "secret", std::nullopt};
    mishap.client(request, options, signer);
    Sign(request, signer, options);
    mishap.journey(request);
    const Authenticator authenticator(credentials_, clock_, {}, &log_, [this] { return clock_.now; });
    const auto outcome =
        authenticator.Authenticate({.http = request, .protocol = wire::Protocol::kQuery, .request_id = "r1"});
    EXPECT_FALSE(outcome.ok());
    return log_.Describe("r1").value_or(Json());
  }

  testing::FixedClock clock_;
  testing::MapCredentialStore credentials_;
  WhyLog log_;
};

TEST_P(WhyTest, TheFirstDifferenceIsNamed) {
  const Json page = Explain(GetParam());
  EXPECT_EQ(page["error"]["code"], "SignatureDoesNotMatch");
  EXPECT_NE(page["finding"].get<std::string>().find(GetParam().finding), std::string::npos) << page["finding"];
  EXPECT_TRUE(page["canonicalRequest"].is_string());
  if (std::string_view(GetParam().part).empty()) {
    EXPECT_TRUE(page["firstDifference"].is_null()) << page.dump(1);
  } else {
    ASSERT_TRUE(page["firstDifference"].is_object()) << page.dump(1);
    EXPECT_EQ(page["firstDifference"]["part"], GetParam().part);
    EXPECT_TRUE(page["clientCanonicalRequest"].is_string());
    EXPECT_NE(page["firstDifference"]["ours"], page["firstDifference"]["theirs"]);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Mishaps, WhyTest,
    ::testing::Values(
        Mishap{"port", [](auto& request, auto&, auto&) { request.headers.Set("Host", "localhost"); },
               [](auto& request) { request.headers.Set("Host", "localhost:4566"); }, "header host",
               "The client signed Host 'localhost'"},
        Mishap{"proxy", [](auto& request, auto&, auto&) { request.headers.Set("Host", "sqs.eu-west-1.amazonaws.com"); },
               [](auto& request) { request.headers.Set("Host", "10.0.0.1:8080"); }, "header host",
               "sqs.eu-west-1.amazonaws.com"},
        Mishap{"path", [](auto&, auto& options, auto&) { options.path_style = PathStyle::kS3; }, [](auto&) {}, "path",
               "as for S3 alone"},
        Mishap{"payload", [](auto&, auto& options, auto&) { options.payload_hash = std::string(kUnsignedPayload); },
               [](auto&) {}, "payload hash", "UNSIGNED-PAYLOAD"},
        Mishap{"method", [](auto& request, auto&, auto&) { request.method = "GET"; },
               [](auto& request) { request.method = "POST"; }, "method", "signed for method GET"},
        Mishap{"other key", [](auto&, auto&, auto& signer) { signer.secret_access_key = "other-secret"; }, [](auto&) {},
               "", "another key, AKIDOTHER"},
        Mishap{"white space", [](auto&, auto&, auto& signer) { signer.secret_access_key = "secret\n"; }, [](auto&) {},
               "", "white space"},
        Mishap{"two at once",
               [](auto& request, auto& options, auto&) {
                 request.headers.Set("Host", "localhost");
                 options.path_style = PathStyle::kRaw;
               },
               [](auto& request) { request.headers.Set("Host", "localhost:4566"); }, "path", "; and "},
        Mishap{"secret", [](auto&, auto&, auto& signer) { signer.secret_access_key = "quite another"; }, [](auto&) {},
               "", "The secret access key differs"},
        Mishap{"header", Nothing, [](auto& request) { request.headers.Set("Content-Type", "text/html"); }, "",
               "was changed on the way"}),
    [](const auto& info) {
      std::string name = info.param.name;
      std::erase(name, ' ');
      return name;
    });

TEST_F(WhyTest, AClientMaySendItsCanonicalRequestAlong) {
  const Json page =
      Explain({"hint", Nothing,
               [](wire::HttpRequest& request) {
                 request.headers.Add("x-stratolite-canonical-request", Base64Encode("POST\n/elsewhere\n\n"));
                 request.body = "changed";
               },
               "path", ""});
  EXPECT_EQ(page["clientCanonicalRequest"], "POST\n/elsewhere\n\n");
  EXPECT_EQ(page["firstDifference"]["line"], 2);
  EXPECT_EQ(page["firstDifference"]["theirs"], "/elsewhere");
}

TEST_F(WhyTest, OfAHugeRequestNoVariantsAreTried) {
  const auto wrong_host = [](wire::HttpRequest& request) { request.headers.Set("Host", "127.0.0.1:4566"); };
  const auto many_headers = [](wire::HttpRequest& request, SignOptions&, SigningCredentials&) {
    for (int i = 0; i < 200; ++i) request.headers.Add("x-h" + std::to_string(i), "v");
  };
  const auto long_header = [](wire::HttpRequest& request, SignOptions&, SigningCredentials&) {
    request.headers.Add("x-h", std::string(20'000, 'v'));
  };
  EXPECT_NE(Explain({"small", Nothing, wrong_host, "", ""})["finding"].get<std::string>().find("Host"),
            std::string::npos);
  for (const auto& client :
       {Mishap{"many", many_headers, wrong_host, "", ""}, {"long", long_header, wrong_host, "", ""}}) {
    const Json page = Explain(client);
    EXPECT_NE(page["finding"].get<std::string>().find("too large"), std::string::npos) << client.name;
    EXPECT_TRUE(page["canonicalRequest"].is_string());
  }
}

TEST_F(WhyTest, NoSecretAndNoRightSignatureIsShown) {
  const std::string page =
      Explain({"x", Nothing, [](wire::HttpRequest& request) { request.body = "changed"; }, "", ""}).dump();
  EXPECT_EQ(page.find("secret\""), std::string::npos);
  EXPECT_EQ(page.find("other-secret"), std::string::npos);
}

TEST_F(WhyTest, TheOldestRecordsGoFirst) {
  WhyLog small(2);
  for (const char* id : {"a", "b", "c"}) {
    WhyRecord record;
    record.request_id = id;
    small.Add(std::move(record));
  }
  EXPECT_FALSE(small.Find("a"));
  EXPECT_TRUE(small.Find("b"));
  EXPECT_TRUE(small.Find("c"));
  EXPECT_FALSE(small.Describe("unknown"));
}

TEST(CompareTest, PartsHaveNames) {
  const std::string ours = "GET\n/\n\nhost:a\nx-amz-date:1\n\nhost;x-amz-date\nabc";
  EXPECT_FALSE(CompareCanonicalRequests(ours, ours));
  const auto part = [&](const std::string& theirs) { return CompareCanonicalRequests(ours, theirs)->part; };
  EXPECT_EQ(part("PUT\n/\n\nhost:a\nx-amz-date:1\n\nhost;x-amz-date\nabc"), "method");
  EXPECT_EQ(part("GET\n/x\n\nhost:a\nx-amz-date:1\n\nhost;x-amz-date\nabc"), "path");
  EXPECT_EQ(part("GET\n/\na=\nhost:a\nx-amz-date:1\n\nhost;x-amz-date\nabc"), "query");
  EXPECT_EQ(part("GET\n/\n\nhost:b\nx-amz-date:1\n\nhost;x-amz-date\nabc"), "header host");
  EXPECT_EQ(part("GET\n/\n\nhost:a\nx-amz-date:1\n\nhost\nabc"), "signed headers");
  EXPECT_EQ(part("GET\n/\n\nhost:a\nx-amz-date:1\n\nhost;x-amz-date\nabd"), "payload hash");
}

}  // namespace
}  // namespace stratolite::auth
