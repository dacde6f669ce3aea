#include "wire/error_codec.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"
#include "stratolite/wire/model_compiler.hpp"
#include "wire/cbor_codec.hpp"

namespace stratolite::wire::internal {
namespace {

std::string ModelText(std::string_view metadata) {
  return R"({"metadata": {"apiVersion": "2020-01-08", "endpointPrefix": "sample", )" + std::string(metadata) + R"(},
  "operations": {"Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "errors": [
    {"shape": "NotThere"}, {"shape": "Slow"}, {"shape": "Broken"}, {"shape": "Silent"}]}},
  "shapes": {
    "NotThere": {"type": "structure", "exception": true, "error": {"code": "Sample.NonExistent", "httpStatusCode": 404, "senderFault": true},
                 "members": {"Message": {"shape": "String"}, "Name": {"shape": "String", "locationName": "name"}, "When": {"shape": "Timestamp"}}},
    "Slow": {"type": "structure", "exception": true, "error": {"httpStatusCode": 429},
             "members": {"message": {"shape": "String"}, "After": {"shape": "Integer", "location": "header", "locationName": "Retry-After"}}},
    "Broken": {"type": "structure", "exception": true, "fault": true, "members": {"message": {"shape": "String"}}},
    "Silent": {"type": "structure", "exception": true, "members": {}},
    "String": {"type": "string"}, "Timestamp": {"type": "timestamp"}, "Integer": {"type": "integer"}
  }})";
}

class ErrorsModel {
 public:
  explicit ErrorsModel(std::string_view metadata, const std::string& name = "sample")
      : block_(CompileModel(ModelText(metadata), name)), model_(block_) {}

  HttpResponse Encode(Protocol protocol, const AwsError& error) const {
    return internal::EncodeError(model_, protocol, error, {.request_id = "id-1"});
  }

 private:
  std::vector<std::byte> block_;
  ServiceModel model_;
};

const ErrorsModel& Query() {
  static const ErrorsModel model(
      R"("protocol": "query", "protocols": ["query"], "serviceId": "Sample", "xmlNamespace": "https://example.com/")");
  return model;
}
const ErrorsModel& Compatible() {
  static const ErrorsModel model(
      R"("protocol": "json", "protocols": ["json"], "jsonVersion": "1.0", "awsQueryCompatible": {}, "serviceId": "Sample Two", "targetPrefix": "Sample")");
  return model;
}
const ErrorsModel& Rest() {
  static const ErrorsModel model(R"("protocol": "rest-json", "protocols": ["rest-json"], "serviceId": "Sample")");
  return model;
}

AwsError WithFields(AwsError error, Json fields) {
  error.fields = std::make_shared<const Json>(std::move(fields));
  return error;
}

TEST(ErrorCodecTest, QueryEnvelope) {
  const auto response = Query().Encode(Protocol::kQuery, {.code = "NotThere", .message = "No <x>"});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.Get("content-type"), "text/xml");
  EXPECT_EQ(response.headers.Get("x-amzn-requestid"), "id-1");
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse "
            "xmlns=\"https://example.com/\"><Error><Type>Sender</Type>"
            "<Code>Sample.NonExistent</Code><Message>No "
            "&lt;x&gt;</Message></Error><RequestId>id-1</RequestId></ErrorResponse>");
}

TEST(ErrorCodecTest, QueryDetailAndFaults) {
  EXPECT_NE(Query()
                .Encode(Protocol::kQuery, {.code = "X", .message = "m", .query_detail = true})
                .body.find("<Message>m</Message><Detail/></Error>"),
            std::string::npos);
  const auto fault = Query().Encode(Protocol::kQuery, {.code = "Broken", .message = "m"});
  EXPECT_EQ(fault.status, 500);
  EXPECT_NE(fault.body.find("<Type>Receiver</Type><Code>Broken</Code>"), std::string::npos);
}

TEST(ErrorCodecTest, TheErrorsOwnStatusAndQueryCodeWin) {
  const auto response =
      Query().Encode(Protocol::kQuery, {.code = "NotThere", .message = "m", .http_status = 409, .query_code = "Other"});
  EXPECT_EQ(response.status, 409);
  EXPECT_NE(response.body.find("<Code>Other</Code>"), std::string::npos);
}

TEST(ErrorCodecTest, ModelledMembersFollowTheMessage) {
  const auto error = WithFields({.code = "NotThere", .message = "m"}, {{"Name", "n"}, {"When", 1422172800}});
  EXPECT_NE(Query()
                .Encode(Protocol::kQuery, error)
                .body.find("<Message>m</Message><name>n</name><When>2015-01-25T08:00:00Z</When>"),
            std::string::npos);
  EXPECT_EQ(Compatible().Encode(Protocol::kJson10, error).body,
            R"({"__type":"com.amazonaws.sampletwo#NotThere","Message":"m","name":"n","When":1422172800})");
}

TEST(ErrorCodecTest, Ec2Envelope) {
  const auto response = Query().Encode(Protocol::kEc2, {.code = "InvalidInstanceID.NotFound", .message = "m"});
  EXPECT_EQ(response.headers.Get("content-type"), "text/xml;charset=UTF-8");
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" "
            "encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>m</Message>"
            "</Error></Errors><RequestID>id-1</RequestID></Response>");
}

