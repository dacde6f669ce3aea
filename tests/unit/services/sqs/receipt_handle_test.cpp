#include "sqs/receipt_handle.hpp"

#include <gtest/gtest.h>

namespace stratolite::sqs {
namespace {

const Receipt kReceipt{7, 123456789, "0f8fad5b-d9cb-469f-a165-70867728950e", 3};

TEST(ReceiptHandle, ReadsBackWhatItSays) {
  const auto receipt = DecodeReceipt(EncodeReceipt(kReceipt));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->queue, kReceipt.queue);
  EXPECT_EQ(receipt->row, kReceipt.row);
  EXPECT_EQ(receipt->message_id, kReceipt.message_id);
  EXPECT_EQ(receipt->receive_count, kReceipt.receive_count);
}

TEST(ReceiptHandle, LooksLikeAwsOnes) {
  const std::string handle = EncodeReceipt(kReceipt);
  EXPECT_TRUE(handle.starts_with("AQEB"));
  EXPECT_GT(handle.size(), 200U);
}

TEST(ReceiptHandle, DiffersFromReceiveToReceive) {
  Receipt next = kReceipt;
  ++next.receive_count;
  EXPECT_NE(EncodeReceipt(next), EncodeReceipt(kReceipt));
}

TEST(ReceiptHandle, GarbageIsRecognised) {
  const std::string handle = EncodeReceipt(kReceipt);
  for (const std::string& garbage :
       {std::string(), std::string("garbage"), handle.substr(4), handle + "AAAA", "AQEB" + std::string(248, 'A')}) {
    EXPECT_FALSE(DecodeReceipt(garbage)) << garbage;
  }
  for (std::size_t at = 12; at < 60; ++at) {
    std::string changed = handle;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(DecodeReceipt(changed)) << at;
  }
}

}  // namespace
}  // namespace stratolite::sqs
