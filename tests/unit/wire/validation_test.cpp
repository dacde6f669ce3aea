#include "wire/validation.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"
#include "stratolite/wire/model_compiler.hpp"

namespace stratolite::wire::internal {
namespace {

constexpr const char* kConstrainedModel = R"({
  "metadata": {"apiVersion": "2020-01-08", "protocol": "json", "protocols": ["json"], "serviceId": "Sample", "endpointPrefix": "sample"},
  "operations": {"Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "In"}},
                 "Need": {"name": "Need", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "NeedIn"}},
                 "Bare": {"name": "Bare", "http": {"method": "POST", "requestUri": "/"}}},
  "shapes": {
    "In": {"type": "structure", "members": {
      "Name": {"shape": "Name"}, "Type": {"shape": "Type"}, "Limit": {"shape": "Limit"}, "Ratio": {"shape": "Ratio"},
      "Targets": {"shape": "Targets"}, "Kinds": {"shape": "Kinds"}, "Tags": {"shape": "Tags"}, "Requests": {"shape": "Requests"},
      "Secret": {"shape": "Secret"}, "Data": {"shape": "Data"}, "Inner": {"shape": "Target"}, "ByName": {"shape": "TargetMap"}}},
    "NeedIn": {"type": "structure", "required": ["QueueUrl", "Items"], "members": {"QueueUrl": {"shape": "String"}, "Items": {"shape": "Targets"}}},
    "Name": {"type": "string", "min": 2, "max": 8, "pattern": "[a-z]+"},
    "Type": {"type": "string", "enum": ["HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"]},
    "Kinds": {"type": "list", "max": 3, "member": {"shape": "Type"}},
    "Limit": {"type": "integer", "min": 1, "max": 10},
    "Ratio": {"type": "double", "min": 0.5},
    "Targets": {"type": "list", "max": 2, "member": {"shape": "Target"}},
    "Target": {"type": "structure", "required": ["Id"], "members": {"Id": {"shape": "Name"}, "When": {"shape": "Timestamp"}, "Flag": {"shape": "Boolean"}}},
    "TargetMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Target"}},
    "Tags": {"type": "map", "key": {"shape": "TagKey"}, "value": {"shape": "TagValue"}},
    "TagKey": {"type": "string", "min": 1, "max": 4}, "TagValue": {"type": "string", "max": 4},
    "Requests": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "OneToTwo"}},
    "OneToTwo": {"type": "list", "min": 1, "max": 2, "member": {"shape": "String"}},
    "Secret": {"type": "string", "sensitive": true, "min": 8},
    "Data": {"type": "blob", "max": 2},
    "String": {"type": "string"}, "Timestamp": {"type": "timestamp"}, "Boolean": {"type": "boolean"}
  }
})";

class ValidationTest : public testing::Test {
 protected:
  Result<void> Check(std::string_view operation, const Json& input, Protocol protocol = Protocol::kJson10,
                     ValidationDialect dialect = ValidationDialect::kAws) {
    return ValidateInput(*model_.FindOperation(operation), protocol, input, dialect);
  }
  std::string Message(const char* input, ValidationDialect dialect = ValidationDialect::kAws) {
    const auto result = Check("Do", Json::parse(input), Protocol::kJson10, dialect);
    return result.ok() ? "" : result.error().message;
  }
  static std::string One(const std::string& text) { return "1 validation error detected: " + text; }

  std::vector<std::byte> block_ = CompileModel(kConstrainedModel, "sample");
  ServiceModel model_{block_};
};

TEST_F(ValidationTest, GoodInputPasses) {
  EXPECT_EQ(
      Message(R"({"Name": "abc", "Type": "AWS", "Limit": 10, "Ratio": 0.5, "Targets": [{"Id": "ab"}], "Kinds": ["AWS"],
                        "Tags": {"k": ""}, "Requests": {"t": ["x"]}, "Secret": "12345678", "Inner": {"Id": "ab"}})"),
      "");
  EXPECT_TRUE(Check("Bare", Json::object()).ok());
}

TEST_F(ValidationTest, Lengths) {
  EXPECT_EQ(
      Message(R"({"Name": "abcdefghi"})"),
      One("Value 'abcdefghi' at 'name' failed to satisfy constraint: Member must have length less than or equal to 8"));
  EXPECT_EQ(
      Message(R"({"Name": "a"})"),
      One("Value 'a' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2"));
}

TEST_F(ValidationTest, Ranges) {
  EXPECT_EQ(Message(R"({"Limit": 11})"),
            One("Value '11' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10"));
  EXPECT_EQ(
      Message(R"({"Limit": 0})"),
      One("Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"));
  EXPECT_EQ(
      Message(R"({"Ratio": 0.25})"),
      One("Value '0.25' at 'ratio' failed to satisfy constraint: Member must have value greater than or equal to 0.5"));
}

TEST_F(ValidationTest, EnumsAreListedInAwssOrder) {
  EXPECT_EQ(Message(R"({"Type": "X"})"), One("Value 'X' at 'type' failed to satisfy constraint: Member must satisfy "
                                             "enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]"));
}

TEST_F(ValidationTest, PatternsComeBeforeLengthsAndErrorsAreCounted) {
  EXPECT_EQ(Message(R"({"Name": "123456789", "Type": "X"})"),
            "3 validation errors detected: Value '123456789' at 'name' failed to satisfy constraint: Member must "
            "satisfy regular expression "
            "pattern: [a-z]+; Value '123456789' at 'name' failed to satisfy constraint: Member must have length less "
            "than or equal to 8; "
            "Value 'X' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, "
            "AWS_PROXY, HTTP_PROXY, AWS]");
}

