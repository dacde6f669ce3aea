#include "wire/rest_bindings.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stratolite/base/json.hpp"
#include "unit/wire/sample_model.hpp"

namespace stratolite::wire {
namespace {

const std::string kOperations = R"json(
"Put":{"name":"Put","http":{"method":"PUT","requestUri":"/things/{Id}/{Path+}"},"input":{"shape":"Input"},"output":{"shape":"Output"}},
"Upload":{"name":"Upload","http":{"method":"PUT","requestUri":"/upload"},"input":{"shape":"Upload"},"output":{"shape":"Upload"}},
"Wrap":{"name":"Wrap","http":{"method":"PUT","requestUri":"/wrap"},"input":{"shape":"Wrap"},"output":{"shape":"Wrap"}})json";

const std::string kShapes = R"json(
"Input":{"type":"structure","members":{
 "Id":{"shape":"Int","location":"uri","locationName":"Id"},"Path":{"shape":"Text","location":"uri","locationName":"Path"},
 "Names":{"shape":"Names","location":"querystring","locationName":"name"},"Flag":{"shape":"Yes","location":"querystring","locationName":"flag"},
 "Since":{"shape":"When","location":"querystring","locationName":"since"},
 "All":{"shape":"TextMap","location":"querystring"},
 "Date":{"shape":"When","location":"header","locationName":"x-date"},"Dates":{"shape":"Whens","location":"header","locationName":"x-dates"},
 "Words":{"shape":"Names","location":"header","locationName":"x-words"},"Meta":{"shape":"TextMap","location":"headers","locationName":"x-meta-"},
 "Context":{"shape":"Text","location":"header","locationName":"x-context","jsonvalue":true},
 "Body":{"shape":"Text"},"Count":{"shape":"Int","locationName":"count"}}},
"Output":{"type":"structure","members":{
 "Status":{"shape":"Int","location":"statusCode"},"Date":{"shape":"When","location":"header","locationName":"Last-Modified"},
 "Words":{"shape":"Names","location":"header","locationName":"x-words"},"Meta":{"shape":"TextMap","location":"headers","locationName":"x-meta-"},
 "Ratio":{"shape":"Double","location":"header","locationName":"x-ratio"},"Body":{"shape":"Text"}}},
"Upload":{"type":"structure","payload":"Data","members":{"Data":{"shape":"Blob","streaming":true},
 "Type":{"shape":"Text","location":"header","locationName":"Content-Type"}}},
"Wrap":{"type":"structure","payload":"Inner","members":{"Inner":{"shape":"Inner"}}},
"Inner":{"type":"structure","members":{"Value":{"shape":"Text"}}},
"Text":{"type":"string"},"Int":{"type":"integer"},"Yes":{"type":"boolean"},"When":{"type":"timestamp"},"Double":{"type":"double"},"Blob":{"type":"blob"},
"Names":{"type":"list","member":{"shape":"Text"}},"Whens":{"type":"list","member":{"shape":"When"}},
"TextMap":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Text"}})json";

class NoBytes final : public BodyReader {
 public:
  std::size_t Read(char*, std::size_t) override { return 0; }
};

class RestBindingsTest : public testing::Test {
 protected:
  static HttpRequest Request(std::string target, Headers headers = {}, std::string body = {}) {
    if (!body.empty() && !headers.Has("content-type")) headers.Add("Content-Type", "application/json");
    return {.method = "PUT",
            .target = std::move(target),
            .headers = std::move(headers),
            .body = std::move(body),
            .source_ip = {}};
  }
  Result<Json> Decode(const std::string& operation, const HttpRequest& request,
                      Protocol protocol = Protocol::kRestJson) const {
    return DecodeInput(sample(protocol).operation(operation), protocol, request);
  }
  HttpResponse Encode(const std::string& operation, const Json& output, Protocol protocol = Protocol::kRestJson) const {
    return EncodeOutput(sample(protocol).operation(operation), protocol, output, {.request_id = "id-1"});
  }
  const SampleModel& sample(Protocol protocol) const { return protocol == Protocol::kRestJson ? json_ : xml_; }

