#pragma once

#include <optional>
#include <string>

#include "s3/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// A new version's id, 32 characters as AWS's are.
std::string NewVersionId(runtime::Random& random);
/// The id of what is written to a bucket: kNullVersion unless versioning is enabled.
std::string VersionIdFor(const Bucket& bucket, runtime::Random& random);
/// Errors: InvalidArgument for what could not be an id, as AWS refuses ids it has not made.
Result<void> CheckVersionId(const std::string& version_id);
/// Member `VersionId`; nullopt: the newest version is meant.
Result<std::optional<std::string>> ReadVersionId(const Call& call);
/// As above; a bucket that was never versioned has made no ids at all, and refuses all but kNullVersion.
Result<std::optional<std::string>> ReadVersionId(const Call& call, const Bucket& bucket);

}  // namespace stratolite::s3
