#pragma once

#include <string>

#include "stratolite/base/json.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// The model's RoleLastUsed: when and where the role with this unique id was last used, of the last 400 days; an empty object: it was not. Not from within a
/// transaction. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
Json RoleLastUsed(const ServiceDeps& deps, const std::string& unique_id);

}  // namespace stratolite::iam
