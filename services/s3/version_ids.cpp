#include "s3/version_ids.hpp"

#include <algorithm>

#include "s3/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kVersionIdLength = 32;
constexpr std::string_view kVersionIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

}  // namespace

std::string NewVersionId(runtime::Random& random) { return random.String(kVersionIdLength, kVersionIdAlphabet); }

std::string VersionIdFor(const Bucket& bucket, runtime::Random& random) {
  return bucket.versioning == Versioning::kEnabled ? NewVersionId(random) : std::string(kNullVersion);
}

Result<void> CheckVersionId(const std::string& version_id) {
  if (version_id == kNullVersion) return {};
  const bool known =
      version_id.size() == kVersionIdLength && version_id.find_first_not_of(kVersionIdAlphabet) == std::string::npos;
  return known ? Result<void>() : InvalidVersionId(version_id);
}

Result<std::optional<std::string>> ReadVersionId(const Call& call) {
  auto version_id = Fields(call.input).OptionalString("VersionId");
  if (version_id) RETURN_IF_ERROR(CheckVersionId(*version_id));
  return version_id;
}

Result<std::optional<std::string>> ReadVersionId(const Call& call, const Bucket& bucket) {
  ASSIGN_OR_RETURN(auto version_id, ReadVersionId(call));
  if (version_id && bucket.versioning == Versioning::kNever && *version_id != kNullVersion) {
    return InvalidVersionId(*version_id);
  }
  return version_id;
}

}  // namespace stratolite::s3
