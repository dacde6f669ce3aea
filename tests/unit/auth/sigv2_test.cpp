#include "auth/sigv2.hpp"

#include <gtest/gtest.h>

#include "auth/payload_reader.hpp"
#include "stratolite/base/json.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace stratolite::auth {
namespace {

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

struct SigV2Example {
  const char* what;
  wire::HttpRequest request;
  const char* bucket;
  const char* expires;
  const char* signature;
};

wire::HttpRequest MakeRequest(std::string method, std::string target, std::vector<wire::Headers::Field> fields = {}) {
  wire::HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  for (auto& [name, value] : fields) request.headers.Add(std::move(name), std::move(value));
  return request;
}

TEST(SigV2, TheDocumentationsExamplesComeOut) {
  const std::vector<SigV2Example> examples{
      {"object GET", MakeRequest("GET", "/photos/puppy.jpg", {{"Date", "Tue, 27 Mar 2007 19:36:42 +0000"}}),
       "johnsmith", "", "bWq2s1WEIj+Ydj0vQ697zp+IXMU="},
      {"object PUT",
       MakeRequest("PUT", "/photos/puppy.jpg",
                   {{"Content-Type", "image/jpeg"}, {"Date", "Tue, 27 Mar 2007 21:15:45 +0000"}}),
       "johnsmith", "", "MyyxeRY7whkBe+bq8fHCL/2kKUg="},
      {"list",
       MakeRequest("GET", "/?prefix=photos&max-keys=50&marker=puppy", {{"Date", "Tue, 27 Mar 2007 19:42:41 +0000"}}),
       "johnsmith", "", "htDYFYduRNen8P9ZfE/s9SuKy0U="},
      {"fetch", MakeRequest("GET", "/?acl", {{"Date", "Tue, 27 Mar 2007 19:44:46 +0000"}}), "johnsmith", "",
       "c2WLPFtWHVgbEmeEG93a4cG37dM="},
      {"upload",
       MakeRequest("PUT", "/db-backup.dat.gz",
                   {{"Date", "Tue, 27 Mar 2007 21:06:08 +0000"},
                    {"x-amz-acl", "public-read"},
                    {"content-type", "application/x-download"},
                    {"Content-MD5", "4gJE4saaMU4BqNR0kLY+lw=="},
                    {"X-Amz-Meta-ReviewedBy", "joe@johnsmith.net"},
                    {"X-Amz-Meta-ReviewedBy", "jane@johnsmith.net"},
                    {"X-Amz-Meta-FileChecksum", "0x02661779"},
                    {"X-Amz-Meta-ChecksumAlgorithm", "crc32"}}),
       "static.johnsmith.net", "", "ilyl83RwaSoYIEdixDQcA4OnAnc="},
      {"query string",
       MakeRequest("GET",
                   "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&"
                   "Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620"),
       "johnsmith", "1175139620", "NpgCjnDzrM+WFzoENXmpNDUsSn8="},
  };
  for (const SigV2Example& each : examples) {
    SCOPED_TRACE(each.what);
    EXPECT_EQ(SigV2Signature(kSecret, SigV2StringToSign(each.request, each.bucket, each.expires)), each.signature);
  }
}

TEST(SigV2, AmzDateTakesThePlaceOfDate) {
  const auto request = MakeRequest("DELETE", "/awsexamplebucket1/photos/puppy.jpg",
                                   {{"Date", "ignored"}, {"x-amz-date", "Tue, 27 Mar 2007 21:20:26 +0000"}});
  EXPECT_EQ(SigV2StringToSign(request, "", ""),
            "DELETE\n\n\n\nx-amz-date:Tue, 27 Mar 2007 21:20:26 +0000\n/awsexamplebucket1/photos/puppy.jpg");
}

/// The services decode names and read a plus as a space: what they do not see unsigned must not be.
TEST(SigV2, AnEncodedParameterIsSignedAsWhatItMeans) {
  const auto text = [](std::string query) {
    return SigV2StringToSign(MakeRequest("PUT", "/b/k?AWSAccessKeyId=K&Expires=9&Signature=s" + std::move(query)), "",
                             "9");
  };
  EXPECT_EQ(text("&%61cl"), text("&acl"));
  EXPECT_NE(text("&%61cl"), text(""));
  EXPECT_EQ(text("&x-amz-ac%6C=public-read"), text("&x-amz-acl=public-read"));
  EXPECT_NE(text("&x-amz-ac%6C=public-read"), text(""));
  EXPECT_EQ(text("&Content-Typ%65=text/html"), text("&Content-Type=text/html"));
  EXPECT_NE(text("&x-amz-meta-a=a%2Bb"), text("&x-amz-meta-a=a+b"));
}

TEST(SigV2, APresignedQueryStandsInForHeadersAndSubresourcesAreSigned) {
  const auto request = MakeRequest("PUT",
                                   "/b/k?versionId=v%2B1&x-id=PutObject&content-type=text%2Fplain&x-amz-meta-b=2&"
                                   "X-Amz-Meta-A=1&uploads&Expires=9&response-content-type=a%20b",
                                   {{"x-amz-meta-b", "3"}});
  EXPECT_EQ(
      SigV2StringToSign(request, "", "9"),
      "PUT\n\ntext/plain\n9\nx-amz-meta-a:1\nx-amz-meta-b:3\n/b/k?response-content-type=a b&uploads&versionId=v+1");
}

class SigV2AuthTest : public ::testing::Test {
 protected:
  SigV2AuthTest() {
    credentials_.AddRootCredential(testing::RootKey("AKIDEXAMPLE", std::string(kSecret), "111111111111"));
  }
  Result<AuthOutcome> Try(const wire::HttpRequest& request, std::string_view bucket = {}) {
    const Authenticator authenticator(credentials_, clock_, {}, nullptr, [this] { return clock_.now; });
    return authenticator.Authenticate({.http = request,
                                       .protocol = wire::Protocol::kRestXml,
                                       .s3 = true,
                                       .anonymous_allowed = true,
                                       .host_bucket = bucket});
  }
  std::string After(std::int64_t seconds) const {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(clock_.now.time_since_epoch()).count() +
                          seconds);
  }
  wire::HttpRequest Presigned(std::string method, std::string path, const std::string& expires,
                              std::string_view bucket = {}, const std::string& key = "AKIDEXAMPLE") const {
    auto request = MakeRequest(std::move(method), path + "?Expires=" + expires, {{"Host", "localhost:4566"}});
    const std::string signature = SigV2Signature(kSecret, SigV2StringToSign(request, bucket, expires));
    request.target += "&AWSAccessKeyId=" + key + "&Signature=" + PercentEncode(signature);
    return request;
  }

