#include "auth/chunked_body.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "auth/payload_reader.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/wire/memory_body.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace stratolite::auth {
namespace {

/// Hands out a body in pieces of at most `step` bytes, as a socket does; breaks off when `cut` bytes are out.
class PiecewiseReader final : public wire::BodyReader {
 public:
  PiecewiseReader(std::string body, std::size_t step, std::size_t cut = std::string::npos)
      : body_(std::move(body)), step_(step), cut_(cut) {}
  std::size_t Read(char* buffer, std::size_t capacity) override {
    if (position_ >= cut_) throw std::runtime_error("the client broke off");
    const std::size_t count = std::min({capacity, step_, body_.size() - position_});
    body_.copy(buffer, count, position_);
    position_ += count;
    return count;
  }

 private:
  const std::string body_;
  const std::size_t step_;
  const std::size_t cut_;
  std::size_t position_ = 0;
};

std::string ReadAll(wire::BodyReader& reader, std::size_t capacity = 1000) {
  std::string out;
  std::string buffer(capacity, '\0');
  while (const std::size_t count = reader.Read(buffer.data(), capacity)) out.append(buffer, 0, count);
  return out;
}

template <typename F>
std::string CodeOf(F&& act) {
  try {
    act();
  } catch (const wire::BodyRejected& rejected) {
    return rejected.error().code;
  }
  return "none";
}

/// The signed example of S3's documentation: 65 KiB of `a` in two chunks, 24 May 2013.
ChunkSigning ExampleSigning(std::string seed) {
  const CredentialScope scope{"20130524", "us-east-1", "s3"};
  return {DeriveSigningKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope), std::move(seed), "20130524T000000Z",
          scope};
}

