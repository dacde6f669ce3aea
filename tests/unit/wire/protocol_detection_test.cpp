#include "wire/protocol_detection.hpp"

#include <gtest/gtest.h>

#include "stratolite/wire/codec.hpp"
#include "unit/wire/sample_model.hpp"

namespace stratolite::wire {
namespace {

constexpr const char* kOperation = R"("DoIt":{"name":"DoIt","http":{"method":"POST","requestUri":"/"}})";

class ProtocolDetectionTest : public testing::Test {
 protected:
  static HttpRequest Request(std::string method, std::string target, Headers headers = {}, std::string body = {}) {
    return {.method = std::move(method),
            .target = std::move(target),
            .headers = std::move(headers),
            .body = std::move(body),
            .source_ip = {}};
  }
  static std::string Resolve(const SampleModel& sample, const HttpRequest& request) {
    const auto operation = ResolveOperation(sample.model(), DetectProtocol(sample.model(), request), request);
    return operation.ok() ? std::string(operation->name()) : operation.error().code + ": " + operation.error().message;
  }

  const SampleModel all_{
      R"("protocol":"json","protocols":["smithy-rpc-v2-cbor","json","query"],"jsonVersion":"1.0","targetPrefix":"Sample_2020","awsQueryCompatible":{})",
      kOperation, ""};
  const SampleModel query_{R"("protocol":"query")", kOperation, ""};
  const SampleModel ec2_{R"("protocol":"ec2")", kOperation, ""};
  const SampleModel rest_{R"("protocol":"rest-xml")", kOperation, ""};
};

TEST_F(ProtocolDetectionTest, TheTargetHeaderMeansJsonOfTheVersionInTheContentType) {
  EXPECT_EQ(
      DetectProtocol(
          all_.model(),
          Request("POST", "/", {{"X-Amz-Target", "Sample_2020.DoIt"}, {"Content-Type", "application/x-amz-json-1.1"}})),
      Protocol::kJson11);
  EXPECT_EQ(DetectProtocol(all_.model(), Request("POST", "/", {{"x-amz-target", "Sample_2020.DoIt"}})),
            Protocol::kJson10);
}

TEST_F(ProtocolDetectionTest, AQueryServiceAnswersJsonWhenAskedInJson) {
  const auto request =
      Request("POST", "/", {{"X-Amz-Target", "AnyPrefix_2011.DoIt"}, {"Content-Type", "application/x-amz-json-1.1"}});
  EXPECT_EQ(DetectProtocol(query_.model(), request), Protocol::kJson11);
  EXPECT_EQ(Resolve(query_, request), "DoIt");
}

TEST_F(ProtocolDetectionTest, SmithyHeaderOrPathMeanCbor) {
  EXPECT_EQ(DetectProtocol(all_.model(), Request("POST", "/x", {{"smithy-protocol", "rpc-v2-cbor"}})),
            Protocol::kRpcV2Cbor);
  const auto request = Request("POST", "/prefix/service/Sample_2020/operation/DoIt");
  EXPECT_EQ(DetectProtocol(all_.model(), request), Protocol::kRpcV2Cbor);
  EXPECT_EQ(Resolve(all_, request), "DoIt");
  EXPECT_EQ(DetectProtocol(rest_.model(), request), Protocol::kRestXml);
}

TEST_F(ProtocolDetectionTest, ActionInBodyOrQueryMeansQuery) {
  const Headers form{{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  for (const SampleModel* sample : {&all_, &query_}) {
    EXPECT_EQ(DetectProtocol(sample->model(), Request("POST", "/", form, "Version=1&Action=DoIt")), Protocol::kQuery);
    EXPECT_EQ(DetectProtocol(sample->model(), Request("GET", "/1/q?Action=DoIt")), Protocol::kQuery);
    EXPECT_EQ(Resolve(*sample, Request("POST", "/", form, "Version=1&Action=DoIt")), "DoIt");
  }
  EXPECT_EQ(DetectProtocol(rest_.model(), Request("GET", "/?Action=DoIt")), Protocol::kRestXml);
}

TEST_F(ProtocolDetectionTest, WithoutAnySignAFormOrAGetIsQuery) {
  EXPECT_EQ(DetectProtocol(all_.model(), Request("GET", "/1/q")), Protocol::kQuery);
  EXPECT_EQ(DetectProtocol(all_.model(), Request("POST", "/", {}, "{}")), Protocol::kJson10);
}

TEST_F(ProtocolDetectionTest, UnknownNamesGetTheProtocolsOwnError) {
  EXPECT_EQ(Resolve(query_, Request("GET", "/?Action=Nope&Version=2011-06-15")),
            "InvalidAction: Could not find operation Nope for version 2011-06-15");
  EXPECT_EQ(Resolve(query_, Request("GET", "/?Action=Nope")),
            "InvalidAction: Could not find operation Nope for version NO_VERSION_SPECIFIED");
  EXPECT_EQ(Resolve(ec2_, Request("GET", "/?Action=Nope")),
            "InvalidAction: The action Nope is not valid for this web service.");
  EXPECT_EQ(Resolve(query_, Request("GET", "/")), "MissingAction: The request must contain the parameter Action.");
  EXPECT_EQ(Resolve(all_, Request("POST", "/", {{"X-Amz-Target", "Sample_2020.Nope"}})), "UnknownOperationException: ");
  EXPECT_EQ(Resolve(all_, Request("POST", "/", {{"X-Amz-Target", "Other.DoIt"}})), "UnknownOperationException: ");
  EXPECT_EQ(Resolve(all_, Request("POST", "/service/Sample_2020/operation/Nope")), "UnknownOperationException: ");
}

TEST_F(ProtocolDetectionTest, TheOldCborDialectRoutesLikeJson11) {
  const auto request =
      Request("POST", "/", {{"X-Amz-Target", "Sample_2020.DoIt"}, {"Content-Type", "application/x-amz-cbor-1.1"}});
  const SampleModel kinesis(R"("protocol":"json","jsonVersion":"1.1","targetPrefix":"Sample_2020")", kOperation, "");
  EXPECT_EQ(DetectProtocol(kinesis.model(), request), Protocol::kJson11);
  EXPECT_TRUE(MakeEncodeContext(request, "id").amz_cbor);
}

TEST_F(ProtocolDetectionTest, RpcPathsMustBeComplete) {
  EXPECT_FALSE(internal::FindRpcPath(Request("POST", "/service//operation/X")));
  EXPECT_FALSE(internal::FindRpcPath(Request("POST", "/operation/X")));
  EXPECT_FALSE(internal::FindRpcPath(Request("POST", "/service/a/operation/b/c")));
  EXPECT_FALSE(internal::FindRpcPath(Request("POST", "/service/a/operation/")));
}

}  // namespace
}  // namespace stratolite::wire