  testing::FixedClock clock_;
  testing::MapCredentialStore credentials_;
};

TEST_F(SigV2AuthTest, APresignedUrlIsVerifiedUnderPathAndHost) {
  const auto outcome = Try(Presigned("GET", "/bucket/a%20b//c", After(60)));
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->kind, AuthOutcome::Kind::kVerified);
  EXPECT_TRUE(outcome->presigned);
  EXPECT_EQ(outcome->account.str(), "111111111111");
  EXPECT_TRUE(Try(Presigned("GET", "/a%20b//c", After(60), "bucket"), "bucket").ok());
  EXPECT_FALSE(Try(Presigned("GET", "/a%20b//c", After(60), "bucket"), "other").ok());
}

TEST_F(SigV2AuthTest, AnotherMethodOrHeaderIsRefusedWithWhatWasSigned) {
  auto request = Presigned("GET", "/bucket/key", After(60));
  request.method = "HEAD";
  const auto refused = Try(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "SignatureDoesNotMatch");
  EXPECT_EQ(refused.error().http_status, 403);
  const Json& fields = *refused.error().fields;
  EXPECT_EQ(fields["StringToSign"], "HEAD\n\n\n" + After(60) + "\n/bucket/key");
  EXPECT_FALSE(fields.contains("CanonicalRequest"));
  auto changed = Presigned("PUT", "/bucket/key", After(60));
  changed.headers.Add("X-Amz-Date", "20211122T191045Z");
  EXPECT_EQ(Try(changed).error().code, "SignatureDoesNotMatch");
}

TEST_F(SigV2AuthTest, AnExpiredUrlIsRefusedWhoeverSignedIt) {
  for (const std::string key : {"AKIDEXAMPLE", "unknown"}) {
    EXPECT_TRUE(Try(Presigned("GET", "/bucket/key", After(0), {}, key)).ok());
    const auto late = Try(Presigned("GET", "/bucket/key", After(-1), {}, key));
    ASSERT_FALSE(late.ok());
    EXPECT_EQ(late.error().code, "AccessDenied");
    EXPECT_EQ(late.error().message, "Request has expired");
    EXPECT_EQ((*late.error().fields)["Expires"], "2026-01-02T03:04:04Z");
    EXPECT_FALSE(late.error().fields->contains("X-Amz-Expires"));
  }
}

