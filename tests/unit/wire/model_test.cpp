#include "stratolite/wire/model.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stratolite/wire/model_compiler.hpp"

namespace stratolite::wire {
namespace {

/// A service small enough to read, with every trait once.
constexpr const char* kShapesModel = R"json({
"botocore":"9.8.7",
"metadata":{"apiVersion":"2020-02-02","endpointPrefix":"zoo","signingName":"zoology","protocol":"json","protocols":["smithy-rpc-v2-cbor","json"],
 "jsonVersion":"1.0","awsQueryCompatible":{},"serviceId":"Zoo","serviceFullName":"Amazon Zoo","targetPrefix":"Zoo_20200202",
 "xmlNamespace":"http://zoo.example.com/","globalEndpoint":"zoo.example.com"},
"operations":{
 "PutAnimal":{"name":"PutAnimal","http":{"method":"PUT","requestUri":"/{Cage}/{Name+}?animal","responseCode":201},
  "input":{"shape":"PutAnimalRequest","locationName":"Put","xmlNamespace":{"uri":"urn:put"}},
  "output":{"shape":"PutAnimalResult","resultWrapper":"PutAnimalWrapped"},
  "errors":[{"shape":"CageFull"},{"shape":"Locked"}],
  "endpoint":{"hostPrefix":"{Cage}."},"authtype":"v4-unsigned-body","unsignedPayload":true,"deprecated":true,
  "httpChecksum":{"requestAlgorithmMember":"Algorithm","requestValidationModeMember":"Mode","requestChecksumRequired":true}},
 "GetAnimal":{"name":"GetAnimal","http":{"method":"GET","requestUri":"/"}}
},
"shapes":{
 "PutAnimalRequest":{"type":"structure","required":["Name","Cage"],"payload":"Body","members":{
  "Zebra":{"shape":"Text"},
  "Cage":{"shape":"Text","location":"uri","locationName":"Cage","hostLabel":true},
  "Name":{"shape":"Text","location":"uri","locationName":"Name"},
  "Token":{"shape":"Text","idempotencyToken":true,"location":"header","locationName":"x-token"},
  "Page":{"shape":"Int","location":"querystring","locationName":"page","deprecated":true},
  "Extra":{"shape":"TextMap","location":"headers","locationName":"x-meta-"},
  "Algorithm":{"shape":"Kind"},
  "Mode":{"shape":"Text","jsonvalue":true,"location":"header","locationName":"x-mode"},
  "Body":{"shape":"Stream"}}},
 "PutAnimalResult":{"type":"structure","members":{
  "Status":{"shape":"Int","location":"statusCode"},
  "Tags":{"shape":"TagList","locationName":"Tag","queryName":"TagQuery","flattened":true,"xmlNamespace":{"prefix":"t","uri":"urn:tag"}},
  "Id":{"shape":"Text","locationName":"id","xmlAttribute":true},
  "Born":{"shape":"Day","timestampFormat":"rfc822"},
  "Died":{"shape":"Day"},
  "Events":{"shape":"Events"}}},
 "Events":{"type":"structure","eventstream":true,"members":{"Fed":{"shape":"Fed"}}},
 "Fed":{"type":"structure","event":true,"members":{"What":{"shape":"Text","eventpayload":true},"At":{"shape":"Day","eventheader":true}}},
 "CageFull":{"type":"structure","exception":true,"error":{"code":"Zoo.CageFull","httpStatusCode":409,"senderFault":true},"members":{}},
 "Locked":{"type":"structure","exception":true,"fault":true,"members":{"message":{"shape":"Text"}}},
 "Cause":{"type":"structure","union":true,"members":{"Text":{"shape":"Text"}}},
 "Any":{"type":"structure","document":true,"members":{}},
 "Text":{"type":"string","min":1,"max":64,"pattern":"[a-z\"]+"},
 "Kind":{"type":"string","enum":["cat","dog","äöü"],"sensitive":true},
 "Int":{"type":"integer","box":true,"min":-5},
 "Ratio":{"type":"double","max":0.25},
 "Day":{"type":"timestamp","timestampFormat":"iso8601"},
 "Stream":{"type":"blob","streaming":true,"requiresLength":true},
 "TagList":{"type":"list","member":{"shape":"Text","locationName":"item"},"sparse":true,"uniqueItems":true},
 "TextMap":{"type":"map","key":{"shape":"Text","locationName":"k"},"value":{"shape":"Int","locationName":"v"},"flattened":true}
},
"paginators":{"GetAnimal":{"input_token":["A","B"],"output_token":"Next","result_key":"Animals","limit_key":"Max","more_results":"More"}}
})json";

