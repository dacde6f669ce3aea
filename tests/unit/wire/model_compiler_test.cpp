#include "stratolite/wire/model_compiler.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "stratolite/wire/model.hpp"

namespace stratolite::wire {
namespace {

std::string ModelWith(const std::string& operations, const std::string& shapes,
                      const std::string& metadata = R"("protocol":"json")") {
  return R"({"metadata":{"endpointPrefix":"x",)" + metadata + R"(},"operations":{)" + operations + R"(},"shapes":{)" +
         shapes + "}}";
}

std::string MessageOf(const std::string& model) {
  try {
    CompileModel(model, "x");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ModelCompilerTest, NamesWhatIsWrongWithAModel) {
  EXPECT_NE(MessageOf("{").find("parse error"), std::string::npos);
  EXPECT_EQ(MessageOf("{}"), "service model: metadata: missing");
  EXPECT_EQ(MessageOf(ModelWith("", R"("S":{"type":"tuple"})")), "service model: S: unknown type 'tuple'");
  EXPECT_EQ(MessageOf(ModelWith("", R"("S":{"type":"structure","members":{"A":{"shape":"B"}}})")),
            "service model: S.A: refers to the unknown shape 'B'");
  EXPECT_EQ(MessageOf(ModelWith("", R"("S":{"type":"list"})")), "service model: member: missing");
  EXPECT_EQ(MessageOf(ModelWith("", "", R"("protocol":"soap")")), "service model: metadata: unknown protocol 'soap'");
  EXPECT_EQ(MessageOf(ModelWith(R"("O":{"http":{"method":"GET","requestUri":"/"},"input":{"shape":"Nowhere"}})", "")),
            "service model: O: refers to the unknown shape 'Nowhere'");
  EXPECT_EQ(MessageOf(ModelWith("", R"("T":{"type":"timestamp","timestampFormat":"stardate"})")),
            "service model: T: unknown timestampFormat \"stardate\"");
}

TEST(ModelCompilerTest, TheSameTextGivesTheSameBlock) {
  const std::string model =
      ModelWith(R"("O":{"http":{"method":"GET","requestUri":"/"},"output":{"shape":"S"}})",
                R"("S":{"type":"structure","members":{"A":{"shape":"T"}}},"T":{"type":"string"})");
  EXPECT_EQ(CompileModel(model, "x"), CompileModel(model, "x"));
}

TEST(ModelCompilerTest, DocumentationLeavesNoTrace) {
  const std::string plain = ModelWith("", R"("T":{"type":"string"})");
  const std::string documented = ModelWith("", R"("T":{"type":"string","documentation":"<p>Text.</p>"})");
  EXPECT_EQ(CompileModel(plain, "x"), CompileModel(documented, "x"));
}

TEST(ModelCompilerTest, TheSigningNameFallsBackToTheEndpointPrefix) {
  const auto block = CompileModel(ModelWith("", ""), "x");
  EXPECT_EQ(ServiceModel(block).signing_name(), "x");
}

TEST(ModelCompilerTest, JsonVersionDecidesThePrimaryProtocol) {
  const auto v10 = CompileModel(ModelWith("", "", R"("protocol":"json","jsonVersion":"1.0")"), "x");
  const auto v11 = CompileModel(ModelWith("", "", R"("protocol":"json","jsonVersion":"1.1")"), "x");
  EXPECT_EQ(ServiceModel(v10).primary_protocol(), Protocol::kJson10);
  EXPECT_EQ(ServiceModel(v11).primary_protocol(), Protocol::kJson11);
}

TEST(ModelCompilerTest, AShapesOwnNameGoesBeforeAnothersCode) {
  const auto block =
      CompileModel(ModelWith("", R"("Alpha":{"type":"structure","exception":true,"error":{"code":"Beta"},"members":{}},
      "Beta":{"type":"structure","exception":true,"error":{"httpStatusCode":404},"members":{}})"),
                   "x");
  EXPECT_EQ(ServiceModel(block).FindError("Beta")->error_status(), 404);
}

TEST(ModelCompilerTest, AnErrorMayStandOnTheReferenceAsInOldModels) {
  const auto block = CompileModel(ModelWith(R"("O":{"http":{"method":"GET","requestUri":"/"},
      "errors":[{"shape":"E","exception":true,"error":{"code":"Old","httpStatusCode":410}}]})",
                                            R"("E":{"type":"structure","members":{}})"),
                                  "x");
  const ServiceModel model(block);
  ASSERT_TRUE(model.FindError("Old"));
  EXPECT_TRUE(model.FindError("Old")->is_error());
  EXPECT_EQ(model.FindError("Old")->error_status(), 410);
}

TEST(ModelCompilerTest, OfMembersThatShareAWireNameTheOneInTheBodyIsFound) {
  const auto block = CompileModel(ModelWith("", R"("S":{"type":"structure","members":{
      "A":{"shape":"T","location":"header","locationName":"n"},"B":{"shape":"T","locationName":"n"}}},"T":{"type":"string"})"),
                                  "x");
  EXPECT_EQ(ServiceModel(block).FindShape("S")->FindMemberByWireName("n")->name(), "B");
}

TEST(ModelCompilerTest, AMemberTakesItsShapesLocationNameUnlessThatIsAStructures) {
  const auto block =
      CompileModel(ModelWith("", R"("S":{"type":"structure","members":{"A":{"shape":"L"},"B":{"shape":"T"}}},
      "L":{"type":"list","locationName":"entry","member":{"shape":"T"}},
      "T":{"type":"structure","locationName":"Root","members":{}})"),
                   "x");
  const Shape shape = *ServiceModel(block).FindShape("S");
  EXPECT_EQ(shape.FindMember("A")->wire_name(), "entry");
  EXPECT_EQ(shape.FindMember("B")->wire_name(), "B");
  EXPECT_EQ(shape.FindMember("B")->shape().location_name(), "Root");
}

TEST(ModelCompilerTest, RecursiveShapesAreOffsetsLikeAllOthers) {
  const auto block =
      CompileModel(ModelWith("", R"("Node":{"type":"structure","members":{"Next":{"shape":"Node"}}})"), "x");
  const Shape node = *ServiceModel(block).FindShape("Node");
  EXPECT_EQ(node.FindMember("Next")->shape(), node);
}

TEST(ModelCompilerTest, ALargeStructureKeepsEveryMember) {
  std::string members;
  for (int i = 0; i < 1000; ++i) members += (i ? "," : "") + ("\"Member" + std::to_string(i)) + R"(":{"shape":"T"})";
  const auto block = CompileModel(
      ModelWith("", R"("S":{"type":"structure","members":{)" + members + R"(}},"T":{"type":"string"})"), "x");
  const Shape shape = *ServiceModel(block).FindShape("S");
  ASSERT_EQ(shape.member_count(), 1000U);
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "Member" + std::to_string(i);
    EXPECT_EQ(shape.member(static_cast<std::size_t>(i)).name(), name);
    ASSERT_TRUE(shape.FindMember(name)) << name;
    EXPECT_EQ(shape.FindMember(name)->name(), name);
  }
  EXPECT_FALSE(shape.FindMember("Member1000"));
}

}  // namespace
}  // namespace stratolite::wire
