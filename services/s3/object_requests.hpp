#pragma once

#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "s3/object_tags.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

/// What requests that make objects say about them beside their bytes: PutObject, CopyObject, CreateMultipartUpload.
namespace stratolite::s3 {

/// Member `Key`. Errors: KeyTooLongError.
Result<std::string> ReadKey(const Call& call);

/// ContentType and its relatives, and the user's own. Errors: MetadataTooLarge.
Result<Metadata> ReadMetadata(const Call& call);
/// STANDARD when absent. Errors: InvalidStorageClass.
Result<std::string> ReadStorageClass(const Call& call);
/// Of the header `x-amz-tagging`.
Result<TagMap> ReadTagging(const Call& call);

/// Everything that would make an object other than a plain one of SSE-S3 in a bucket without ACLs and locks. Errors: what AWS finds wrong with it first,
/// then NotImplemented, AccessControlListNotSupported, InvalidRequest: nothing of the kind is ignored.
Result<void> RefuseUnsupported(const Call& call);
/// SSE-C members of a request, `<prefix>SSECustomerKey` and so on; `prefix` is empty or `CopySource`. Errors: as above.
Result<void> RefuseCustomerKeys(const Call& call, std::string_view prefix);

}  // namespace stratolite::s3