TEST(ErrorCodecTest, S3HasABareErrorWithItsFields) {
  const ErrorsModel s3(R"("protocol": "rest-xml", "protocols": ["rest-xml"], "serviceId": "S3")", "s3");
  const auto error =
      WithFields({.code = "NoSuchKey", .message = "m", .http_status = 404}, {{"Key", "a&b"}, {"Size", 5}});
  const auto response = s3.Encode(Protocol::kRestXml, error);
  EXPECT_EQ(response.headers.Get("x-amz-request-id"), "id-1");
  EXPECT_EQ(response.headers.Get("content-type"), "application/xml");
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" "
            "encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>m</Message><Key>a&amp;b</Key><Size>5</Size>"
            "<RequestId>id-1</RequestId></Error>");
}

TEST(ErrorCodecTest, OtherRestXmlServicesHaveAnErrorResponse) {
  const ErrorsModel route53(R"("protocol": "rest-xml", "protocols": ["rest-xml"], "serviceId": "Route 53")");
  EXPECT_EQ(route53.Encode(Protocol::kRestXml, {.code = "NotThere", .message = "m"}).body,
            "<?xml version=\"1.0\" "
            "encoding=\"UTF-8\"?>\n<ErrorResponse><Error><Type>Sender</Type><Code>Sample.NonExistent</Code>"
            "<Message>m</Message></Error><RequestId>id-1</RequestId></ErrorResponse>");
}

TEST(ErrorCodecTest, QueryCompatibleJsonCarriesBothCodes) {
  const auto response = Compatible().Encode(Protocol::kJson10, {.code = "NotThere", .message = "m"});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.Get("x-amzn-query-error"), "Sample.NonExistent;Sender");
  EXPECT_EQ(response.headers.Get("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(response.body, R"({"__type":"com.amazonaws.sampletwo#NotThere","Message":"m"})");
  EXPECT_EQ(
      Compatible().Encode(Protocol::kJson10, {.code = "Broken", .message = "m"}).headers.Get("x-amzn-query-error"),
      "Broken;Receiver");
}

TEST(ErrorCodecTest, TheQuerySpellingOfACodeFindsItsShape) {
  EXPECT_EQ(Compatible().Encode(Protocol::kJson10, {.code = "Sample.NonExistent", .message = "m"}).body,
            R"({"__type":"com.amazonaws.sampletwo#NotThere","Message":"m"})");
}

TEST(ErrorCodecTest, Json11NamesAreBare) {
  const ErrorsModel json(
      R"("protocol": "json", "protocols": ["json"], "jsonVersion": "1.1", "serviceId": "Sample", "targetPrefix": "S")");
  const auto response = json.Encode(Protocol::kJson11, {.code = "Slow", .message = "m"});
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.body, R"({"__type":"Slow","message":"m"})");
  EXPECT_FALSE(response.headers.Has("x-amzn-query-error"));
}

TEST(ErrorCodecTest, RestJsonNamesTheErrorInAHeader) {
  const auto response =
      Rest().Encode(Protocol::kRestJson, WithFields({.code = "Slow", .message = "m"}, {{"After", 7}}));
  EXPECT_EQ(response.headers.Get("x-amzn-errortype"), "Slow");
  EXPECT_EQ(response.headers.Get("retry-after"), "7");
  EXPECT_EQ(response.body, R"({"message":"m"})");
  EXPECT_EQ(Rest().Encode(Protocol::kRestJson, {.code = "Silent", .message = ""}).body, "{}");
}

TEST(ErrorCodecTest, FieldsWithoutAModelStayAsTheyAre) {
  EXPECT_EQ(Rest()
                .Encode(Protocol::kRestJson,
                        WithFields({.code = "Other", .message = "m"}, {{"Type", "User"}, {"message", "no"}}))
                .body,
            R"({"message":"m","Type":"User"})");
}

TEST(ErrorCodecTest, TheMessageMayComeAsAField) {
  EXPECT_EQ(
      Rest().Encode(Protocol::kRestJson, WithFields({.code = "NotThere", .message = ""}, {{"Message", "m"}})).body,
      R"({"Message":"m"})");
}

TEST(ErrorCodecTest, CborErrorsAreCbor) {
  const auto response = Compatible().Encode(Protocol::kRpcV2Cbor, {.code = "NotThere", .message = "m"});
  EXPECT_EQ(response.headers.Get("smithy-protocol"), "rpc-v2-cbor");
  EXPECT_EQ(response.headers.Get("content-type"), "application/cbor");
  const std::string type = "com.amazonaws.sampletwo#NotThere";
  EXPECT_EQ(response.body,
            "\xA2\x66__type\x78" + std::string(1, static_cast<char>(type.size())) + type + "\x67Message\x61m");
}

TEST(ErrorCodecTest, EveryProtocolNamesWhatIsNotBuilt) {
  const AwsError error{.code = "NotImplemented", .message = "Do is not implemented", .http_status = 501};
  for (const Protocol protocol : {Protocol::kQuery, Protocol::kEc2, Protocol::kJson10, Protocol::kJson11,
                                  Protocol::kRestJson, Protocol::kRestXml, Protocol::kRpcV2Cbor}) {
    for (const HttpResponse& response :
         {Query().Encode(protocol, error),
          internal::EncodeError(ServiceModel(), protocol, error, {.request_id = "id-1"})}) {
      EXPECT_EQ(response.status, 501) << ProtocolName(protocol);
      EXPECT_NE((response.body + std::string(response.headers.Get("x-amzn-errortype"))).find("NotImplemented"),
                std::string::npos);
      EXPECT_NE(response.body.find("Do is not implemented"), std::string::npos);
      EXPECT_TRUE(response.headers.Has("content-type"));
    }
  }
}

}  // namespace
}  // namespace stratolite::wire::internal