class ModelTest : public testing::Test {
 protected:
  Operation Put() const { return *model_.FindOperation("PutAnimal"); }
  Shape Named(const char* name) const { return *model_.FindShape(name); }
  Member In(const char* shape, const char* member) const { return *Named(shape).FindMember(member); }

  const std::vector<std::byte> block_ = CompileModel(kShapesModel, "zoo");
  const ServiceModel model_{block_};
};

TEST_F(ModelTest, MetadataIsTheModels) {
  EXPECT_EQ(model_.name(), "zoo");
  EXPECT_EQ(model_.botocore_version(), "9.8.7");
  EXPECT_EQ(model_.api_version(), "2020-02-02");
  EXPECT_EQ(model_.service_id(), "Zoo");
  EXPECT_EQ(model_.service_full_name(), "Amazon Zoo");
  EXPECT_EQ(model_.endpoint_prefix(), "zoo");
  EXPECT_EQ(model_.signing_name(), "zoology");
  EXPECT_EQ(model_.target_prefix(), "Zoo_20200202");
  EXPECT_EQ(model_.xml_namespace_uri(), "http://zoo.example.com/");
  EXPECT_EQ(model_.json_version(), "1.0");
  EXPECT_EQ(model_.primary_protocol(), Protocol::kJson10);
  EXPECT_TRUE(model_.global_endpoint());
  EXPECT_TRUE(model_.aws_query_compatible());
}

TEST_F(ModelTest, SpeaksItsProtocolsBothJsonVersionsAndQueryWhereCompatible) {
  for (const Protocol protocol : {Protocol::kJson10, Protocol::kJson11, Protocol::kRpcV2Cbor, Protocol::kQuery}) {
    EXPECT_TRUE(model_.Speaks(protocol)) << ProtocolName(protocol);
  }
  for (const Protocol protocol : {Protocol::kEc2, Protocol::kRestJson, Protocol::kRestXml}) {
    EXPECT_FALSE(model_.Speaks(protocol)) << ProtocolName(protocol);
  }
}

TEST_F(ModelTest, OperationsAreSortedAndFoundByName) {
  ASSERT_EQ(model_.operation_count(), 2U);
  EXPECT_EQ(model_.operation(0).name(), "GetAnimal");
  EXPECT_EQ(model_.operation(1), Put());
  EXPECT_FALSE(model_.FindOperation("getanimal"));
  EXPECT_FALSE(model_.FindOperation(""));
}

TEST_F(ModelTest, AnOperationKnowsItsBindingsAndErrors) {
  EXPECT_EQ(Put().http_method(), "PUT");
  EXPECT_EQ(Put().request_uri(), "/{Cage}/{Name+}?animal");
  EXPECT_EQ(Put().response_code(), 201);
  EXPECT_EQ(Put().input()->name(), "PutAnimalRequest");
  EXPECT_EQ(Put().input_location_name(), "Put");
  EXPECT_EQ(Put().input_xml_namespace_uri(), "urn:put");
  EXPECT_EQ(Put().output()->name(), "PutAnimalResult");
  EXPECT_EQ(Put().output_result_wrapper(), "PutAnimalWrapped");
  ASSERT_EQ(Put().error_count(), 2U);
  EXPECT_EQ(Put().error(0).name(), "CageFull");
  EXPECT_EQ(Put().error(1).name(), "Locked");
  EXPECT_EQ(Put().endpoint_host_prefix(), "{Cage}.");
  EXPECT_EQ(Put().auth_type(), "v4-unsigned-body");
  EXPECT_EQ(Put().checksum_request_algorithm_member(), "Algorithm");
  EXPECT_EQ(Put().checksum_request_validation_mode_member(), "Mode");
  EXPECT_TRUE(Put().unsigned_payload());
  EXPECT_TRUE(Put().http_checksum_required());
  EXPECT_TRUE(Put().deprecated());
  EXPECT_TRUE(Put().has_streaming_input());
  EXPECT_FALSE(Put().has_streaming_output());
  EXPECT_FALSE(Put().has_eventstream_input());
  EXPECT_TRUE(Put().has_eventstream_output());
  EXPECT_EQ(Put().service(), model_);
}

