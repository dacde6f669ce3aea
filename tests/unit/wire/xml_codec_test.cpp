#include "wire/xml_codec.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"
#include "stratolite/wire/model_compiler.hpp"
#include "wire/xml_reader.hpp"

namespace stratolite::wire::internal {
namespace {

constexpr const char* kXmlModel = R"({
  "metadata": {"apiVersion": "2020-01-08", "protocol": "rest-xml", "protocols": ["rest-xml"], "serviceId": "Sample", "endpointPrefix": "sample"},
  "operations": {"Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Doc"}}},
  "shapes": {
    "Doc": {"type": "structure", "members": {
      "Header": {"shape": "String", "location": "header", "locationName": "x-header"},
      "Query": {"shape": "String", "location": "querystring", "locationName": "q"},
      "Text": {"shape": "String"}, "Flag": {"shape": "Boolean"}, "Count": {"shape": "Integer"}, "Big": {"shape": "Long"},
      "Ratio": {"shape": "Double"}, "When": {"shape": "Timestamp"}, "Date": {"shape": "Timestamp", "timestampFormat": "rfc822"},
      "Bytes": {"shape": "Blob"}, "Attr": {"shape": "String", "xmlAttribute": true, "locationName": "attr"},
      "List": {"shape": "Strings", "locationName": "renamed"}, "Items": {"shape": "Items"}, "Flat": {"shape": "FlatStrings"},
      "FlatNamed": {"shape": "FlatNamed"}, "ByReference": {"shape": "Items", "flattened": true, "locationName": "ref"},
      "Lists": {"shape": "Lists"}, "Nodes": {"shape": "FlatNodes", "locationName": "Node"},
      "Map": {"shape": "Map"}, "FlatMap": {"shape": "FlatMap", "locationName": "KVP"}, "Maps": {"shape": "Maps"},
      "Node": {"shape": "Node"}, "Grantee": {"shape": "Grantee"}, "Spaced": {"shape": "String", "xmlNamespace": {"uri": "http://baz.com", "prefix": "baz"}}}},
    "Node": {"type": "structure", "members": {"Value": {"shape": "String"}, "Child": {"shape": "Node"}, "Bound": {"shape": "String", "location": "header", "locationName": "x"}}},
    "Grantee": {"type": "structure", "members": {"Id": {"shape": "String"}, "Type": {"shape": "String", "locationName": "xsi:type", "xmlAttribute": true}},
                "xmlNamespace": {"prefix": "xsi", "uri": "http://www.w3.org/2001/XMLSchema-instance"}},
    "Strings": {"type": "list", "member": {"shape": "String"}},
    "Items": {"type": "list", "member": {"shape": "String", "locationName": "item"}},
    "FlatStrings": {"type": "list", "flattened": true, "member": {"shape": "String"}},
    "FlatNamed": {"type": "list", "flattened": true, "member": {"shape": "String", "locationName": "named"}},
    "FlatNodes": {"type": "list", "flattened": true, "member": {"shape": "Node"}},
    "Lists": {"type": "list", "member": {"shape": "Strings"}},
    "Map": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}},
    "Maps": {"type": "map", "key": {"shape": "String", "locationName": "K"}, "value": {"shape": "FlatMap", "locationName": "V"}},
    "FlatMap": {"type": "map", "flattened": true, "key": {"shape": "String", "locationName": "K"}, "value": {"shape": "String", "locationName": "V"}},
    "Location": {"type": "structure", "members": {"LocationConstraint": {"shape": "String"}}, "locationName": "LocationConstraint"},
    "User": {"type": "structure", "members": {"Location": {"shape": "Location"}}},
    "String": {"type": "string"}, "Boolean": {"type": "boolean"}, "Integer": {"type": "integer"}, "Long": {"type": "long"},
    "Double": {"type": "double"}, "Timestamp": {"type": "timestamp"}, "Blob": {"type": "blob"}
  }
})";

class XmlCodecTest : public testing::Test {
 protected:
  Json In(std::string_view inner) {
    const auto result = DecodeXmlBody(doc_, "<Doc>" + std::string(inner) + "</Doc>", {});
    EXPECT_TRUE(result.ok()) << inner;
    return result.ok() ? *result : Json();
  }
  bool Malformed(std::string_view body) {
    const auto result = DecodeXmlBody(doc_, body, {});
    return !result.ok() && result.error().code == "MalformedXML" && result.error().http_status == 400;
  }
  std::string Out(const Json& value, const XmlStyle& style = {}) {
    std::string out;
    EncodeXmlDocument(out, "Doc", doc_, value, "", style);
    const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    EXPECT_TRUE(out.starts_with(head));
    return out.substr(head.size());
  }
  /// What is written is read back the same.
  void RoundTrip(const Json& value, const std::string& inner) {
    EXPECT_EQ(Out(value), "<Doc>" + inner + "</Doc>");
    EXPECT_EQ(In(inner), value);
  }

