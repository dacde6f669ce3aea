#pragma once

#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// What a bucket says of the encryption of the objects to be: its document `encryption`, a rule as GetBucketEncryption shows it.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
namespace stratolite::s3 {

inline constexpr std::string_view kEncryptionDocument = "encryption";

/// For objects whose requests say nothing. SSE-S3 where nothing was set.
struct DefaultEncryption {
  Encryption::Method method = Encryption::Method::kS3;
  /// As it was set: id, ARN or alias; empty: `alias/aws/s3`. AWS does not look whether there is such a key before an object wants it.
  std::string kms_key;
  bool bucket_key = false;
};
DefaultEncryption DefaultEncryptionOf(const Bucket& bucket);

/// Whether it refuses uploads under customers' keys (SSE-C). New buckets do not here: README.md, known differences.
bool BlocksCustomerKeys(const Bucket& bucket);

/// The rule of a ServerSideEncryptionConfiguration that is to be stored; `before`: the bucket's so far or nullptr. What a rule says nothing about is
/// the default, but what was blocked stays blocked. Errors: MalformedXML, InvalidArgument.
Result<Json> ReadEncryptionRule(const Json& configuration, const Json* before);

/// The rule of a bucket, as GetBucketEncryption shows it.
Json EncryptionRuleOf(const Bucket& bucket);

/// `AES256`, `aws:kms`, `aws:kms:dsse`; empty for SSE-C, which no configuration can ask for.
std::string_view EncryptionName(Encryption::Method method);

}  // namespace stratolite::s3
