#pragma once

#include <string>
#include <vector>

#include "iam/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// Tags of IAM's resources. Keys of users and roles are one whatever their case, which is kept; those of all others differ by case.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_naming_conventions
/// All functions: Thread-safe.
namespace stratolite::iam {

/// The member `Tags` of an input; none when it is absent. Errors: InvalidInput for keys that are there twice or AWS's own.
Result<Tags> ReadTags(const Json& input, EntityKind kind);
/// Adds, or puts in the place of what had the same key. Errors: LimitExceeded beyond fifty.
Result<void> AddTags(Tags& tags, const Tags& added, EntityKind kind);
/// Those that are not there are no error.
void RemoveTags(Tags& tags, const std::vector<std::string>& keys, EntityKind kind);
/// `[{"Key": …, "Value": …}]`, in order of keys.
Json TagsView(const Tags& tags);

}  // namespace stratolite::iam
