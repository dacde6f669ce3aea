#pragma once

#include "s3/object_writing.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

/// Appending to objects of directory buckets: PutObject with `WriteOffsetBytes`.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-buckets-objects-append.html
namespace stratolite::s3 {

/// Whether the call appends. Errors: NotImplemented where the bucket is none that can.
Result<bool> ReadAppends(const Call& call, const Bucket& bucket);

/// The algorithm whose checksum the whole object has: what is appended must be digested with it. nullopt: there is no object yet.
std::optional<ChecksumAlgorithm> ChecksumToAppend(Parts& parts, const Bucket& bucket, const std::string& key);

/// In the transaction of the write: what `object` becomes with the bytes of `body` behind those that are there; PutObject's output. `object` has what a PutObject of
/// these bytes would have made of it. Errors: InvalidWriteOffset, TooManyParts, EncryptionTypeMismatch.
Result<Json> AppendObject(Parts& parts, storage::Txn& txn, const Call& call, const Bucket& bucket, Object& object,
                          ReceivedBody& body);

}  // namespace stratolite::s3
