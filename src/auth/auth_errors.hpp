#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::auth {

/// How far the clock of a signature may be off.
inline constexpr Duration kMaxSkew = std::chrono::minutes(15);

/// `text` fit to be shown, whatever a client sent: bytes that are no UTF-8 and control characters other than line ends become `\xNN`.
std::string Printable(std::string_view text);

/// AWS's errors about signatures, in the spelling of one family of services. Immutable.
/// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
class AuthErrors {
 public:
  AuthErrors(wire::Protocol protocol, bool s3);

  /// Unsigned where a signature is needed.
  AwsError Missing() const;
  /// The signature lacks parts or cannot be read. `header`: AuthorizationHeaderMalformed rather than AuthorizationQueryParametersError on S3.
  AwsError Incomplete(std::string message) const;
  AwsError MalformedOnS3(bool header, std::string message) const;
  AwsError UnknownKey(std::string_view access_key_id) const;
  /// A session token that does not belong to the key, or is missing.
  AwsError WrongToken(std::string_view token) const;
  AwsError ExpiredToken(std::string_view token) const;
  /// Readable, but not acceptable (scope, date).
  AwsError Invalid(std::string message) const;
  AwsError Mismatch(std::string_view access_key_id, std::string_view signature, std::string_view string_to_sign,
                    std::string_view canonical_request) const;
  /// The signature's time is more than 15 minutes from `now`.
  AwsError Skewed(std::string_view amz_date, TimePoint signed_at, TimePoint now) const;
  /// `expires`: X-Amz-Expires; SigV2 has none, then it is empty.
  AwsError PresignedExpired(std::string_view amz_date, std::string_view expires, TimePoint until, TimePoint now) const;
  AwsError WrongContentHash(std::string_view claimed, std::string_view computed) const;
  /// S3 wants every `x-amz-` header signed; `names`: those that are not, separated by `, `.
  AwsError HeadersNotSigned(std::string_view names) const;
  /// A way of signing that Stratolite does not verify.
  AwsError UnsupportedAlgorithm(std::string_view algorithm) const;

  bool s3() const { return family_ == Family::kS3; }

 private:
  enum class Family { kS3, kEc2, kQuery, kJson, kRestJson };
  AwsError Make(std::string_view json_code, std::string_view query_code, int json_status, int query_status,
                std::string_view message) const;

  Family family_;
};

}  // namespace stratolite::auth
