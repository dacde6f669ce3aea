#pragma once

#include <string_view>

namespace stratolite::s3 {

/// One of general purpose buckets.
bool IsStorageClass(std::string_view storage_class);

/// GLACIER and DEEP_ARCHIVE: bodies in them are read only after RestoreObject. Intelligent-Tiering's archive tiers are not simulated: such objects stay readable.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html
bool IsArchive(std::string_view storage_class);

}  // namespace stratolite::s3
