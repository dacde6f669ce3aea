#pragma once

#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"

/// SSE-KMS and DSSE-KMS: which keys there are is asked of ports::KeyDirectory. Bodies are not encrypted on the disk with them.
namespace stratolite::s3 {

/// ARN of the AWS managed key `alias/aws/s3` as long as there is no KMS: its id, a version 4 UUID, follows from account and region.
std::string AwsManagedS3Key(const Scope& scope);

/// ARN of the key that a request or its bucket names by id, ARN or alias; an empty name is the AWS managed key. Names without ARN are of the caller's account
/// and the bucket's region. Errors: KMS.NotFoundException, KMS.DisabledException, KMS.KMSInvalidStateException; InvalidArgument for callers who did not sign.
/// Not from within a transaction. Blocks.
Result<std::string> FindKmsKey(Parts& parts, const Call& call, const Bucket& bucket, std::string_view name);

/// Whether what is under a KMS key can be read: by a signed request, as long as the key is enabled; true of all else. Errors: as above.
/// Not from within a transaction or snapshot. Blocks.
Result<void> CheckKmsAccess(Parts& parts, const Call& call, const Encryption& encryption);

}  // namespace stratolite::s3
