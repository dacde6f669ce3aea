#include "s3/inventory_rows.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {
namespace {

TEST(InventoryRowsTest, WhereAccessControlListsDoNotCountTheOwnersFullControlIsListed) {
  Object object;
  object.key = "key";
  const std::string row = InventoryRow({"ObjectAccessControlList"}, Bucket(), object);
  const auto shown = Base64Decode(row.substr(1, row.size() - 3));
  ASSERT_TRUE(shown) << row;
  const Json grants = Json::parse(*shown)["grants"];
  ASSERT_EQ(grants.size(), 1u) << *shown;
  EXPECT_EQ(grants[0]["type"], "CanonicalUser");
  EXPECT_EQ(grants[0]["permission"], "FULL_CONTROL");
}

}  // namespace
}  // namespace stratolite::s3
