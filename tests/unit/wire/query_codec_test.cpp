#include "wire/query_codec.hpp"

#include <cmath>
#include <ctime>
#include <random>

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"
#include "stratolite/wire/model_compiler.hpp"

namespace stratolite::wire::internal {
namespace {

constexpr const char* kModel = R"({
  "metadata": {"apiVersion": "2020-01-08", "protocol": "query", "protocols": ["query"], "serviceId": "Sample",
               "endpointPrefix": "sample", "xmlNamespace": "https://example.com/"},
  "operations": {
    "Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "In"},
           "output": {"shape": "Out", "resultWrapper": "DoResult"}},
    "Nothing": {"name": "Nothing", "http": {"method": "POST", "requestUri": "/"}}
  },
  "shapes": {
    "In": {"type": "structure", "members": {
      "Text": {"shape": "String"}, "Flag": {"shape": "Boolean"}, "Count": {"shape": "Integer"}, "Big": {"shape": "Long"},
      "Ratio": {"shape": "Double"}, "When": {"shape": "Timestamp"}, "Bytes": {"shape": "Blob"},
      "List": {"shape": "Strings"}, "Items": {"shape": "Renamed"}, "Names": {"shape": "FlatNames"},
      "Hi": {"shape": "Renamed", "flattened": true, "locationName": "Hi"},
      "Things": {"shape": "Structs"}, "Nested": {"shape": "Node"}, "Map": {"shape": "StringMap"},
      "Flat": {"shape": "FlatMap", "locationName": "Attribute"}, "MapOfLists": {"shape": "MapOfLists"},
      "Deep": {"shape": "Lists"}}},
    "Out": {"type": "structure", "members": {
      "Text": {"shape": "String"}, "Names": {"shape": "FlatNames"}, "List": {"shape": "Strings"}, "Map": {"shape": "StringMap"},
      "Flat": {"shape": "FlatMap", "locationName": "Attribute"}, "When": {"shape": "Timestamp"}, "Ratio": {"shape": "Double"},
      "Bytes": {"shape": "Blob"}, "Nested": {"shape": "Node"}}},
    "Node": {"type": "structure", "members": {"Value": {"shape": "String"}, "Child": {"shape": "Node"}}},
    "Strings": {"type": "list", "member": {"shape": "String"}},
    "Renamed": {"type": "list", "member": {"shape": "String", "locationName": "item"}},
    "FlatNames": {"type": "list", "flattened": true, "member": {"shape": "String", "locationName": "Name"}},
    "Structs": {"type": "list", "member": {"shape": "Node"}},
    "Lists": {"type": "list", "member": {"shape": "Strings"}},
    "StringMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}},
    "FlatMap": {"type": "map", "flattened": true, "key": {"shape": "String", "locationName": "Name"},
                "value": {"shape": "String", "locationName": "Value"}},
    "MapOfLists": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Strings"}},
    "String": {"type": "string"}, "Boolean": {"type": "boolean"}, "Integer": {"type": "integer"}, "Long": {"type": "long"},
    "Double": {"type": "double"}, "Timestamp": {"type": "timestamp"}, "Blob": {"type": "blob"}
  }
})";

constexpr const char* kEc2Model = R"({
  "metadata": {"apiVersion": "2016-11-15", "protocol": "ec2", "protocols": ["ec2"], "serviceId": "EC2",
               "endpointPrefix": "ec2", "xmlNamespace": "http://ec2.amazonaws.com/doc/2016-11-15"},
  "operations": {
    "Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "In"}, "output": {"shape": "Out"}}
  },
  "shapes": {
    "In": {"type": "structure", "members": {
      "Filters": {"shape": "Filters", "locationName": "Filter"}, "DryRun": {"shape": "Boolean", "locationName": "dryRun"},
      "Image": {"shape": "String", "locationName": "imageId", "queryName": "ImageName"}, "plain": {"shape": "String"}}},
    "Out": {"type": "structure", "members": {
      "Instances": {"shape": "Instances", "locationName": "instancesSet"}, "Image": {"shape": "String", "locationName": "imageId", "queryName": "ImageName"}}},
    "Filters": {"type": "list", "member": {"shape": "Filter", "locationName": "Filter"}},
    "Filter": {"type": "structure", "members": {"Name": {"shape": "String"}, "Values": {"shape": "Values", "locationName": "Value"}}},
    "Values": {"type": "list", "member": {"shape": "String", "locationName": "item"}},
    "Instances": {"type": "list", "member": {"shape": "Instance", "locationName": "item"}},
    "Instance": {"type": "structure", "members": {"LaunchTime": {"shape": "Timestamp", "locationName": "launchTime"}}},
    "String": {"type": "string"}, "Boolean": {"type": "boolean"}, "Timestamp": {"type": "timestamp"}
  }
})";

