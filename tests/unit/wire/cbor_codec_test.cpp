#include "wire/cbor_codec.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "unit/wire/sample_model.hpp"

namespace stratolite::wire::internal {
namespace {

class CborCodecTest : public testing::Test {
 protected:
  Result<Json> Decode(std::string_view hex, CborTime time = CborTime::kSeconds) const {
    return DecodeCbor(all_, *HexDecode(hex), {}, time);
  }
  std::string Encode(const Json& value, CborTime time = CborTime::kSeconds) const {
    return HexEncode(EncodeCbor(all_, value, time));
  }

  const SampleModel sample_{R"("protocol":"smithy-rpc-v2-cbor","targetPrefix":"Sample")", "", kSampleShapes};
  const Shape all_ = sample_.shape("All");
};

TEST_F(CborCodecTest, WhatItWritesItReadsBack) {
  const Json value = {{"Text", "é"},
                      {"Yes", true},
                      {"Tiny", -1},
                      {"Int", 70000},
                      {"Long", std::numeric_limits<std::int64_t>::min()},
                      {"Double", 2.0},
                      {"Float", 0.5},
                      {"Blob", Json::binary({0, 255})},
                      {"When", 1515531081.25},
                      {"List", {"a", ""}},
                      {"Map", {{"k", 1}}},
                      {"Gaps", {nullptr, "x"}},
                      {"Child", {{"Choice", {{"Int", 1}}}}}};
  const auto tree = DecodeCbor(all_, EncodeCbor(all_, value), {});
  ASSERT_TRUE(tree.ok()) << tree.error().message;
  EXPECT_EQ(*tree, value);
}

TEST_F(CborCodecTest, DoublesStayFloatsAndTimestampsAreTagged) {
  EXPECT_EQ(Encode({{"Double", 1.0}}), "a166446f75626c65fb3ff0000000000000");
  EXPECT_EQ(Encode({{"When", 1}}), "a1645768656ec101");
  EXPECT_EQ(Encode({{"When", 1.5}}, CborTime::kMilliseconds), "a1645768656ec11905dc");
  EXPECT_EQ(Encode({{"Text", nullptr}}), "a0");
}

TEST_F(CborCodecTest, ReadsIndefiniteLengths) {
  // {_ "Text": (_ "a", "b"), "List": [_ "x"]}
  const auto tree = Decode("bf64546578747f61616162ff644c6973749f6178ffff");
  ASSERT_TRUE(tree.ok()) << tree.error().message;
  EXPECT_EQ(*tree, Json::parse(R"({"Text":"ab","List":["x"]})"));
}

TEST_F(CborCodecTest, ReadsHalfAndSingleFloats) {
  EXPECT_EQ((*Decode("a166446f75626c65f93e00"))["Double"], 1.5);
  EXPECT_EQ((*Decode("a166446f75626c65fa3fc00000"))["Double"], 1.5);
  EXPECT_EQ((*Decode("a166446f75626c6501"))["Double"], 1.0);
  EXPECT_TRUE(std::isnan((*Decode("a166446f75626c65f97e00"))["Double"].get<double>()));
}

TEST_F(CborCodecTest, MillisecondsBelongToTheOldDialectOnly) {
  EXPECT_EQ((*Decode("a1645768656ec11905dc"))["When"], 1500);
  EXPECT_EQ((*Decode("a1645768656ec11905dc", CborTime::kMilliseconds))["When"], 1.5);
  EXPECT_FALSE(Decode("a1645768656e1905dc").ok());
}

TEST_F(CborCodecTest, NullAndUndefinedMembersAreAbsentAndUnknownOnesSkipped) {
  // {"Text": null, "Int": undefined, "Nope": [1, {"x": h'00'}], "Yes": true}
  EXPECT_EQ(*Decode("a46454657874f663496e74f7644e6f70658201a16178410063596573f5"), Json::parse(R"({"Yes":true})"));
}

TEST_F(CborCodecTest, BigIntegersBeyond64BitsAreReadAsTheyAreWritten) {
  const auto tree = Decode("a16448756765c24c010101010101010101010101");  // {"Huge": 2(h'01' * 12)}
  ASSERT_TRUE(tree.ok());
  const auto again = DecodeCbor(all_, EncodeCbor(all_, *tree), {});
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(*again, *tree);
  EXPECT_FALSE(Decode("a16448756765c25881" + std::string(258, 'f')).ok());  // more than a double holds
  EXPECT_FALSE(Decode("a163496e74fb47efffffffffffff").ok());
  EXPECT_FALSE(Decode("a1634c6f6e67fb47efffffffffffff").ok());
}

TEST_F(CborCodecTest, HostileLengthsAreRefusedBeforeAnythingIsAllocated) {
  EXPECT_FALSE(Decode("a164546578747bffffffffffffffff").ok());  // text of 2^64-1 bytes
  EXPECT_FALSE(Decode("a1644c6973749b00ffffffffffffff").ok());  // list of 2^56 elements
  EXPECT_FALSE(Decode("bb7fffffffffffffff").ok());              // map of 2^63 pairs
  EXPECT_FALSE(Decode("a1").ok());
  EXPECT_FALSE(Decode("a0a0").ok());
  EXPECT_FALSE(Decode("ff").ok());
  EXPECT_FALSE(Decode("1c").ok());
}

TEST_F(CborCodecTest, DeepNestingEndsInAnError) {
  const std::string deep(20'000, '\x81');
  const auto unknown = DecodeCbor(all_, "\xa1\x61x" + deep, {});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().message, "Nesting is too deep");
  const auto document = DecodeCbor(all_,
                                   "\xa1\x63"
                                   "Any" +
                                       deep,
                                   {});
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().message, "Nesting is too deep");
  const auto tags = DecodeCbor(all_, "\xa1\x64Text" + std::string(20'000, '\xc6'), {});
  ASSERT_FALSE(tags.ok());
}

TEST_F(CborCodecTest, RefusesValuesOfTheWrongType) {
  EXPECT_FALSE(Decode("a1645465787401").ok());        // Text: 1
  EXPECT_FALSE(Decode("a163496e741a80000000").ok());  // Int: 2^31
  EXPECT_FALSE(Decode("a163496e746131").ok());        // Int: "1"
  EXPECT_FALSE(Decode("a16454657874"
                      "62c328")
                   .ok());                        // Text: invalid UTF-8
  EXPECT_FALSE(Decode("a10102").ok());            // key: 1
  EXPECT_FALSE(Decode("80").ok());                // not a map
  EXPECT_FALSE(Decode("a164426c6f626131").ok());  // Blob: "1"
}

}  // namespace
}  // namespace stratolite::wire::internal
