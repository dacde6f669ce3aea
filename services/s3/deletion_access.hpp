#pragma once

#include <optional>
#include <vector>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// Whether a call is decided on object by object, when it is carried out and not before: DeleteObjects on a bucket that is there.
bool IsDecidedByObject(Parts& parts, const Call& call);

/// For each of the objects of DeleteObjects, in their order, what its deletion is denied with; nullopt: it is allowed. Empty: all are. Thread-safe. Blocks. Not
/// from within a transaction.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html: an error for each object that could not be deleted.
std::vector<std::optional<AwsError>> CheckDeletions(Parts& parts, const Call& call, const Bucket& bucket);

}  // namespace stratolite::s3
