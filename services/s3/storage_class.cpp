#include "s3/storage_class.hpp"

#include <algorithm>
#include <array>

namespace stratolite::s3 {
namespace {

// Those of general purpose buckets; the model's others belong to Outposts, directory buckets and file systems.
constexpr std::array<std::string_view, 8> kStorageClasses = {"STANDARD",     "REDUCED_REDUNDANCY",  "STANDARD_IA",
                                                             "ONEZONE_IA",   "INTELLIGENT_TIERING", "GLACIER",
                                                             "DEEP_ARCHIVE", "GLACIER_IR"};

}  // namespace

bool IsStorageClass(std::string_view storage_class) {
  return std::find(kStorageClasses.begin(), kStorageClasses.end(), storage_class) != kStorageClasses.end();
}

bool IsArchive(std::string_view storage_class) { return storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE"; }

}  // namespace stratolite::s3
