#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/names.hpp"

namespace stratolite::s3 {

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, general purpose buckets.
bool IsBucketName(std::string_view name);

/// `arn:aws:s3:::name`.
std::string BucketArn(const Region& region, std::string_view name);

}  // namespace stratolite::s3
