#pragma once

#include <string>

#include "s3/model.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// What a request that makes an object says of its encryption, else what its bucket says. `nonce` is the body's affair (ReceiveBody). Errors: InvalidArgument,
/// InvalidEncryptionAlgorithmError, AccessDenied (the bucket blocks SSE-C), those of FindKmsKey. Not from within a transaction.
Result<Encryption> ReadEncryption(Parts& parts, const Call& call, const Bucket& bucket);

/// Whether a request for reading sends what only writes may: `x-amz-server-side-encryption`. Errors: InvalidArgument.
Result<void> CheckNoEncryptionHeader(const Call& call);

/// The members that tell about it in the answers to writes and reads: `ServerSideEncryption` and its kin.
void AddEncryption(Json& output, const Encryption& encryption);
/// What CompleteMultipartUpload shows of it: nothing of a customer's key.
void AddFinishedEncryption(Json& output, const Encryption& encryption);
/// `SSEKMSEncryptionContext`, which PutObject, CopyObject and CreateMultipartUpload show besides.
void AddEncryptionContext(Json& output, const Encryption& encryption);

/// A body's ETag: its MD5 under SSE-S3, else something that tells nothing about it.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
std::string MakeEtag(Parts& parts, const Encryption& encryption, const std::string& raw_md5);

}  // namespace stratolite::s3
