#include "daemon/api_exchange.hpp"

#include <gtest/gtest.h>

#include "stratolite/auth/sigv4.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "unit/daemon/door_fixture.hpp"
#include "unit/daemon/http_requests.hpp"

namespace stratolite::daemon {
namespace {

/// Shows what reaches S3's handlers: bucket, key and body.
class EchoS3 final : public Service {
 public:
  void Register(OperationTable& operations) override {
    operations.Add("ListObjects", [](const Call& call) -> Result<Json> {
      return Json{{"Name", call.input.value("Bucket", "none")}, {"Prefix", call.endpoint}};
    });
    operations.Add("ListBuckets", [](const Call&) -> Result<Json> { return Json{{"Prefix", "all"}}; });
    operations.Add("GetObject", [](const Call& call) -> Result<Json> {
      return Json{{"ContentType", call.input.value("Bucket", "none") + "|" + call.input.value("Key", "none")}};
    });
    operations.Add("PutObject", [](const Call& call) -> Result<Json> {
      std::string body(100, '\0');
      std::size_t size = 0;
      while (const std::size_t count = call.body->Read(body.data() + size, body.size() - size)) size += count;
      body.resize(size);
      if (call.body->trailers() != nullptr) body += "|" + call.body->trailers()->begin()->first;
      return Json{{"ETag", body + "|" + std::to_string(*call.body->size()) + "|" +
                               call.input.value("ContentEncoding", "none") + "|" +
                               (call.input.contains("Body") ? "Body" : "none")}};
    });
  }
};

constexpr ServiceDescriptor kExchangeServices[] = {
    {.name = "s3",
     .make = [](const ServiceDeps&) -> std::unique_ptr<Service> { return std::make_unique<EchoS3>(); },
     .validates_input = false},
};

class ApiExchangeTest : public DoorFixture {
 protected:
  ApiExchangeTest() : DoorFixture(kExchangeServices, {"objects.test"}) {}
};

TEST_F(ApiExchangeTest, ABucketIsNamedByThePathOrByTheHost) {
  const auto seen = [&](std::string host, std::string target) {
    return std::string(
        Ask(Incoming("GET", std::move(target), {{"Host", std::move(host)}})).headers.Get("content-type"));
  };
  for (const std::string host : {"localhost:4566", "127.0.0.1:4566", "s3.localhost", "s3.us-east-1.amazonaws.com",
                                 "s3.localhost.localstack.cloud:4566", "objects.test", "stratolite.example.com"}) {
    EXPECT_EQ(seen(host, "/bucket/a/b"), "bucket|a/b") << host;
  }
  for (const std::string host :
       {"bucket.localhost:4566", "bucket.s3.localhost.localstack.cloud:4566", "bucket.s3.us-east-1.amazonaws.com",
        "bucket.s3.amazonaws.com", "bucket.s3-us-west-2.amazonaws.com", "bucket.objects.test"}) {
    EXPECT_EQ(seen(host, "/a/b"), "bucket|a/b") << host;
  }
  EXPECT_EQ(seen("my.dotted.bucket.localhost", "/key"), "my.dotted.bucket|key");
  EXPECT_EQ(seen("bucket.localhost", "http://bucket.localhost/key?versionId=1"), "bucket|key");
}

TEST_F(ApiExchangeTest, AKeyIsThePercentDecodedRestOfThePath) {
  struct Case {
    const char* path;
    const char* key;
  };
  for (const auto& [path, key] :
       {Case{"/a//b", "a//b"}, Case{"//a", "/a"}, Case{"/a/", "a/"}, Case{"/./a", "./a"}, Case{"/a/../b", "a/../b"},
        Case{"/..", ".."}, Case{"/a%2Fb", "a/b"}, Case{"/a+b", "a+b"}, Case{"/a%20b", "a b"}, Case{"/a%2Bb", "a+b"},
        Case{"/%C3%BC", "\u00fc"}, Case{"/_stratolite/health", "_stratolite/health"}}) {
    const auto hosted = Ask(Incoming("GET", path, {{"Host", "bucket.localhost:4566"}}));
    EXPECT_EQ(hosted.headers.Get("content-type"), std::string("bucket|") + key) << path;
    const auto plain = Ask(Incoming("GET", std::string("/bucket") + path));
    EXPECT_EQ(plain.headers.Get("content-type"), std::string("bucket|") + key) << path;
  }
}

TEST_F(ApiExchangeTest, AKeyThatCannotBeDecodedIsAnInvalidUri) {
  for (const std::string key : {"a%zz", "a%", "%ff"}) {
    const auto refused = Ask(Incoming("GET", "/bucket/" + key));
    EXPECT_EQ(refused.status, 400);
    EXPECT_TRUE(Has(refused, "<Code>InvalidURI</Code><Message>Couldn't parse the specified URI.</Message>"))
        << refused.body;
    EXPECT_TRUE(Has(refused, "<URI>/bucket/" + key + "</URI>")) << refused.body;
  }
}

TEST_F(ApiExchangeTest, TheRootOfABucketsHostIsTheBucket) {
  const auto listed = Ask(Incoming("GET", "/", {{"Host", "bucket.localhost:4566"}}));
  EXPECT_TRUE(Has(listed, "<Name>bucket</Name>")) << listed.body;
  // Handlers write `endpoint/bucket/key`.
  EXPECT_TRUE(Has(listed, "<Prefix>http://localhost:4566</Prefix>")) << listed.body;
  EXPECT_TRUE(Has(Ask(Incoming("GET", "/bucket")), "<Name>bucket</Name>"));
  EXPECT_TRUE(Has(Ask(Incoming("GET", "/bucket/?prefix=a")), "<Name>bucket</Name>"));
  EXPECT_TRUE(Has(Ask(Incoming("GET", "/", {{"Host", "s3.localhost"}})), "ListAllMyBucketsResult"));
  EXPECT_EQ(Ask(Incoming("GET", "/", {{"Host", "bucket.s3-website.localhost"}})).status, 501);
}

TEST_F(ApiExchangeTest, AFormThatTurnsOutToBeForABucketStillFindsIt) {
  const auto answer = Ask(Incoming("POST", "/?delete", {{"Host", "bucket.localhost"}, kForm}, "<Delete/>"));
  EXPECT_EQ(answer.status, 501);
  EXPECT_TRUE(Has(answer, "DeleteObjects")) << answer.body;
}

TEST_F(ApiExchangeTest, TheAdminApiAnswersUnderS3sNameButNotUnderABuckets) {
  EXPECT_EQ(Ask(Incoming("GET", "/_stratolite/health", {{"Host", "s3.localhost:4566"}})).status, 200);
  EXPECT_EQ(AskJson(Incoming("GET", "/_stratolite/health"))["status"], "running");
  EXPECT_EQ(
      Ask(Incoming("GET", "/_stratolite/health", {{"Host", "bucket.localhost:4566"}})).headers.Get("content-type"),
      "bucket|_stratolite/health");
}

TEST_F(ApiExchangeTest, SignaturesAreOverTheHostAndPathThatWereSent) {
  auth::Credential credential;
  credential.access_key_id = "AKIAIOSFODNN7EXAMPLE";
  credential.secret_access_key = "secret";
  credential.principal = auth::RootPrincipal(AccountId("123456789012"));
  world_->credentials().AddRootCredential(credential);
  // Signatures may fit the world's clock, which stands still here.
  const auto now = *ParseBasicIso8601("20300102T030405Z");
  world_->clock().Freeze();
  world_->clock().Set(now);
  const auth::SignOptions options{.region = "us-east-1",
                                  .service = "s3",
                                  .time = now,
                                  .path_style = auth::PathStyle::kS3,
                                  .payload_hash = std::nullopt,
                                  .content_hash_header = true};
  const auth::SigningCredentials signer{"AKIAIOSFODNN7EXAMPLE", "secret", std::nullopt};
  for (const std::string host : {"bucket.localhost:4566", "bucket.s3.amazonaws.com"}) {
    auto signed_request = Incoming("GET", "/a%20b//c", {{"Host", host}});
    auth::Sign(signed_request, signer, options);
    EXPECT_EQ(Ask(signed_request).headers.Get("content-type"), "bucket|a b//c");
    auto elsewhere = signed_request;
    elsewhere.headers.Set("Host", "localhost:4566");
    elsewhere.target = "/bucket/a%20b//c";
    EXPECT_TRUE(Has(Ask(elsewhere), "SignatureDoesNotMatch"));
  }
}

TEST_F(ApiExchangeTest, AStreamingInputReachesItsHandlerAsAStreamWithoutFraming) {
  const auto plain = Ask(Incoming("PUT", "/bucket/key", {{"Content-Length", "5"}}, "hello"));
  EXPECT_EQ(plain.headers.Get("etag"), "hello|5|none|none");
  const std::string framed = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  const auto chunked = Ask(Incoming("PUT", "/bucket/key",
                                    {{"Content-Length", std::to_string(framed.size())},
                                     {"Content-Encoding", "gzip,aws-chunked"},
                                     {"X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                                     {"X-Amz-Decoded-Content-Length", "5"},
                                     {"X-Amz-Trailer", "x-amz-checksum-crc32"}},
                                    framed));
  EXPECT_EQ(chunked.headers.Get("etag"), "hello|x-amz-checksum-crc32|5|gzip|none");
}

TEST_F(ApiExchangeTest, ABodyThatIsNotWhatTheHeadSaidIsRefused) {
  const auto length = Ask(Incoming("PUT", "/bucket/key"));
  EXPECT_EQ(length.status, 411);
  EXPECT_TRUE(Has(length, "<Code>MissingContentLength</Code>")) << length.body;
  const auto hash = Ask(
      Incoming("PUT", "/bucket/key", {{"Content-Length", "5"}, {"X-Amz-Content-Sha256", Sha256Hex("other")}}, "hello"));
  EXPECT_EQ(hash.status, 400);
  EXPECT_TRUE(Has(hash, "<Code>XAmzContentSHA256Mismatch</Code>")) << hash.body;
  EXPECT_TRUE(Has(hash, "<S3ComputedContentSHA256>" + Sha256Hex("hello"))) << hash.body;
  EXPECT_TRUE(Has(hash, "<HostId>")) << hash.body;
}

TEST_F(ApiExchangeTest, RequestsAreJournalledAndThoseOfTheAdminApiAreNot) {
  Ask(Incoming("PUT", "/key?X-Amz-Acl=private&Signature=secret",
               {{"Host", "bucket.localhost"}, {"Content-Length", "5"}, {"User-Agent", "test"}}, "hello"));
  Ask(Incoming("PUT", "/bucket/key"));
  Ask(Incoming("GET", "/_stratolite/health"));
  const Json page = AskJson(Incoming("GET", "/_stratolite/requests?service=s3"));
  ASSERT_EQ(page["requests"].size(), 2U);
  EXPECT_EQ(page["next"], 2);
  const Json& first = page["requests"][0];
  EXPECT_EQ(first["operation"], "PutObject");
  EXPECT_EQ(first["world"], "default");
  EXPECT_EQ(first["account"], "000000000000");
  EXPECT_EQ(first["target"], "/key?X-Amz-Acl=private");
  EXPECT_EQ(first["status"], 200);
  EXPECT_TRUE(first["error"].is_null());
  EXPECT_EQ(first["bytes_in"], 5);
  EXPECT_EQ(first["user_agent"], "test");
  EXPECT_EQ(page["requests"][1]["error"], "MissingContentLength");
  EXPECT_EQ(AskJson(Incoming("GET", "/_stratolite/requests?error=MissingContentLength"))["requests"].size(), 1U);
  EXPECT_EQ(AskJson(Incoming("GET", "/_stratolite/requests?since=1&wait=20"))["requests"].size(), 1U);
  EXPECT_EQ(Ask(Incoming("GET", "/_stratolite/requests?servise=s3")).status, 400);
  EXPECT_EQ(Ask(Incoming("POST", "/_stratolite/requests")).status, 405);
}

TEST_F(ApiExchangeTest, SmallStreamsAreCollectedAndLargeOnesAreNot) {
  using Lane = http::BodyPlan::Lane;
  const auto lane = [&](std::string target, std::vector<wire::Headers::Field> fields) {
    return door_.Begin(Incoming("PUT", std::move(target), std::move(fields)))->plan.lane;
  };
  EXPECT_EQ(lane("/bucket/key", {{"Content-Length", "262144"}}), Lane::kInline);
  EXPECT_EQ(lane("/bucket/key", {{"Content-Length", "262145"}}), Lane::kStreaming);
  EXPECT_EQ(lane("/bucket/key", {{"Transfer-Encoding", "chunked"}}), Lane::kStreaming);
  EXPECT_EQ(lane("/bucket/key", {{"Transfer-Encoding", "chunked"}, {"X-Amz-Decoded-Content-Length", "5"}}),
            Lane::kInline);
  EXPECT_EQ(lane("/bucket/key", {{"Transfer-Encoding", "chunked"}, {"X-Amz-Decoded-Content-Length", "300000"}}),
            Lane::kStreaming);
  EXPECT_EQ(lane("/bucket/key", {}), Lane::kInline);
  EXPECT_EQ(lane("/bucket?policy", {{"Content-Length", "300000"}}), Lane::kInline);
  EXPECT_EQ(lane("/key", {{"Host", "bucket.localhost"}, {"Content-Length", "300000"}}), Lane::kStreaming);
}

}  // namespace
}  // namespace stratolite::daemon