TEST_F(ValidationTest, MissingRequiredMembersAreNull) {
  const auto result = Check("Need", Json::object());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "ValidationException");
  EXPECT_EQ(
      result.error().message,
      "2 validation errors detected: Value null at 'queueUrl' failed to satisfy constraint: Member must not be null; "
      "Value null at 'items' failed to satisfy constraint: Member must not be null");
  EXPECT_FALSE(Check("Need", Json{{"QueueUrl", nullptr}, {"Items", Json::array()}}).ok());
}

TEST_F(ValidationTest, QueryHasAnotherCode) {
  EXPECT_EQ(Check("Need", Json::object(), Protocol::kQuery).error().code, "ValidationError");
  EXPECT_EQ(Check("Need", Json::object()).error().query_code, "ValidationError");
}

TEST_F(ValidationTest, PathsCountListElementsFromOne) {
  EXPECT_EQ(Message(R"({"Targets": [{"Id": "ab"}, {"Id": "A1"}]})"),
            One("Value 'A1' at 'targets.2.member.id' failed to satisfy constraint: Member must satisfy regular "
                "expression pattern: [a-z]+"));
  EXPECT_EQ(Message(R"({"Targets": [{}]})"),
            One("Value null at 'targets.1.member.id' failed to satisfy constraint: Member must not be null"));
  EXPECT_EQ(Message(R"({"Inner": {}})"),
            One("Value null at 'inner.id' failed to satisfy constraint: Member must not be null"));
  EXPECT_EQ(Message(R"({"ByName": {"K": {}}})"),
            One("Value null at 'byName.K.member.id' failed to satisfy constraint: Member must not be null"));
}

TEST_F(ValidationTest, ListsArePrintedAsJavaDoes) {
  EXPECT_EQ(
      Message(R"({"Targets": [{"Id": "ab", "When": 0}, {"Id": "cd", "Flag": true}, {"Id": "ef"}]})"),
      One("Value '[Target(id=ab, when=Thu Jan 01 00:00:00 UTC 1970, flag=null), Target(id=cd, when=null, flag=true), "
          "Target(id=ef, when=null, "
          "flag=null)]' at 'targets' failed to satisfy constraint: Member must have length less than or equal to 2"));
}

TEST_F(ValidationTest, ScalarElementsAreReportedAtTheirList) {
  EXPECT_EQ(Message(R"({"Kinds": ["AWS", "wrong"]})"),
            One("Value '[AWS, wrong]' at 'kinds' failed to satisfy constraint: Member must satisfy constraint: [Member "
                "must satisfy enum value "
                "set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS], Member must not be null]"));
}

TEST_F(ValidationTest, MapsAreReportedAsAWhole) {
  EXPECT_EQ(Message(R"({"Tags": {"toolong": "v"}})"),
            One("Value '{toolong=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member "
                "must have length less than or "
                "equal to 4, Member must have length greater than or equal to 1]"));
  EXPECT_EQ(Message(R"({"Tags": {"k": "value"}})"),
            One("Value '{k=value}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member "
                "must have length less than or "
                "equal to 4]"));
  EXPECT_EQ(Message(R"({"Requests": {"t": []}})"),
            One("Value '{t=[]}' at 'requests' failed to satisfy constraint: Map value must satisfy constraint: [Member "
                "must have length less than or "
                "equal to 2, Member must have length greater than or equal to 1]"));
}

TEST_F(ValidationTest, SecretsAreNotRepeated) {
  EXPECT_EQ(Message(R"({"Secret": "hunter2"})"),
            One("Value at 'secret' failed to satisfy constraint: Member must have length greater than or equal to 8"));
}

TEST_F(ValidationTest, BlobsAreMeasuredInBytes) {
  const auto result = Check("Do", Json{{"Data", Json::binary({1, 2, 3})}});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(
      result.error().message,
      One("Value 'java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]' at 'data' failed to satisfy constraint: Member must "
          "have length less than or equal to 2"));
}

TEST_F(ValidationTest, LengthsCountCharactersNotBytes) {
  EXPECT_EQ(Message("{\"Tags\": {\"k\": \"\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\"}}"), "");
}

TEST_F(ValidationTest, ReportsStayBoundedHoweverMuchIsWrong) {
  Json targets = Json::array();
  for (int i = 0; i < 100'000; ++i) targets.push_back(Json{{"Id", "WRONG-WRONG-WRONG"}});
  const auto result = Check("Do", Json{{"Targets", std::move(targets)}});
  ASSERT_FALSE(result.ok());
  EXPECT_LT(result.error().message.size(), 1'500'000U);
}

TEST_F(ValidationTest, SmithysDialect) {
  constexpr auto kSmithy = ValidationDialect::kSmithy;
  EXPECT_EQ(Message(R"({"Kinds": ["AWS", "X"]})", kSmithy),
            "1 validation error detected. Value at '/Kinds/1' failed to satisfy constraint: Member must satisfy enum "
            "value set: "
            "[HTTP, AWS, MOCK, HTTP_PROXY, AWS_PROXY]");
  EXPECT_EQ(Message(R"({"Tags": {"k": "value"}})", kSmithy),
            "1 validation error detected. Value with length 5 at '/Tags/k' failed to satisfy constraint: Member must "
            "have length less than or equal to 4");
  EXPECT_EQ(Message(R"({"Limit": 11})", kSmithy),
            "1 validation error detected. Value at '/Limit' failed to satisfy constraint: Member must be between 1 and "
            "10, inclusive");
  const auto result = Check("Need", Json{{"QueueUrl", "q"}}, Protocol::kRestJson, kSmithy);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(
      *result.error().fields,
      Json::parse(
          R"({"fieldList": [{"path": "/Items", "message": "Value at '/Items' failed to satisfy constraint: Member must not be null"}]})"));
}

}  // namespace
}  // namespace stratolite::wire::internal