class QueryCodecTest : public testing::Test {
 protected:
  static Result<Json> Decode(const Operation& operation, Protocol protocol, std::string body,
                             std::string target = "/") {
    HttpRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.body = std::move(body);
    return DecodeQuery(operation, protocol, request, {});
  }

  Json In(std::string body) {
    const auto result = Decode(do_, Protocol::kQuery, std::move(body));
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
    return result.ok() ? *result : Json();
  }

  AwsError Error(std::string body) {
    const auto result = Decode(do_, Protocol::kQuery, std::move(body));
    EXPECT_FALSE(result.ok());
    return result.ok() ? AwsError{} : result.error();
  }

  Json Ec2(std::string body) {
    const auto result = Decode(ec2_do_, Protocol::kEc2, std::move(body));
    EXPECT_TRUE(result.ok());
    return result.ok() ? *result : Json();
  }

  std::string Out(const Json& output) {
    return EncodeQueryOutput(do_, Protocol::kQuery, output, {.request_id = "id-1"});
  }
  std::string Wrapped(const std::string& inner) {
    return "<DoResponse xmlns=\"https://example.com/\"><DoResult>" + inner +
           "</DoResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DoResponse>";
  }

  std::vector<std::byte> block_ = CompileModel(kModel, "sample");
  std::vector<std::byte> ec2_block_ = CompileModel(kEc2Model, "ec2");
  ServiceModel model_{block_};
  ServiceModel ec2_model_{ec2_block_};
  Operation do_ = *model_.FindOperation("Do");
  Operation ec2_do_ = *ec2_model_.FindOperation("Do");
};

TEST_F(QueryCodecTest, ScalarsOfEveryType) {
  EXPECT_EQ(In("Action=Do&Version=2020-01-08&Text=a%20b%2Bc+d&Flag=true&Count=-7&Big=9223372036854775807&Ratio=1e-3"
               "&When=2015-01-25T08%3A00%3A00Z"),
            Json::parse(R"({"Text": "a b+c d", "Flag": true, "Count": -7, "Big": 9223372036854775807, "Ratio": 0.001,
                            "When": 1422172800})"));
  EXPECT_EQ(In("Bytes=dmFsdWU%3D")["Bytes"], Json::binary({'v', 'a', 'l', 'u', 'e'}));
  EXPECT_TRUE(std::isnan(In("Ratio=NaN")["Ratio"].get<double>()));
  EXPECT_EQ(In("Ratio=-Infinity")["Ratio"].get<double>(), -HUGE_VAL);
}

TEST_F(QueryCodecTest, AnEmptyValueIsAnEmptyStringAndAMissingOneIsAbsent) {
  EXPECT_EQ(In("Text="), Json::parse(R"({"Text": ""})"));
  EXPECT_EQ(In("Text"), Json::parse(R"({"Text": ""})"));
  EXPECT_EQ(In(""), Json::object());
  EXPECT_EQ(In("&&"), Json::object());
}

TEST_F(QueryCodecTest, QueryStringAndBodyAreBothRead) {
  const auto result = Decode(do_, Protocol::kQuery, "Count=2", "/?Action=Do&Text=t");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, Json::parse(R"({"Text": "t", "Count": 2})"));
}

TEST_F(QueryCodecTest, ListsByTheirNames) {
  EXPECT_EQ(In("List.member.1=a&List.member.2=b")["List"], Json::parse(R"(["a", "b"])"));
  EXPECT_EQ(In("Items.item.1=a")["Items"], Json::parse(R"(["a"])"));
  EXPECT_EQ(In("Items.member.1=a")["Items"], Json::parse(R"(["a"])"));
  EXPECT_EQ(In("Name.1=a&Name.2=b")["Names"], Json::parse(R"(["a", "b"])"));
  EXPECT_EQ(In("Names.1=a")["Names"], Json::parse(R"(["a"])"));
  EXPECT_EQ(In("Hi.1=A&Hi.2=B")["Hi"], Json::parse(R"(["A", "B"])"));
  EXPECT_EQ(In("Deep.member.1.member.1=a&Deep.member.1.member.2=b&Deep.member.2.member.1=c")["Deep"],
            Json::parse(R"([["a", "b"], ["c"]])"));
}

TEST_F(QueryCodecTest, ListsAreOrderedByNumberAndGapsClose) {
  EXPECT_EQ(In("List.member.10=j&List.member.9=i&List.member.2=b")["List"], Json::parse(R"(["b", "i", "j"])"));
  EXPECT_EQ(In("List.member.1=a&List.member.1=b&List.member.01=c&List.member.x=no")["List"].size(), 1U);
}