  std::vector<std::byte> block_ = CompileModel(kXmlModel, "sample");
  ServiceModel model_{block_};
  Shape doc_ = *model_.FindShape("Doc");
};

TEST_F(XmlCodecTest, Scalars) {
  RoundTrip(Json{{"Text", "t"},
                 {"Flag", true},
                 {"Count", -7},
                 {"Big", 9223372036854775807},
                 {"Ratio", 5.5},
                 {"When", 1398796238}},
            "<Text>t</Text><Flag>true</Flag><Count>-7</Count><Big>9223372036854775807</Big><Ratio>5.5</"
            "Ratio><When>2014-04-29T18:30:38Z</When>");
  RoundTrip(Json{{"Date", 1398796238}}, "<Date>Tue, 29 Apr 2014 18:30:38 GMT</Date>");
  RoundTrip(Json{{"Bytes", Json::binary({'v', 'a', 'l', 'u', 'e'})}}, "<Bytes>dmFsdWU=</Bytes>");
  EXPECT_EQ(In("<Bytes>\n  dmFs\n  dWU=\n</Bytes>")["Bytes"], Json::binary({'v', 'a', 'l', 'u', 'e'}));
}

TEST_F(XmlCodecTest, SpecialFloats) {
  EXPECT_EQ(Out(Json{{"Ratio", -HUGE_VAL}}), "<Doc><Ratio>-Infinity</Ratio></Doc>");
  EXPECT_TRUE(std::isnan(In("<Ratio>NaN</Ratio>")["Ratio"].get<double>()));
  EXPECT_EQ(In("<Ratio>Infinity</Ratio>")["Ratio"].get<double>(), HUGE_VAL);
}

TEST_F(XmlCodecTest, MillisecondsAlways) {
  EXPECT_EQ(Out(Json{{"When", 1398796238}}, {.fraction = Iso8601Fraction::kAlways}),
            "<Doc><When>2014-04-29T18:30:38.000Z</When></Doc>");
}

TEST_F(XmlCodecTest, WhiteSpaceIsText) {
  RoundTrip(Json{{"Text", "  a b \n\t"}}, "<Text>  a b \n\t</Text>");
  RoundTrip(Json{{"Text", "   "}}, "<Text>   </Text>");
  RoundTrip(Json{{"Text", "a\rb\r\n"}}, "<Text>a&#xD;b&#xD;\n</Text>");
}

TEST_F(XmlCodecTest, Escaping) {
  RoundTrip(Json{{"Text", "<a href=\"x\">'&amp;'</a>"}},
            "<Text>&lt;a href=&quot;x&quot;&gt;'&amp;amp;'&lt;/a&gt;</Text>");
  RoundTrip(Json{{"Text", "\xE2\x82\xAC \xF0\x9F\x91\x8D"}}, "<Text>\xE2\x82\xAC \xF0\x9F\x91\x8D</Text>");
  EXPECT_EQ(In("<Text>&#x20AC;&#65;&gt;<![CDATA[<b>]]><!-- no -->c</Text>")["Text"],
            "\xE2\x82\xAC"
            "A><b>c");
}

TEST_F(XmlCodecTest, CharactersThatXmlCannotCarryAreReplaced) {
  EXPECT_EQ(Out(Json{{"Text", std::string("a\0b\x01\x1F\xEF\xBF\xBF", 8)}}),
            "<Doc><Text>a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD</Text></Doc>");
}

TEST_F(XmlCodecTest, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(Out(Json{{"Text", "a\xFF<\xC3\xA9\xC3"}}), "<Doc><Text>a\xEF\xBF\xBD&lt;\xC3\xA9\xEF\xBF\xBD</Text></Doc>");
  EXPECT_EQ(Out(Json{{"Text", "\xED\xA0\x80\xEF\xBF\xBF"}}),
            "<Doc><Text>\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD</Text></Doc>");
}

TEST_F(XmlCodecTest, EmptyAgainstAbsent) {
  RoundTrip(Json{{"Text", ""}, {"List", Json::array()}, {"Map", Json::object()}, {"Node", Json::object()}},
            "<Text/><renamed/><Map/><Node/>");
  EXPECT_EQ(Out(Json{{"Text", nullptr}, {"Flat", Json::array()}}), "<Doc/>");
  EXPECT_EQ(In(""), Json::object());
}

