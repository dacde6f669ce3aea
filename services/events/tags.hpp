#pragma once

#include "events/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::events {

/// The model's TagList as a map. ValidationException in AWS's words: reserved or repeated keys, too many.
Result<Tags> CheckTags(const Json& list);
/// `more` over `tags`; ValidationException when that makes too many.
Result<Tags> MergeTags(Tags tags, const Tags& more);
Json TagList(const Tags& tags);

}  // namespace stratolite::events