TEST_F(SigV2AuthTest, AnIncompleteUrlIsDenied) {
  for (const std::string query :
       {"AWSAccessKeyId=a&Signature=b", "AWSAccessKeyId=a&Expires=1", "Signature=b&Expires=1"}) {
    const auto refused = Try(MakeRequest("GET", "/bucket/key?" + query));
    ASSERT_FALSE(refused.ok()) << query;
    EXPECT_EQ(refused.error().message,
              "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
  }
  for (const std::string expires : {"soon", "-1", "99999999999999999999", "9223372036854775807"}) {
    EXPECT_EQ(Try(MakeRequest("GET", "/b/k?AWSAccessKeyId=a&Signature=b&Expires=" + expires)).error().code,
              "AccessDenied")
        << expires;
  }
}

TEST_F(SigV2AuthTest, AnAuthorizationHeaderIsVerifiedWithinTheSkew) {
  auto request = MakeRequest("GET", "/bucket/key", {{"Date", FormatHttpDate(clock_.now)}});
  request.headers.Add("Authorization",
                      "AWS AKIDEXAMPLE:" + SigV2Signature(kSecret, SigV2StringToSign(request, "", "")));
  EXPECT_TRUE(Try(request).ok());
  clock_.now += std::chrono::minutes(16);
  EXPECT_EQ(Try(request).error().code, "RequestTimeTooSkewed");
  request.headers.Remove("date");
  EXPECT_EQ(Try(request).error().message, "AWS authentication requires a valid Date or x-amz-date header");
}

TEST_F(SigV2AuthTest, EveryAmzHeaderOfASigV4RequestMustBeSigned) {
  const SigningCredentials signer{"AKIDEXAMPLE", std::string(kSecret), std::nullopt};
  const SignOptions options{.region = "us-east-1",
                            .service = "s3",
                            .time = clock_.now,
                            .path_style = PathStyle::kS3,
                            .payload_hash = std::nullopt,
                            .content_hash_header = false};
  auto request = MakeRequest("PUT", "/bucket/key", {{"Host", "localhost"}, {"x-amz-meta-a", "1"}});
  Presign(request, signer, options, 60);
  EXPECT_TRUE(Try(request).ok());
  auto more = request;
  more.headers.Add("X-Amz-Decoded-Content-Length", "5");
  more.headers.Add("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
  more.headers.Add("X-Amz-Date", "20211122T191045Z");
  const auto refused = Try(more);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "AccessDenied");
  EXPECT_EQ(refused.error().message, "There were headers present in the request which were not signed");
  EXPECT_EQ((*refused.error().fields)["HeadersNotSigned"], "x-amz-date, x-amz-decoded-content-length");
  request.headers.Remove("x-amz-meta-a");
  EXPECT_EQ(Try(request).error().code, "SignatureDoesNotMatch");
}

TEST_F(SigV2AuthTest, AnExpiredSigV4UrlIsRefusedWhoeverSignedIt) {
  const SigningCredentials signer{"unknown", "whatever", std::nullopt};
  const SignOptions options{.region = "us-east-1",
                            .service = "s3",
                            .time = clock_.now,
                            .path_style = PathStyle::kS3,
                            .payload_hash = std::nullopt,
                            .content_hash_header = false};
  auto request = MakeRequest("GET", "/bucket/key", {{"Host", "localhost"}});
  Presign(request, signer, options, 60);
  EXPECT_TRUE(Try(request).ok());
  clock_.now += std::chrono::seconds(61);
  EXPECT_EQ(Try(request).error().message, "Request has expired");
}

TEST(PresignedFields, BecomeHeadersUnlessTheyAreThereOrBelongToTheSignature) {
  auto request = MakeRequest("PUT",
                             "/b/k?X-Amz-Algorithm=x&X-Amz-Signature=y&x-amz-meta-a=1%202&x-amz-acl=private&"
                             "content-type=text%2Fplain&x-id=PutObject",
                             {{"X-Amz-Acl", "public-read"}});
  AdoptPresignedFields(request);
  EXPECT_EQ(request.headers.Get("x-amz-meta-a"), "1 2");
  EXPECT_EQ(request.headers.Get("x-amz-acl"), "public-read");
  EXPECT_EQ(request.headers.size(), 2U);
  request.target += "&AWSAccessKeyId=a";
  AdoptPresignedFields(request);
  EXPECT_EQ(request.headers.Get("content-type"), "text/plain");
}

}  // namespace
}  // namespace stratolite::auth