TEST_F(XmlCodecTest, ListsInEveryForm) {
  RoundTrip(Json{{"List", {"a", "b"}}}, "<renamed><member>a</member><member>b</member></renamed>");
  RoundTrip(Json{{"Items", {"a", ""}}}, "<Items><item>a</item><item/></Items>");
  RoundTrip(Json{{"Flat", {"a", "b"}}}, "<Flat>a</Flat><Flat>b</Flat>");
  RoundTrip(Json{{"FlatNamed", {"a"}}}, "<named>a</named>");
  RoundTrip(Json{{"ByReference", {"a", "b"}}}, "<ref>a</ref><ref>b</ref>");
  RoundTrip(Json{{"Lists", Json::array({Json::array({"a"}), Json::array()})}},
            "<Lists><member><member>a</member></member><member/></Lists>");
  EXPECT_EQ(In("<Flat>a</Flat><Text>t</Text><Flat>b</Flat>"), Json::parse(R"({"Flat": ["a", "b"], "Text": "t"})"));
}

TEST_F(XmlCodecTest, MapsInEveryForm) {
  RoundTrip(Json{{"Map", {{"a", "1"}, {"b", ""}}}},
            "<Map><entry><key>a</key><value>1</value></entry><entry><key>b</key><value/></entry></Map>");
  RoundTrip(Json{{"FlatMap", {{"a", "1"}, {"b", "2"}}}}, "<KVP><K>a</K><V>1</V></KVP><KVP><K>b</K><V>2</V></KVP>");
  RoundTrip(Json{{"Maps", {{"x", {{"a", "1"}}}}}},
            "<Maps><entry><K>x</K><V><entry><K>a</K><V>1</V></entry></V></entry></Maps>");
}

TEST_F(XmlCodecTest, AttributesAndNamespaces) {
  EXPECT_EQ(Out(Json{{"Attr", "<a&\n>"}, {"Text", "t"}}), "<Doc attr=\"&lt;a&amp;&#xA;&gt;\"><Text>t</Text></Doc>");
  EXPECT_EQ(*DecodeXmlBody(doc_, "<Doc attr='&lt;a&amp;&#xA;&gt;'><Text>t</Text></Doc>", {}),
            Json::parse(R"({"Attr": "<a&\n>", "Text": "t"})"));
  RoundTrip(Json{{"Grantee", {{"Id", "1"}, {"Type", "CanonicalUser"}}}},
            "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
            "xsi:type=\"CanonicalUser\"><Id>1</Id></Grantee>");
  RoundTrip(Json{{"Spaced", "s"}}, "<Spaced xmlns:baz=\"http://baz.com\">s</Spaced>");
  EXPECT_EQ(*DecodeXmlBody(doc_, "<n:Doc xmlns:n='u'><n:Text>t</n:Text></n:Doc>", {}), Json::parse(R"({"Text": "t"})"));
}

TEST_F(XmlCodecTest, MembersBoundElsewhereStayOutOfTheBody) {
  EXPECT_EQ(In("<x-header>h</x-header><Header>h</Header><q>v</q><Text>t</Text>"), Json::parse(R"({"Text": "t"})"));
  // Below the top and in answers a query string binding means nothing.
  EXPECT_EQ(Out(Json{{"Header", "h"}, {"Query", "v"}, {"Node", {{"Bound", "b"}}}}),
            "<Doc><q>v</q><Node><x>b</x></Node></Doc>");
}

TEST_F(XmlCodecTest, ADocumentHasItsNamespace) {
  std::string out;
  EncodeXmlDocument(out, "Doc", doc_, Json::object(), "http://foo.com");
  EXPECT_TRUE(out.ends_with("<Doc xmlns=\"http://foo.com\"/>"));
}

TEST_F(XmlCodecTest, AScalarNamedLikeTheRootIsTheRoot) {
  std::string out;
  EncodeXmlDocument(out, "LocationConstraint", *model_.FindShape("Location"), Json{{"LocationConstraint", "eu-west-1"}},
                    "http://s3");
  EXPECT_TRUE(out.ends_with("<LocationConstraint xmlns=\"http://s3\">eu-west-1</LocationConstraint>"));
  out.clear();
  EncodeXmlDocument(out, "LocationConstraint", *model_.FindShape("Location"), Json::object(), "http://s3");
  EXPECT_TRUE(out.ends_with("<LocationConstraint xmlns=\"http://s3\"/>"));
}