TEST_F(ModelTest, AnOperationMayHaveNeitherInputNorOutput) {
  const Operation get = *model_.FindOperation("GetAnimal");
  EXPECT_FALSE(get.input());
  EXPECT_FALSE(get.output());
  EXPECT_EQ(get.response_code(), 200);
  EXPECT_EQ(get.error_count(), 0U);
  EXPECT_EQ(get.auth_type(), "");
}

TEST_F(ModelTest, MembersKeepTheModelsOrder) {
  const Shape input = *Put().input();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < input.member_count(); ++i) names.emplace_back(input.member(i).name());
  EXPECT_EQ(names,
            (std::vector<std::string>{"Zebra", "Cage", "Name", "Token", "Page", "Extra", "Algorithm", "Mode", "Body"}));
}

TEST_F(ModelTest, EveryMemberIsFoundByItsNameAndByItsNameOnTheWire) {
  const Shape output = *Put().output();
  for (std::size_t i = 0; i < output.member_count(); ++i) {
    EXPECT_EQ(output.FindMember(output.member(i).name())->name(), output.member(i).name());
    EXPECT_EQ(output.FindMemberByWireName(output.member(i).wire_name())->name(), output.member(i).name());
  }
  EXPECT_EQ(output.FindMemberByWireName("Tag")->name(), "Tags");
  EXPECT_FALSE(output.FindMemberByWireName("Tags"));
  EXPECT_FALSE(output.FindMember("tags"));
  EXPECT_FALSE(Named("Text").FindMember("x"));
}

TEST_F(ModelTest, RequiredAndLocationStandOnTheMember) {
  EXPECT_TRUE(In("PutAnimalRequest", "Cage").required());
  EXPECT_FALSE(In("PutAnimalRequest", "Zebra").required());
  EXPECT_EQ(In("PutAnimalRequest", "Zebra").location(), Location::kBody);
  EXPECT_EQ(In("PutAnimalRequest", "Cage").location(), Location::kUri);
  EXPECT_EQ(In("PutAnimalRequest", "Page").location(), Location::kQueryString);
  EXPECT_EQ(In("PutAnimalRequest", "Token").location(), Location::kHeader);
  EXPECT_EQ(In("PutAnimalRequest", "Extra").location(), Location::kHeaders);
  EXPECT_EQ(In("PutAnimalResult", "Status").location(), Location::kStatusCode);
  EXPECT_TRUE(In("PutAnimalRequest", "Cage").host_label());
  EXPECT_TRUE(In("PutAnimalRequest", "Token").idempotency_token());
  EXPECT_TRUE(In("PutAnimalRequest", "Mode").jsonvalue());
  EXPECT_TRUE(In("PutAnimalRequest", "Page").deprecated());
  EXPECT_TRUE(In("Fed", "What").event_payload());
  EXPECT_TRUE(In("Fed", "At").event_header());
}

TEST_F(ModelTest, AReferenceAddsToItsShapeAndOverridesIt) {
  const Member tags = In("PutAnimalResult", "Tags");
  EXPECT_EQ(tags.wire_name(), "Tag");
  EXPECT_TRUE(tags.has_location_name());
  EXPECT_EQ(tags.query_name(), "TagQuery");
  EXPECT_TRUE(tags.flattened());
  EXPECT_FALSE(tags.shape().flattened());
  EXPECT_EQ(tags.xml_namespace_uri(), "urn:tag");
  EXPECT_EQ(tags.xml_namespace_prefix(), "t");
  EXPECT_TRUE(In("PutAnimalResult", "Id").xml_attribute());
  EXPECT_EQ(In("PutAnimalResult", "Born").timestamp_format(), TimestampFormat::kRfc822);
  EXPECT_EQ(In("PutAnimalResult", "Died").timestamp_format(), TimestampFormat::kIso8601);
  EXPECT_TRUE(In("PutAnimalRequest", "Body").streaming());
  EXPECT_TRUE(In("PutAnimalRequest", "Extra").flattened());
  EXPECT_TRUE(In("PutAnimalRequest", "Page").box());
  EXPECT_FALSE(In("PutAnimalRequest", "Zebra").has_location_name());
  EXPECT_EQ(In("PutAnimalRequest", "Zebra").wire_name(), "Zebra");
}

TEST_F(ModelTest, ListsAndMapsHaveUnnamedMembers) {
  const Shape list = Named("TagList");
  EXPECT_TRUE(list.sparse());
  EXPECT_TRUE(list.unique_items());
  EXPECT_EQ(list.element().shape(), Named("Text"));
  EXPECT_EQ(list.element().name(), "");
  EXPECT_EQ(list.element().wire_name(), "item");
  EXPECT_EQ(list.member_count(), 0U);
  const Shape map = Named("TextMap");
  EXPECT_EQ(map.key().wire_name(), "k");
  EXPECT_EQ(map.value().wire_name(), "v");
  EXPECT_EQ(map.value().shape().type(), ShapeType::kInteger);
}

