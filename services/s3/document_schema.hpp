#pragma once

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// Whether a document of a request (input member `member`) has everything that the service model requires, and in fields with a closed set of values only those:
/// what AWS's published schema says. True where the call has no model or no such member. Ids, lengths and everything between members are the operation's.
/// Errors: MalformedXML.
Result<void> CheckSchema(const Call& call, const char* member);

}  // namespace stratolite::s3
