#include "s3/ranges.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stratolite::s3 {
namespace {

struct RangeCase {
  const char* header;
  std::uint64_t size;
  /// Empty: the whole body; `!`: refused.
  const char* answer;
};

class RangeTest : public ::testing::TestWithParam<RangeCase> {};

// What S3 was seen to answer to each of these.
INSTANTIATE_TEST_SUITE_P(
    Headers, RangeTest,
    ::testing::Values(RangeCase{"", 10, ""}, RangeCase{"bytes=0-8", 10, "bytes 0-8/10"},
                      RangeCase{"bytes=0-0", 10, "bytes 0-0/10"}, RangeCase{"bytes=1-1", 10, "bytes 1-1/10"},
                      RangeCase{"bytes=1-", 10, "bytes 1-9/10"}, RangeCase{"bytes=0-100", 10, "bytes 0-9/10"},
                      RangeCase{"bytes=-2", 10, "bytes 8-9/10"}, RangeCase{"bytes=-9", 10, "bytes 1-9/10"},
                      RangeCase{"bytes=-15", 10, "bytes 0-9/10"}, RangeCase{"bytes=-0", 10, "!"},
                      RangeCase{"bytes=100-200", 10, "!"}, RangeCase{"bytes=10-", 10, "!"},
                      RangeCase{"bytes=0--1", 10, ""}, RangeCase{"bytes=1-0", 10, ""}, RangeCase{"bytes=-1-", 10, ""},
                      RangeCase{"bytes=-", 10, ""}, RangeCase{"bytes=0-1,3-4", 10, ""}, RangeCase{"0-1", 10, ""},
                      RangeCase{"bytes=a-b", 10, ""}, RangeCase{"bytes=0-", 0, "!"}, RangeCase{"bytes=-5", 0, "!"},
                      RangeCase{"bytes=99999999999999999999-", 10, ""}));

TEST_P(RangeTest, IsReadAsS3ReadsIt) {
  const RangeCase& each = GetParam();
  const auto range = ParseRange(each.header, each.size);
  if (std::string(each.answer) == "!") {
    ASSERT_FALSE(range.ok());
    EXPECT_EQ(range.error().code, "InvalidRange");
    return;
  }
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(*range ? ContentRange(**range, each.size) : "", each.answer);
}

}  // namespace
}  // namespace stratolite::s3
