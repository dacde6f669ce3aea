#include "iam/one_time_codes.hpp"

#include <gtest/gtest.h>

namespace stratolite::iam {
namespace {

// RFC 6238 appendix B, its codes cut to six digits.
TEST(OneTimeCodesTest, CodesAreThoseOfTheStandard) {
  constexpr std::string_view kSeed = "12345678901234567890";
  const auto at = [&](std::int64_t second) {
    return CodeOfStep(kSeed, CodeStepAt(TimePoint(std::chrono::seconds(second))));
  };
  EXPECT_EQ(at(59), "287082");
  EXPECT_EQ(at(1111111109), "081804");
  EXPECT_EQ(at(1111111111), "050471");
  EXPECT_EQ(at(1234567890), "005924");
  EXPECT_EQ(at(2000000000), "279037");
  EXPECT_EQ(at(20000000000), "353130");
}

// RFC 4648 section 10.
TEST(OneTimeCodesTest, SeedsAreWrittenInBase32) {
  EXPECT_EQ(Base32Encode("fooba"), "MZXW6YTB");
  EXPECT_EQ(Base32Encode(std::string_view("\0\0\0\0\xFF", 5)), "AAAAAAH7");
}

}  // namespace
}  // namespace stratolite::iam
