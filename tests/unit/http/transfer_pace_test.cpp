#include "http/transfer_pace.hpp"

#include <gtest/gtest.h>

namespace stratolite::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TransferPaceTest : public ::testing::Test {
 protected:
  void Wait(std::chrono::milliseconds time) {
    pace_.BeginWait(now_);
    now_ += time;
    pace_.EndWait(now_);
  }

  TransferPace pace_{{.bytes_per_second = 1000, .grace = seconds(10)},
                     {.bytes_per_second = 1'000'000, .grace = seconds(2)}};
  TransferPace::Clock::time_point now_{seconds(1'000'000)};
};

TEST_F(TransferPaceTest, WhoSendsNothingIsLateWhenTheGraceIsOver) {
  pace_.BeginWait(now_);
  EXPECT_FALSE(pace_.Late(now_ + milliseconds(9'999), false));
  EXPECT_TRUE(pace_.Late(now_ + seconds(10), false));
  EXPECT_FALSE(pace_.Late(now_ + milliseconds(1'999), true));
  EXPECT_TRUE(pace_.Late(now_ + seconds(2), true));
}

TEST_F(TransferPaceTest, AByteNowAndThenBuysNoTime) {
  for (int i = 0; i < 9; ++i) {
    Wait(seconds(1));
    pace_.Moved(1);
  }
  pace_.BeginWait(now_);
  EXPECT_TRUE(pace_.Late(now_ + milliseconds(1'100), false));
}

TEST_F(TransferPaceTest, AClientThatKeepsThePaceIsNeverLate) {
  for (int i = 0; i < 1000; ++i) {
    Wait(seconds(1));
    pace_.Moved(1000);
  }
  pace_.BeginWait(now_);
  EXPECT_FALSE(pace_.Late(now_ + seconds(8), false));
}

TEST_F(TransferPaceTest, ManyBytesBuyNoMoreThanTheGrace) {
  pace_.Moved(1'000'000'000'000);
  pace_.BeginWait(now_);
  EXPECT_TRUE(pace_.Late(now_ + seconds(10), false));
}

TEST_F(TransferPaceTest, NobodyIsLateWhileWeAreBusy) {
  Wait(seconds(9));
  EXPECT_FALSE(pace_.Late(now_ + seconds(1000), false));
  EXPECT_FALSE(pace_.Late(now_ + seconds(1000), true));
}

TEST_F(TransferPaceTest, AnotherTransferBeginsWithAWholeGrace) {
  Wait(seconds(9));
  pace_.Restart();
  pace_.BeginWait(now_);
  EXPECT_FALSE(pace_.Late(now_ + seconds(9), false));
}

}  // namespace
}  // namespace stratolite::http