TEST_F(XmlCodecTest, PayloadsAreReadWhole) {
  const auto result =
      DecodeXmlPayload(*doc_.FindMember("Node"), "<?xml version='1.0'?>\n<Any><Value>v</Value><x>b</x></Any>", {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, Json::parse(R"({"Value": "v", "Bound": "b"})"));
}

TEST_F(XmlCodecTest, EmptyBodiesAndUnknownElements) {
  for (const char* body : {"", " \n", "\xEF\xBB\xBF", "<Other/>", "<Doc><Nope><Text>x</Text></Nope></Doc>"}) {
    const auto result = DecodeXmlBody(doc_, body, {});
    ASSERT_TRUE(result.ok()) << body;
    EXPECT_EQ(*result, Json::object()) << body;
  }
}

TEST_F(XmlCodecTest, MalformedDocuments) {
  for (const char* body :
       {"<Doc>", "<Doc></Other>", "x", "<a/><b/>", "<Doc><Text>\xFF</Text></Doc>", "<?xml version='1.0'?>", "{}",
        "<Doc><Count>x</Count></Doc>", "<Doc><Flag>1</Flag></Doc>", "<Doc><When>now</When></Doc>",
        "<Doc><Bytes>!</Bytes></Doc>", "<Doc><Map><entry><key>a</key></entry></Map></Doc>", "<Doc><Text a=b/></Doc>",
        "<Doc><Text><![CDATA[</Text></Doc>"}) {
    EXPECT_TRUE(Malformed(body)) << body;
  }
  EXPECT_TRUE(Malformed(std::string_view("<Doc>\0</Doc>", 12)));
}

TEST_F(XmlCodecTest, ReferencesToNoCharacterAreRefused) {
  for (const char* reference : {"&#xD800;", "&#57343;", "&#x110000;", "&#0;", "&#x000;", "&#99999999999999999999;"}) {
    EXPECT_TRUE(Malformed("<Doc><Text>a" + std::string(reference) + "</Text></Doc>")) << reference;
  }
  EXPECT_EQ(In("<Text>&#x10FFFF;&#1;&#xD800&#;&#x;</Text>")["Text"], "\xF4\x8F\xBF\xBF\x01&#xD800&#;&#x;");
}

TEST_F(XmlCodecTest, EntityBombsAreRefusedUnread) {
  EXPECT_TRUE(Malformed(
      R"(<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><Doc><Text>&lol2;</Text></Doc>)"));
  EXPECT_TRUE(Malformed(R"(<!DOCTYPE foo SYSTEM "file:///etc/passwd"><Doc/>)"));
}

TEST_F(XmlCodecTest, DepthIsLimited) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<Child>";
  std::string closing;
  for (int i = 0; i < 100'000; ++i) closing += "</Child>";
  EXPECT_TRUE(Malformed("<Doc><Node>" + deep + closing + "</Node></Doc>"));
  EXPECT_EQ(In("<Nope>" + deep + closing + "</Nope>"), Json::object());
}

TEST_F(XmlCodecTest, MutatedDocumentsAreDecodedOrRefused) {
  const std::string seed =
      "<?xml version='1.0'?><Doc "
      "attr='x'><Text>&lt;&#65;</Text><Flat>a</Flat><renamed><member>b</member></renamed><KVP><K>k</K><V>v</V></KVP>"
      "<Node><Child><Value><![CDATA[c]]></Value></Child></Node><!-- d --></Doc>";
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string body = seed;
    for (int change = 0; change < 3; ++change) {
      const std::size_t at = random() % body.size();
      constexpr std::string_view kBytes = "<>/&;'\"!-?[]= \xFF\0a";
      body[at] = kBytes[random() % kBytes.size()];
    }
    body.resize(round % 7 == 0 ? random() % body.size() : body.size());
    const auto result = DecodeXmlBody(doc_, body, {});
    EXPECT_TRUE(result.ok() ? result->is_object() : result.error().code == "MalformedXML");
  }
}

TEST_F(XmlCodecTest, SizeIsLimited) {
  EXPECT_TRUE(Malformed("<Doc>" + std::string(kMaxXmlBytes, ' ') + "</Doc>"));
  std::string tags = "<Doc>";
  for (std::size_t i = 0; i <= kMaxXmlTags; ++i) tags += "<a/>";
  EXPECT_TRUE(Malformed(tags + "</Doc>"));
}

}  // namespace
}  // namespace stratolite::wire::internal