  const SampleModel json_{R"("protocol":"rest-json")", kOperations, kShapes};
  const SampleModel xml_{R"("protocol":"rest-xml")", kOperations, kShapes};
};

TEST_F(RestBindingsTest, GathersAllLocationsIntoOneTree) {
  const auto tree = Decode(
      "Put",
      Request(
          "/things/7/a%20b/c%2Bd?name=x&name=y%20z&flag=true&since=2018-01-09T20%3A51%3A21Z",
          {{"X-Date", "Tue, 09 Jan 2018 20:51:21 GMT"}, {"x-meta-One", "1"}, {"X-Words", "a, \"b,c\", \"\\\"q\\\"\""}},
          R"({"Body":"hello","count":3,"Id":99})"));
  ASSERT_TRUE(tree.ok()) << tree.error().message;
  Json expected =
      Json::parse(R"({"Id":7,"Path":"a b/c+d","Names":["x","y z"],"Flag":true,"Since":1515531081,"Date":1515531081,
    "Words":["a","b,c","\"q\""],"Meta":{"one":"1"},"Body":"hello","Count":3})");
  expected["All"] = {{"name", "x"}, {"flag", "true"}, {"since", "2018-01-09T20:51:21Z"}};
  EXPECT_EQ(*tree, expected);
}

TEST_F(RestBindingsTest, HttpDatesInAListKeepTheirComma) {
  const auto tree = Decode(
      "Put", Request("/things/7/x", {{"x-dates", "Tue, 09 Jan 2018 20:51:21 GMT, Tue, 09 Jan 2018 20:51:22 GMT"}}));
  ASSERT_TRUE(tree.ok()) << tree.error().message;
  EXPECT_EQ((*tree)["Dates"], Json::parse("[1515531081,1515531082]"));
}

TEST_F(RestBindingsTest, TellsEmptyFromAbsentInTheQueryString) {
  EXPECT_EQ((*Decode("Put", Request("/things/7/x?name=")))["Names"], Json::parse(R"([""])"));
  EXPECT_EQ((*Decode("Put", Request("/things/7/x?name")))["Names"], Json::parse(R"([""])"));
  EXPECT_FALSE(Decode("Put", Request("/things/7/x"))->contains("Names"));
  EXPECT_FALSE(Decode("Put", Request("/things/7/x?flag="))->contains("Flag"));
}

TEST_F(RestBindingsTest, JsonInHeadersIsBase64) {
  EXPECT_EQ((*Decode("Put", Request("/things/7/x", {{"x-context", "eyJhIjoxfQ=="}})))["Context"], R"({"a":1})");
  EXPECT_FALSE(Decode("Put", Request("/things/7/x", {{"x-context", "{}"}})).ok());
}

TEST_F(RestBindingsTest, RefusesValuesThatDoNotFit) {
  for (const auto* target : {"/things/seven/x", "/things/7/%ff", "/things/7/x?flag=True", "/things/7/x?since=yesterday",
                             "/things/7/x?name=%zz", "/things/7/x?name=%c3%28"}) {
    const auto result = Decode("Put", Request(target));
    ASSERT_FALSE(result.ok()) << target;
    EXPECT_EQ(result.error().code, "SerializationException") << target;
  }
  EXPECT_EQ(Decode("Put", Request("/things/seven/x"), Protocol::kRestXml).error().code, "InvalidArgument");
}

TEST_F(RestBindingsTest, ChecksMediaTypes) {
  EXPECT_EQ(Decode("Put", Request("/things/7/x", {{"Content-Type", "text/html"}}, "{}")).error().http_status, 415);
  EXPECT_TRUE(Decode("Put", Request("/things/7/x", {{"Content-Type", "application/json; charset=utf-8"}}, "{}")).ok());
  EXPECT_EQ(Decode("Put", Request("/things/7/x", {{"Accept", "image/png"}})).error().http_status, 406);
  EXPECT_TRUE(Decode("Put", Request("/things/7/x", {{"Accept", "text/html, application/*;q=0.5"}})).ok());
  EXPECT_TRUE(Decode("Upload", Request("/upload", {{"Content-Type", "image/png"}, {"Accept", "image/png"}}, "x")).ok());
}