TEST_F(ModelTest, ShapesCarryTraitsAndConstraints) {
  EXPECT_EQ(Named("Text").min(), 1);
  EXPECT_EQ(Named("Text").max(), 64);
  EXPECT_EQ(Named("Text").pattern(), "[a-z\"]+");
  EXPECT_EQ(Named("Int").min(), -5);
  EXPECT_EQ(Named("Int").max(), std::nullopt);
  EXPECT_EQ(Named("Ratio").max(), 0.25);
  ASSERT_EQ(Named("Kind").enum_count(), 3U);
  EXPECT_EQ(Named("Kind").enum_value(2), "äöü");
  EXPECT_TRUE(Named("Kind").sensitive());
  EXPECT_EQ(Named("Text").enum_count(), 0U);
  EXPECT_TRUE(Named("Cause").is_union());
  EXPECT_TRUE(Named("Any").document());
  EXPECT_TRUE(Named("Events").eventstream());
  EXPECT_TRUE(Named("Fed").event());
  EXPECT_TRUE(Named("Stream").requires_length());
  EXPECT_EQ(Named("PutAnimalRequest").payload(), "Body");
  EXPECT_EQ(Named("PutAnimalResult").payload(), "");
}

TEST_F(ModelTest, ErrorsAreFoundByShapeNameAndByCode) {
  EXPECT_EQ(model_.FindError("CageFull"), model_.FindShape("CageFull"));
  EXPECT_EQ(model_.FindError("Zoo.CageFull"), model_.FindShape("CageFull"));
  EXPECT_EQ(model_.FindError("Locked"), model_.FindShape("Locked"));
  EXPECT_FALSE(model_.FindError("Text"));
  EXPECT_EQ(Named("CageFull").error_status(), 409);
  EXPECT_EQ(Named("CageFull").error_code(), "Zoo.CageFull");
  EXPECT_TRUE(Named("CageFull").error_sender_fault());
  EXPECT_FALSE(Named("CageFull").is_fault());
  EXPECT_TRUE(Named("Locked").is_fault());
  EXPECT_EQ(Named("Locked").error_status(), 0);
  EXPECT_EQ(Named("Locked").error_code(), "");
}

TEST_F(ModelTest, PaginatorsJoinTheirLists) {
  const auto paginator = model_.FindPaginator("GetAnimal");
  ASSERT_TRUE(paginator);
  EXPECT_EQ(paginator->input_token, "A,B");
  EXPECT_EQ(paginator->output_token, "Next");
  EXPECT_EQ(paginator->result_key, "Animals");
  EXPECT_EQ(paginator->limit_key, "Max");
  EXPECT_EQ(paginator->more_results, "More");
  EXPECT_FALSE(model_.FindPaginator("PutAnimal"));
}

TEST_F(ModelTest, StringsAreFollowedByNul) { EXPECT_STREQ(Put().request_uri().data(), "/{Cage}/{Name+}?animal"); }

TEST_F(ModelTest, ABlockMayLieAnywhere) {
  // Eight bytes further than before, which is as unlike the old address as an aligned one can be.
  std::vector<std::uint64_t> elsewhere(block_.size() / 8 + 1);
  auto* copy = reinterpret_cast<std::byte*>(elsewhere.data() + 1);
  std::copy(block_.begin(), block_.end(), copy);
  const ServiceModel moved(std::span<const std::byte>(copy, block_.size()));
  EXPECT_EQ(moved.FindOperation("PutAnimal")->input()->FindMember("Page")->shape().name(), "Int");
}

TEST_F(ModelTest, WhatIsNoBlockOfThisFormatIsRefused) {
  std::vector<std::byte> broken = block_;
  broken.resize(broken.size() - 8);
  EXPECT_THROW((ServiceModel(broken)), std::runtime_error);
  broken = block_;
  broken[0] = std::byte{0};
  EXPECT_THROW((ServiceModel(broken)), std::runtime_error);
  broken = block_;
  broken[4] = std::byte{0xff};
  EXPECT_THROW((ServiceModel(broken)), std::runtime_error);
  EXPECT_THROW((ServiceModel(std::span<const std::byte>{})), std::runtime_error);
}

}  // namespace
}  // namespace stratolite::wire
