#include "stratolite/wire/codec.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "unit/wire/sample_model.hpp"

namespace stratolite::wire {
namespace {

class CodecTest : public testing::Test {
 protected:
  HttpRequest Target(std::string content_type, std::string body) const {
    return {.method = "POST",
            .target = "/",
            .headers = {{"X-Amz-Target", "Sample.Do"}, {"Content-Type", std::move(content_type)}},
            .body = std::move(body),
            .source_ip = {}};
  }

  const SampleModel sample_{
      R"("protocol":"json","protocols":["smithy-rpc-v2-cbor","json","query"],"jsonVersion":"1.1","targetPrefix":"Sample")",
      R"("Do":{"name":"Do","http":{"method":"POST","requestUri":"/"},"input":{"shape":"All"},"output":{"shape":"All"}},
         "Quiet":{"name":"Quiet","http":{"method":"POST","requestUri":"/"}})",
      kSampleShapes};
};

TEST_F(CodecTest, OneTreeWhateverTheProtocol) {
  const Json tree = {{"Int", 5}, {"List", {"a"}}, {"When", 1515531081}, {"Child", {{"Text", "é"}}}};
  const Operation operation = sample_.operation("Do");
  const EncodeContext context{.request_id = "id-1"};
  const auto json = EncodeOutput(operation, Protocol::kJson10, tree, context);
  EXPECT_EQ(json.headers.Get("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(json.headers.Get("x-amzn-requestid"), "id-1");
  EXPECT_EQ(*DecodeInput(operation, Protocol::kJson10, Target("application/x-amz-json-1.0", json.body)), tree);

  const auto cbor = EncodeOutput(operation, Protocol::kRpcV2Cbor, tree, context);
  EXPECT_EQ(cbor.headers.Get("content-type"), "application/cbor");
  EXPECT_EQ(cbor.headers.Get("smithy-protocol"), "rpc-v2-cbor");
  HttpRequest request{
      .method = "POST", .target = "/service/Sample/operation/Do", .headers = {}, .body = cbor.body, .source_ip = {}};
  EXPECT_EQ(*DecodeInput(operation, Protocol::kRpcV2Cbor, request), tree);

  EXPECT_EQ(EncodeOutput(operation, Protocol::kQuery, tree, context).headers.Get("content-type"), "text/xml");
}

TEST_F(CodecTest, TheOldCborDialectIsAnsweredInKind) {
  const auto request = Target("application/x-amz-cbor-1.1", *HexDecode("a1645768656ec11905dc"));
  const Operation operation = sample_.operation("Do");
  ASSERT_EQ(DetectProtocol(sample_.model(), request), Protocol::kJson11);
  EXPECT_EQ((*DecodeInput(operation, Protocol::kJson11, request))["When"], 1.5);
  const auto response = EncodeOutput(operation, Protocol::kJson11, {{"When", 1.5}}, MakeEncodeContext(request, "id-1"));
  EXPECT_EQ(response.headers.Get("content-type"), "application/x-amz-cbor-1.1");
  EXPECT_EQ(HexEncode(response.body), "a1645768656ec11905dc");
  EXPECT_FALSE(response.headers.Has("smithy-protocol"));
}

TEST_F(CodecTest, OperationsWithoutInputOrOutputTakeAnythingAndGiveAnEmptyObject) {
  const Operation quiet = sample_.operation("Quiet");
  EXPECT_EQ(*DecodeInput(quiet, Protocol::kJson11, Target("application/x-amz-json-1.1", "not even json")),
            Json::object());
  EXPECT_EQ(EncodeOutput(quiet, Protocol::kJson11, {}, {}).body, "{}");
  EXPECT_EQ(EncodeOutput(quiet, Protocol::kRpcV2Cbor, {}, {}).body, "");
}

}  // namespace
}  // namespace stratolite::wire
