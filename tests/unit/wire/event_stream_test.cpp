#include "wire/event_stream.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/wire/codec.hpp"
#include "unit/wire/sample_model.hpp"

namespace stratolite::wire {
namespace {

class EventStreamTest : public testing::Test {
 protected:
  const SampleModel sample_{R"("protocol":"rest-json")", "", R"json(
    "Stream":{"type":"structure","eventstream":true,"members":{"Chunk":{"shape":"Chunk"},"Done":{"shape":"Done"},"Broken":{"shape":"Broken"}}},
    "Chunk":{"type":"structure","event":true,"members":{"Bytes":{"shape":"Blob","eventpayload":true},"At":{"shape":"When","eventheader":true}}},
    "Done":{"type":"structure","event":true,"members":{"Count":{"shape":"Int"}}},
    "Broken":{"type":"structure","exception":true,"members":{"message":{"shape":"Text"}}},
    "Blob":{"type":"blob"},"Text":{"type":"string"},"Int":{"type":"integer"},"When":{"type":"timestamp"})json"};
  const Shape stream_ = sample_.shape("Stream");
};

// The example of the format's specification: one header, one payload, known CRCs.
TEST_F(EventStreamTest, FramesAMessageWithBothChecksums) {
  internal::EventMessage empty;
  EXPECT_EQ(HexEncode(empty.Finish({})), "000000100000000005c248eb7d98c8ff");
  internal::EventMessage message;
  message.AddString("content-type", "application/json");
  EXPECT_EQ(HexEncode(message.Finish("{'foo':'bar'}")),
            "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e"
            "7b27666f6f273a27626172277d8d9c08b1");
}

TEST_F(EventStreamTest, ABlobPayloadTravelsAsItIs) {
  const auto frame =
      EncodeEvent(stream_, Protocol::kRestJson, "Chunk", {{"Bytes", Json::binary({1, 2, 3})}, {"At", 1.5}});
  EXPECT_NE(frame.find(std::string(":event-type\x07\x00\x05"
                                   "Chunk",
                                   19)),
            std::string::npos);
  EXPECT_NE(frame.find("application/octet-stream"), std::string::npos);
  EXPECT_NE(frame.find(std::string("\x02"
                                   "At\x08\x00\x00\x00\x00\x00\x00\x05\xdc",
                                   12)),
            std::string::npos);
  EXPECT_EQ(frame.substr(frame.size() - 7, 3), std::string("\x01\x02\x03"));
}

TEST_F(EventStreamTest, OtherMembersFormADocumentInTheProtocol) {
  EXPECT_NE(EncodeEvent(stream_, Protocol::kRestJson, "Done", {{"Count", 7}}).find(R"({"Count":7})"),
            std::string::npos);
  EXPECT_NE(EncodeEvent(stream_, Protocol::kRestXml, "Done", {{"Count", 7}}).find("<Done><Count>7</Count></Done>"),
            std::string::npos);
  EXPECT_NE(EncodeEvent(stream_, Protocol::kRpcV2Cbor, "Done", {{"Count", 7}})
                .find("\xa1\x65"
                      "Count\x07"),
            std::string::npos);
}

TEST_F(EventStreamTest, ModelledErrorsAreExceptionsAndOthersErrors) {
  const auto exception = EncodeEventError(stream_, Protocol::kRestJson, {.code = "Broken", .message = "oh"});
  EXPECT_NE(exception.find("exception-type"), std::string::npos);
  EXPECT_NE(exception.find(R"({"message":"oh"})"), std::string::npos);
  const auto error = EncodeEventError(stream_, Protocol::kRestJson, {.code = "InternalFailure", .message = "oh"});
  EXPECT_NE(error.find(":error-code"), std::string::npos);
  EXPECT_NE(error.find("InternalFailure"), std::string::npos);
}

}  // namespace
}  // namespace stratolite::wire
