#include "stratolite/wire/host_id.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/encoding.hpp"

namespace stratolite::wire {
namespace {

TEST(HostIdTest, IsAFunctionOfTheRequestIdAsLongAsThoseOfAws) {
  const std::string id = HostIdOf("W7N8GJ2P0SBPKXAB");
  EXPECT_EQ(id, HostIdOf("W7N8GJ2P0SBPKXAB"));
  EXPECT_NE(id, HostIdOf("W7N8GJ2P0SBPKXAC"));
  EXPECT_EQ(id.size(), 76U);
  EXPECT_TRUE(Base64Decode(id).has_value());
}

}  // namespace
}  // namespace stratolite::wire
