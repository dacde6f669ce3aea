#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::s3 {

/// How a body is kept from those who may not read it.
struct Encryption {
  enum class Method {
    /// SSE-S3, the default of all buckets.
    kS3,
    /// SSE-KMS.
    kKms,
    /// DSSE-KMS.
    kDoubleKms,
    /// SSE-C: the key is the client's, who sends it with every request.
    kCustomerKey,
  };
  Method method = Method::kS3;
  /// ARN of the KMS key; empty but for the two with KMS.
  std::string kms_key;
  /// Base64 of JSON, as it was sent; may be empty.
  std::string kms_context;
  bool bucket_key = false;
  /// Of SSE-C: base64 of the key's MD5.
  std::string customer_key_md5;
  /// Of SSE-C: what makes the key stream of this body its own, base64. Multipart objects have one per part instead.
  std::string nonce;

  bool operator==(const Encryption&) const = default;
};

/// Object Lock's retention of a version.
struct Retention {
  /// `GOVERNANCE` or `COMPLIANCE`.
  std::string mode;
  TimePoint until;

  bool operator==(const Retention&) const = default;
};

/// A temporary copy of an archived object.
struct Restoration {
  /// Since when it is there; later than now: it is being made.
  TimePoint ready;
  TimePoint expires;
  /// As it was asked for: `Expedited`, `Standard`, `Bulk`.
  std::string tier;
  std::int64_t days = 0;

  bool operator==(const Restoration&) const = default;
};

/// What most objects do not have: everything about a version that is neither its body nor its metadata. One JSON column of s3_object and s3_upload, which is
/// `{}` for plain objects. Plain data.
struct ObjectDetails {
  Encryption encryption;
  std::optional<Retention> retention;
  bool legal_hold = false;
  /// There was one: then it is shown as OFF.
  bool legal_hold_released = false;
  /// AccessControlPolicy as GetObjectAcl answers it; nullopt: the owner's full control.
  std::optional<Json> acl;
  /// Account that owns the version; empty: the bucket's.
  std::string owner;
  /// `PENDING`, `COMPLETED`, `FAILED`, `REPLICA`; empty: no rule is about it.
  std::string replication_status;
  std::optional<Restoration> restoration;

  bool operator==(const ObjectDetails&) const = default;
};

std::string DumpDetails(const ObjectDetails& details);
/// Of what DumpDetails wrote. Throws on anything else.
ObjectDetails ParseDetails(std::string_view text);

}  // namespace stratolite::s3
