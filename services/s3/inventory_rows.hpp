#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "s3/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// Inventories as text. Pure functions.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html#storage-inventory-contents
namespace stratolite::s3 {

/// Optional fields that an inventory here can have. Errors: NotImplemented for the others of the model.
Result<void> CheckInventoryFields(const Json& configuration);

/// The columns of a configuration's lists, in their order.
std::vector<std::string> InventoryColumns(const Json& configuration);

/// One line of CSV with its line feed.
std::string InventoryRow(const std::vector<std::string>& columns, const Bucket& bucket, const Object& object);

}  // namespace stratolite::s3