TEST_F(RestBindingsTest, AStreamedBlobIsLeftToItsReader) {
  NoBytes stream;
  auto request = Request("/upload", {{"Content-Type", "image/png"}});
  request.stream = &stream;
  EXPECT_EQ(*Decode("Upload", request), Json::parse(R"({"Type":"image/png"})"));
  EXPECT_EQ((*Decode("Upload", Request("/upload", {}, "\x01\xff")))["Data"], Json::binary({1, 255}));
}

TEST_F(RestBindingsTest, StructurePayloadsAreTheWholeBody) {
  EXPECT_EQ(*Decode("Wrap", Request("/wrap", {}, R"({"Value":"v"})")), Json::parse(R"({"Inner":{"Value":"v"}})"));
  EXPECT_EQ(*Decode("Wrap", Request("/wrap", {}, "<Inner><Value>v</Value></Inner>"), Protocol::kRestXml),
            Json::parse(R"({"Inner":{"Value":"v"}})"));
  EXPECT_EQ(*Decode("Wrap", Request("/wrap")), Json::object());
}

TEST_F(RestBindingsTest, SpreadsAnAnswerOverStatusHeadersAndBody) {
  const auto response = Encode("Put", {{"Status", 206},
                                       {"Date", 1515531081.9},
                                       {"Words", {"a", "b,c", "\"q\""}},
                                       {"Meta", {{"one", "1"}}},
                                       {"Ratio", INFINITY},
                                       {"Body", "hello"}});
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.headers.Get("last-modified"), "Tue, 09 Jan 2018 20:51:21 GMT");
  EXPECT_EQ(response.headers.Get("x-words"), R"(a, "b,c", "\"q\"")");
  EXPECT_EQ(response.headers.Get("x-meta-one"), "1");
  EXPECT_EQ(response.headers.Get("x-ratio"), "Infinity");
  EXPECT_EQ(response.headers.Get("content-type"), "application/json");
  EXPECT_EQ(response.headers.Get("x-amzn-requestid"), "id-1");
  EXPECT_EQ(response.body, R"({"Body":"hello"})");
}

TEST_F(RestBindingsTest, AValueCannotSmuggleAHeader) {
  const auto response = Encode("Put", {{"Words", {"a\r\nSet-Cookie: x"}}, {"Meta", {{"k", "v\nX: y"}}}});
  EXPECT_EQ(response.headers.Get("x-words").find_first_of("\r\n"), std::string_view::npos);
  EXPECT_EQ(response.headers.Get("x-meta-k"), "v X: y");
}

TEST_F(RestBindingsTest, XmlBodiesAreNamedAfterTheirShape) {
  EXPECT_NE(Encode("Put", {{"Body", "hi"}}, Protocol::kRestXml).body.find("<Output><Body>hi</Body></Output>"),
            std::string::npos);
  EXPECT_NE(
      Encode("Wrap", {{"Inner", {{"Value", "v"}}}}, Protocol::kRestXml).body.find("<Inner><Value>v</Value></Inner>"),
      std::string::npos);
}

TEST_F(RestBindingsTest, ABlobAnswerKeepsItsOwnContentType) {
  const auto typed = Encode("Upload", {{"Type", "image/png"}, {"Data", Json::binary({1, 255})}});
  EXPECT_EQ(typed.headers.Get("content-type"), "image/png");
  EXPECT_EQ(typed.body, "\x01\xff");
  EXPECT_EQ(Encode("Upload", Json::object()).headers.Get("content-type"), "application/octet-stream");
}

}  // namespace
}  // namespace stratolite::wire
