#pragma once

#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "s3/object_tags.hpp"
#include "s3/parts.hpp"
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

/// Encryption, locks, ACL. Errors: those of ReadEncryption, ReadObjectLock, ReadObjectAcl: nothing of the kind is ignored.
Result<ObjectDetails> ReadDetails(Parts& parts, const Call& call, const Bucket& bucket);

}  // namespace stratolite::s3