ChunkedBodyFacts ExampleFacts() {
  ChunkedBodyFacts facts;
  facts.decoded_length = 66560;
  facts.signing = ExampleSigning("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
  facts.access_key_id = "AKIAIOSFODNN7EXAMPLE";
  return facts;
}

std::string ExampleBody() {
  return "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
         std::string(65536, 'a') +
         "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
         std::string(1024, 'a') +
         "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
}

/// The same with a signed trailer.
std::string ExampleTrailerBody() {
  return "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
         std::string(65536, 'a') +
         "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
         std::string(1024, 'a') +
         "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
         "x-amz-checksum-crc32c:sOO8/Q==\r\n"
         "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
}

ChunkedBodyFacts ExampleTrailerFacts() {
  ChunkedBodyFacts facts = ExampleFacts();
  facts.signing = ExampleSigning("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
  facts.signed_trailers = true;
  facts.announced = {"x-amz-checksum-crc32c"};
  return facts;
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

std::string CodeOfBody(std::string body, ChunkedBodyFacts facts) {
  PiecewiseReader raw(std::move(body), 4000);
  ChunkedBodyReader reader(raw, std::move(facts));
  return CodeOf([&] { ReadAll(reader); });
}

ChunkedBodyFacts Unsigned(std::uint64_t length, std::vector<std::string> announced = {}) {
  ChunkedBodyFacts facts;
  facts.decoded_length = length;
  facts.announced = std::move(announced);
  return facts;
}

TEST(ChunkedBody, TheDocumentationsSignedExampleIsVerifiedWhateverThePiecesItArrivesIn) {
  for (const std::size_t step : {1U, 7U, 4096U, 100'000U}) {
    PiecewiseReader raw(ExampleBody(), step);
    ChunkedBodyReader reader(raw, ExampleFacts());
    EXPECT_EQ(reader.size(), 66560U);
    EXPECT_EQ(ReadAll(reader, step == 1 ? 13 : 8192), std::string(66560, 'a'));
    EXPECT_EQ(reader.trailers(), nullptr);
  }
}

TEST(ChunkedBody, ASignedTrailerIsVerifiedAndHandedOn) {
  PiecewiseReader raw(ExampleTrailerBody(), 5000);
  ChunkedBodyReader reader(raw, ExampleTrailerFacts());
  EXPECT_EQ(ReadAll(reader).size(), 66560U);
  ASSERT_NE(reader.trailers(), nullptr);
  EXPECT_EQ(reader.trailers()->Get("x-amz-checksum-crc32c"), "sOO8/Q==");
  EXPECT_FALSE(reader.trailers()->Has("x-amz-trailer-signature"));
}

TEST(ChunkedBody, TheVerdictIsThereBeforeTheLastBytesAreHandedOn) {
  // A handler that knows the size need not ask once more.
  PiecewiseReader raw(Replaced(ExampleTrailerBody(), "d81f82fc", "d81f82fd"), 100'000);
  ChunkedBodyReader reader(raw, ExampleTrailerFacts());
  std::size_t handed_on = 0;
  std::string buffer(66560, '\0');
  EXPECT_EQ(CodeOf([&] {
              while (const std::size_t count = reader.Read(buffer.data(), buffer.size())) handed_on += count;
            }),
            "SignatureDoesNotMatch");
  EXPECT_GE(handed_on, 65536U);
  EXPECT_LT(handed_on, 66560U);
  EXPECT_NE(CodeOf([&] { reader.Read(buffer.data(), buffer.size()); }), "none");
}

TEST(ChunkedBody, AnyChangeOfASignedBodyIsASignatureMismatch) {
  EXPECT_EQ(CodeOfBody(Replaced(ExampleBody(), "aaaa", "aaab"), ExampleFacts()), "SignatureDoesNotMatch");
  EXPECT_EQ(CodeOfBody(Replaced(ExampleBody(), "=0055", "=0056"), ExampleFacts()), "SignatureDoesNotMatch");
  EXPECT_EQ(CodeOfBody(Replaced(ExampleBody(), "=b6c6", "=b6c7"), ExampleFacts()), "SignatureDoesNotMatch");
  EXPECT_EQ(CodeOfBody(Replaced(ExampleTrailerBody(), "sOO8", "sOO9"), ExampleTrailerFacts()), "SignatureDoesNotMatch");
}

TEST(ChunkedBody, TheErrorOfAWrongChunkShowsWhatWasSigned) {
  PiecewiseReader raw(Replaced(ExampleBody(), "aaaa", "aaab"), 100'000);
  ChunkedBodyReader reader(raw, ExampleFacts());
  try {
    ReadAll(reader);
    FAIL();
  } catch (const wire::BodyRejected& rejected) {
    const Json& fields = *rejected.error().fields;
    EXPECT_EQ(rejected.error().http_status, 403);
    EXPECT_EQ(fields["AWSAccessKeyId"], "AKIAIOSFODNN7EXAMPLE");
    EXPECT_TRUE(fields["StringToSign"].get<std::string>().starts_with("AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n"));
    EXPECT_FALSE(fields.contains("CanonicalRequest"));
  }
}

TEST(ChunkedBody, MalformedFramingIsAnIncompleteBody) {
  struct Case {
    const char* what;
    std::string body;
  };
  const std::vector<Case> cases{
      {"nothing", ""},
      {"no size", ";x\r\nhello\r\n0\r\n\r\n"},
      {"no hexadecimal", "5g\r\nhello\r\n0\r\n\r\n"},
      {"signed size", "-5\r\nhello\r\n0\r\n\r\n"},
      {"a bare line feed", "5\nhello\r\n0\r\n\r\n"},
      {"a size too small", "3\r\nhello\r\n0\r\n\r\n"},
      {"no line end after the data", "5\r\nhello0\r\n\r\n"},
      {"cut within the data", "5\r\nhel"},
      {"no last chunk", "5\r\nhello\r\n"},
      {"no end of the trailers", "5\r\nhello\r\n0\r\n"},
      {"a broken end", "5\r\nhello\r\n0\r\n\rX"},
      {"something behind the end", "5\r\nhello\r\n0\r\n\r\nmore"},
      {"an endless line", std::string(100'000, '0')},
      {"too large for any number", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"},
      {"larger than announced", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"},
      {"shorter than announced", "4\r\nhell\r\n0\r\n\r\n"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.what);
    EXPECT_EQ(CodeOfBody(each.body, Unsigned(5)), "IncompleteBody");
  }
  EXPECT_EQ(CodeOfBody("5\r\nhello\r\n0\r\n\r\n", Unsigned(5)), "none");
}

TEST(ChunkedBody, ASignedChunkWithoutASignatureIsAnIncompleteBody) {
  for (const std::string_view other : {"10000\r\n", "10000;chunk-signature=\r\n", "10000;signature=00\r\n"}) {
    EXPECT_EQ(CodeOfBody(std::string(other) + ExampleBody().substr(89), ExampleFacts()), "IncompleteBody");
  }
  EXPECT_EQ(CodeOfBody(Replaced(ExampleTrailerBody(), "x-amz-trailer-signature", "x-amz-trailer-nonsense!"),
                       ExampleTrailerFacts()),
            "IncompleteBody");
}

TEST(ChunkedBody, TheErrorOfAWrongLengthSaysBothNumbers) {
  wire::MemoryBodyReader raw("5\r\nhello\r\n0\r\n\r\n");
  ChunkedBodyReader reader(raw, Unsigned(3));
  try {
    ReadAll(reader);
    FAIL();
  } catch (const wire::BodyRejected& rejected) {
    EXPECT_EQ((*rejected.error().fields)["NumberBytesExpected"], "3");
    EXPECT_EQ((*rejected.error().fields)["NumberBytesProvided"], "5");
  }
}

TEST(ChunkedBody, OnlyTheLastChunkMayBeSmall) {
  EXPECT_EQ(CodeOfBody("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", Unsigned(5)), "InvalidChunkSizeError");
  const std::string large = "2000\r\n" + std::string(8192, 'x') + "\r\n2\r\nlo\r\n0\r\n\r\n";
  EXPECT_EQ(CodeOfBody(large, Unsigned(8194)), "none");
}

TEST(ChunkedBody, TrailersMustBeThoseThatWereAnnounced) {
  const std::string body = "5\r\nhello\r\n0\r\n";
  const std::string crc = "X-Amz-Checksum-CRC32: NhCmhg== \r\n";
  EXPECT_EQ(CodeOfBody(body + crc + "\r\n", Unsigned(5, {"x-amz-checksum-crc32"})), "none");
  EXPECT_EQ(CodeOfBody(body + crc + "\r\n", Unsigned(5)), "MalformedTrailerError");
  EXPECT_EQ(CodeOfBody(body + crc + "\r\n", Unsigned(5, {"x-amz-checksum-sha1"})), "MalformedTrailerError");
  EXPECT_EQ(CodeOfBody(body + "\r\n", Unsigned(5, {"x-amz-checksum-crc32"})), "MalformedTrailerError");
  EXPECT_EQ(CodeOfBody(body + "nonsense\r\n\r\n", Unsigned(5)), "MalformedTrailerError");
  EXPECT_EQ(CodeOfBody(body + ":NhCmhg==\r\n\r\n", Unsigned(5, {"x-amz-checksum-crc32"})), "MalformedTrailerError");

  wire::MemoryBodyReader raw(body + crc + "\r\n");
  ChunkedBodyReader reader(raw, Unsigned(5, {"x-amz-checksum-crc32"}));
  EXPECT_EQ(ReadAll(reader), "hello");
  EXPECT_EQ(reader.trailers()->begin()->first, "x-amz-checksum-crc32");
  EXPECT_EQ(reader.trailers()->begin()->second, "NhCmhg==");
}

/// `body` in signed chunks of the given sizes, with a signed trailer.
std::string SignChunks(std::string_view body, const std::vector<std::size_t>& sizes, const ChunkSigning& signing) {
  std::string out;
  std::string previous = signing.seed_signature;
  const auto chunk = [&](std::string_view data) {
    previous = ChunkSignature(signing.signing_key, signing.amz_date, signing.scope, previous, data);
    char size[20];
    std::snprintf(size, sizeof(size), "%zx", data.size());
    out.append(size).append(";chunk-signature=").append(previous).append("\r\n").append(data);
  };
  for (const std::size_t size : sizes) {
    chunk(body.substr(0, size));
    out.append("\r\n");
    body.remove_prefix(size);
  }
  chunk({});
  const std::string trailer = "x-amz-checksum-crc32:AAAAAA==";
  out.append(trailer).append("\r\nx-amz-trailer-signature:");
  out.append(TrailerSignature(signing.signing_key, signing.amz_date, signing.scope, previous, trailer + "\n"));
  return out.append("\r\n\r\n");
}

TEST(ChunkedBody, AnyChunkingComesOutWhole) {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::size_t> sizes(random() % 4);
    std::size_t total = 0;
    for (std::size_t& size : sizes) total += size = 8192 + random() % 30'000;
    std::string body(total, '\0');
    for (char& c : body) c = static_cast<char>(random());
    ChunkedBodyFacts facts;
    facts.decoded_length = total;
    facts.signing = ExampleSigning(std::string(64, 'a'));
    facts.signed_trailers = true;
    facts.announced = {"x-amz-checksum-crc32"};
    PiecewiseReader raw(SignChunks(body, sizes, *facts.signing), 1 + random() % 20'000);
    ChunkedBodyReader reader(raw, facts);
    EXPECT_TRUE(ReadAll(reader, 1 + random() % 40'000) == body);
  }
}

TEST(ChunkedBody, NoChangeOfASingleByteGoesUnnoticed) {
  ChunkedBodyFacts facts;
  facts.decoded_length = 8202;
  facts.signing = ExampleSigning(std::string(64, 'a'));
  facts.signed_trailers = true;
  facts.announced = {"x-amz-checksum-crc32"};
  const std::string framed = SignChunks(std::string(8202, 'x'), {8192, 10}, *facts.signing);
  for (std::size_t at = 0; at < framed.size(); at += at > 200 && at + 500 < framed.size() ? 97 : 1) {
    for (const char other : {'0', '\r', '\n', ';', '\0', 'x'}) {
      if (framed[at] == other) continue;
      std::string changed = framed;
      changed[at] = other;
      wire::MemoryBodyReader raw(std::move(changed));
      ChunkedBodyReader reader(raw, facts);
      const std::string code = CodeOf([&] { ReadAll(reader, 5000); });
      EXPECT_NE(code, "none") << at;
    }
  }
}

wire::HttpRequest Put(std::vector<wire::Headers::Field> fields) {
  wire::HttpRequest request;
  request.method = "PUT";
  request.target = "/bucket/key";
  for (auto& [name, value] : fields) request.headers.Add(name, value);
  return request;
}

TEST(PayloadReader, APlainBodyIsHeldAgainstTheHashThatWasSigned) {
  AuthOutcome outcome;
  outcome.payload_sha256 = Sha256Hex("hello");
  for (const std::string_view body : {"hello", "hullo"}) {
    PiecewiseReader raw(std::string(body), 2);
    auto reader = MakePayloadReader(Put({{"Content-Length", "5"}}), outcome, raw, false);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ((*reader)->size(), 5U);
    const std::string code = CodeOf([&] { EXPECT_EQ(ReadAll(**reader), "hello"); });
    EXPECT_EQ(code, body == "hello" ? "none" : "XAmzContentSHA256Mismatch");
  }
}

TEST(PayloadReader, AnEmptyBodyIsJudgedBeforeAnybodyReads) {
  AuthOutcome outcome;
  outcome.payload_sha256 = Sha256Hex("hello");
  PiecewiseReader raw("", 2);
  EXPECT_EQ(CodeOf([&] { (void)MakePayloadReader(Put({{"Content-Length", "0"}}), outcome, raw, false); }),
            "XAmzContentSHA256Mismatch");
  PiecewiseReader unfinished("0\r\n", 2);
  EXPECT_EQ(CodeOf([&] {
              (void)MakePayloadReader(Put({{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                                           {"x-amz-decoded-content-length", "0"}}),
                                      AuthOutcome{}, unfinished, false);
            }),
            "IncompleteBody");
}

TEST(PayloadReader, AConnectionThatBreaksOffRefusesTheBody) {
  AuthOutcome outcome;
  PiecewiseReader raw("hello", 2, 4);
  auto reader = MakePayloadReader(Put({{"Content-Length", "5"}}), outcome, raw, false);
  EXPECT_EQ(CodeOf([&] { ReadAll(**reader); }), "RequestTimeout");
}

TEST(PayloadReader, ALengthMustBeKnown) {
  wire::MemoryBodyReader raw("hello");
  const auto error = [&](std::vector<wire::Headers::Field> fields) {
    return MakePayloadReader(Put(std::move(fields)), AuthOutcome{}, raw, false).error();
  };
  EXPECT_EQ(error({}).http_status, 411);
  EXPECT_EQ(error({}).code, "MissingContentLength");
  EXPECT_EQ(error({{"Transfer-Encoding", "chunked"}}).http_status, 501);
  const wire::Headers::Field streaming{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"};
  EXPECT_EQ(error({streaming, {"Content-Length", "5"}}).code, "MissingContentLength");
  EXPECT_EQ(error({streaming, {"x-amz-decoded-content-length", "abc"}}).code, "MissingContentLength");
  EXPECT_EQ(error({streaming, {"x-amz-decoded-content-length", "5"}, {"x-amz-trailer", "x-amz-foo"}}).code,
            "InvalidRequest");
}

TEST(PayloadReader, AwsChunkedIsToldByTheHashOrByTheCoding) {
  const wire::Headers::Field coding{"Content-Encoding", "gzip, aws-chunked"};
  const wire::Headers::Field length{"X-Amz-Decoded-Content-Length", "5"};
  EXPECT_TRUE(IsAwsChunked(Put({{"x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"}})));
  EXPECT_TRUE(IsAwsChunked(Put({coding, length})));
  EXPECT_TRUE(IsAwsChunked(Put({coding, length, {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}})));
  EXPECT_FALSE(IsAwsChunked(Put({coding})));
  EXPECT_FALSE(IsAwsChunked(Put({length})));
  EXPECT_FALSE(IsAwsChunked(Put({coding, length, {"x-amz-content-sha256", Sha256Hex("")}})));
}

TEST(PayloadReader, TheDecodedBodysHeadKeepsTheOtherCodings) {
  wire::Headers headers{{"Content-Encoding", "gzip, aws-chunked"}, {"x-amz-decoded-content-length", "5"}};
  DescribeDecodedBody(headers);
  EXPECT_EQ(headers.Get("content-encoding"), "gzip");
  EXPECT_EQ(headers.Get("content-length"), "5");
  wire::Headers alone{{"Content-Encoding", "AWS-chunked"}, {"Content-Length", "60"}};
  DescribeDecodedBody(alone);
  EXPECT_FALSE(alone.Has("content-encoding"));
  EXPECT_EQ(alone.Get("content-length"), "60");
}

}  // namespace
}  // namespace stratolite::auth