TEST_F(QueryCodecTest, AnEmptyListIsTheBareName) {
  EXPECT_EQ(In("List=")["List"], Json::array());
  EXPECT_EQ(In("Names=")["Names"], Json::array());
  EXPECT_EQ(In("Map=")["Map"], Json::object());
  EXPECT_FALSE(In("Text=a").contains("List"));
}

TEST_F(QueryCodecTest, ABareValueIsAListOfOneScalar) { EXPECT_EQ(In("Name=All")["Names"], Json::parse(R"(["All"])")); }

TEST_F(QueryCodecTest, ListsOfStructuresAndNesting) {
  EXPECT_EQ(In("Things.member.2.Value=b&Things.member.1.Value=a&Things.member.1.Child.Value=c")["Things"],
            Json::parse(R"([{"Value": "a", "Child": {"Value": "c"}}, {"Value": "b"}])"));
  EXPECT_EQ(In("Nested.Child.Child.Value=x")["Nested"], Json::parse(R"({"Child": {"Child": {"Value": "x"}}})"));
}

TEST_F(QueryCodecTest, Maps) {
  EXPECT_EQ(In("Map.entry.1.key=foo&Map.entry.1.value=Foo&Map.entry.2.key=bar&Map.entry.2.value=")["Map"],
            Json::parse(R"({"foo": "Foo", "bar": ""})"));
  EXPECT_EQ(In("Attribute.1.Name=a&Attribute.1.Value=1&Attribute.2.Name=b&Attribute.2.Value=2")["Flat"],
            Json::parse(R"({"a": "1", "b": "2"})"));
  EXPECT_EQ(In("MapOfLists.entry.1.key=k&MapOfLists.entry.1.value.member.1=x")["MapOfLists"],
            Json::parse(R"({"k": ["x"]})"));
  EXPECT_EQ(In("MapOfLists.entry.1.key=k&MapOfLists.entry.1.value=")["MapOfLists"], Json::parse(R"({"k": []})"));
  EXPECT_EQ(Error("Map.entry.1.value=Foo").code, "MalformedInput");
}

TEST_F(QueryCodecTest, NamesThatShareAPrefixDoNotMix) {
  EXPECT_EQ(In("Nested.Child-x=1&Nested.Child.Value=v&Nested.Childish=2&Nested-=3&Nestedx.Value=4")["Nested"],
            Json::parse(R"({"Child": {"Value": "v"}})"));
  EXPECT_EQ(In("List.member.1=a&List.member.1-=b&List.member.10=c&List.member.1.x=d")["List"],
            Json::parse(R"(["a", "c"])"));
}

TEST_F(QueryCodecTest, ValuesThatDoNotFitAreMalformedInput) {
  for (const char* body : {"Count=abc", "Count=2147483648", "Count=", "Count=1.5", "Big=9223372036854775808",
                           "Flag=maybe", "Ratio=x", "When=yesterday", "Bytes=%21", "Text.x=1", "Count=+1"}) {
    EXPECT_EQ(Error(body).code, "MalformedInput") << body;
    EXPECT_EQ(Error(body).http_status, 400) << body;
  }
}

TEST_F(QueryCodecTest, BrokenEscapesAndUtf8AreMalformedQueryStrings) {
  for (const char* body : {"Text=%", "Text=%4", "Text=%zz", "%=1", "Text=%FF", "%C0%80=1", "Text=%ED%A0%80"}) {
    EXPECT_EQ(Error(body).code, "MalformedQueryString") << body;
  }
}

TEST_F(QueryCodecTest, HugeIndicesAreRefusedAtOnce) {
  EXPECT_EQ(Error("List.member.999999999=a").code, "MalformedInput");
  EXPECT_EQ(Error("List.member.99999999999999999999999999=a").code, "MalformedInput");
  EXPECT_EQ(In("List.member.100000=a")["List"].size(), 1U);
}

TEST_F(QueryCodecTest, DeepNamesAreCheap) {
  std::string name = "Nested";
  for (int i = 0; i < 100'000; ++i) name += ".Child";
  EXPECT_EQ(Error(name + "=x").code, "MalformedInput");
  std::string dots(500'000, '.');
  EXPECT_EQ(In(dots + "=x&Text=a"), Json::parse(R"({"Text": "a"})"));
}

TEST_F(QueryCodecTest, ManyParametersStayCheap) {
  std::string body;
  for (int i = 0; i < 100'000; ++i) body += "List.member." + std::to_string(i) + "=v&";
  // Its own time, whatever else the machine does.
  const std::clock_t start = std::clock();
  EXPECT_EQ(In(body)["List"].size(), 100'000U);
  EXPECT_LT(std::clock() - start, 20 * CLOCKS_PER_SEC);
}

TEST_F(QueryCodecTest, MutatedRequestsAreDecodedOrRefused) {
  const std::string seed =
      "Text=a%20b&List.member.1=x&Map.entry.1.key=k&Map.entry.1.value=v&Nested.Child.Value=n&Attribute.1.Name=a&"
      "Attribute.1.Value=b";
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string body = seed;
    for (int change = 0; change < 4; ++change) {
      const std::size_t at = random() % body.size();
      constexpr std::string_view kBytes = "%.=&+1a\xFF\0M";
      body[at] = kBytes[random() % kBytes.size()];
    }
    const auto result = Decode(do_, Protocol::kQuery, body);
    EXPECT_TRUE(result.ok() ? result->is_object() : !result.error().code.empty());
  }
}

TEST_F(QueryCodecTest, Ec2NamesAreCapitalisedOrQueryNames) {
  EXPECT_EQ(
      Ec2("Action=Do&DryRun=true&ImageName=ami-1&Plain=p&Filter.1.Name=vpc-id&Filter.1.Value.1=a&Filter.1.Value.2=b"
          "&Filter.2.Name=n"),
      Json::parse(R"({"DryRun": true, "Image": "ami-1", "plain": "p",
                            "Filters": [{"Name": "vpc-id", "Values": ["a", "b"]}, {"Name": "n"}]})"));
  EXPECT_EQ(Ec2("ImageId=ami-1&dryRun=true"), Json::object());
  const auto bad = Decode(ec2_do_, Protocol::kEc2, "DryRun=perhaps");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, "InvalidParameterValue");
}

TEST_F(QueryCodecTest, OutputIsWrappedTwice) {
  EXPECT_EQ(Out(Json{{"Text", "a<b>&\"c\""}}), Wrapped("<Text>a&lt;b&gt;&amp;&quot;c&quot;</Text>"));
  EXPECT_EQ(Out(Json::object()),
            "<DoResponse xmlns=\"https://example.com/\"><DoResult/>"
            "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DoResponse>");
  EXPECT_EQ(
      EncodeQueryOutput(*model_.FindOperation("Nothing"), Protocol::kQuery, Json::object(), {.request_id = "id-1"}),
      "<NothingResponse xmlns=\"https://example.com/\"><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>"
      "</NothingResponse>");
  EXPECT_EQ(EncodeQueryOutput(do_, Protocol::kQuery, Json::object(), {}),
            "<DoResponse xmlns=\"https://example.com/\"><DoResult/></DoResponse>");
}

TEST_F(QueryCodecTest, OutputCollections) {
  EXPECT_EQ(Out(Json::parse(R"({"Names": ["a", "b"], "List": ["c"], "Map": {"k": "v"}, "Flat": {"n": "v"}})")),
            Wrapped("<Name>a</Name><Name>b</Name><List><member>c</member></List>"
                    "<Map><entry><key>k</key><value>v</value></entry></Map><Attribute><Name>n</Name><Value>v</Value></"
                    "Attribute>"));
  EXPECT_EQ(Out(Json::parse(R"({"Names": [], "List": [], "Map": {}, "Flat": {}})")), Wrapped("<List/><Map/>"));
}

TEST_F(QueryCodecTest, OutputScalars) {
  EXPECT_EQ(Out(Json{{"When", 1422172800}, {"Ratio", 1.0}}),
            Wrapped("<When>2015-01-25T08:00:00Z</When><Ratio>1.0</Ratio>"));
  EXPECT_EQ(Out(Json{{"Ratio", HUGE_VAL}}), Wrapped("<Ratio>Infinity</Ratio>"));
  EXPECT_EQ(Out(Json{{"Bytes", Json::binary({'h', 'i'})}}), Wrapped("<Bytes>aGk=</Bytes>"));
  EXPECT_EQ(Out(Json{{"Text", nullptr}, {"Nested", Json::object()}}), Wrapped("<Nested/>"));
}

TEST_F(QueryCodecTest, Ec2OutputHasItsRequestIdInside) {
  EXPECT_EQ(EncodeQueryOutput(ec2_do_, Protocol::kEc2,
                              Json::parse(R"({"Instances": [{"LaunchTime": 1422172800}], "Image": "i"})"),
                              {.request_id = "id-2"}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DoResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\">"
            "<requestId>id-2</requestId><instancesSet><item><launchTime>2015-01-25T08:00:00.000Z</launchTime></item>"
            "</instancesSet><imageId>i</imageId></DoResponse>");
}

}  // namespace
}  // namespace stratolite::wire::internal
