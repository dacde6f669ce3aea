#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::auth {

/// AWS Signature Version 4, both directions: the pieces that verifying and signing share, and a signer.
/// Who the key belongs to, clocks and AWS's error texts are the Authenticator's business. All functions: Thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html

inline constexpr std::string_view kSigV4Algorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kSigV4aAlgorithm = "AWS4-ECDSA-P256-SHA256";
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
/// SHA-256 of nothing.
inline constexpr std::string_view kEmptyPayloadHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// How the path enters the canonical request.
enum class PathStyle {
  /// Dot segments and double slashes resolved, then every byte that is not unreserved encoded, so that `%20` on the wire becomes
  /// `%2520`: all services but S3.
  kNormalizedDouble,
  /// Segments untouched, encoded once, whatever the client left raw: S3 and its kin.
  kS3,
  /// Byte for byte as sent.
  kRaw,
};

/// How the query enters the canonical request.
struct QueryStyle {
  /// `X-Amz-Signature` never takes part; this leaves out `X-Amz-Security-Token` too (clients that add it after signing).
  bool omit_session_token = false;
  /// Read `+` as a space, as the services do: otherwise `a%2Bb` could be changed to `a+b` under the same signature.
  bool plus_is_space = true;
};

/// `20260102/eu-west-1/sqs/aws4_request`.
struct CredentialScope {
  std::string date;
  std::string region;
  std::string service;
  std::string ToString() const;
};

struct SigningCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::optional<std::string> session_token;
};

/// Canonical path of `raw_path` (as sent, without query).
std::string CanonicalPath(std::string_view raw_path, PathStyle style);
/// Parameters decoded, encoded again, sorted by encoded bytes of name, then value.
std::string CanonicalQuery(std::string_view raw_query, QueryStyle style = {});
/// Outer space removed, inner runs of white space one blank.
std::string CanonicalHeaderValue(std::string_view value);
/// The whole canonical request. `signed_headers`: lower case, sorted; a header that the request lacks enters with an empty value;
/// one that appears several times with its values joined by commas in order of arrival.
std::string CanonicalRequest(const wire::HttpRequest& request, PathStyle path_style,
                             std::span<const std::string> signed_headers, std::string_view payload_hash,
                             QueryStyle query_style = {});
std::string StringToSign(std::string_view amz_date, const CredentialScope& scope, std::string_view canonical_request);
/// Four HMACs: the key of one day, region and service.
Sha256Digest DeriveSigningKey(std::string_view secret_access_key, const CredentialScope& scope);
/// Lower-case hex.
std::string Signature(const Sha256Digest& signing_key, std::string_view string_to_sign);

/// The signature of one chunk of an `aws-chunked` body. `previous`: of the chunk before, for the first one the request's.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
std::string ChunkSignature(const Sha256Digest& signing_key, std::string_view amz_date, const CredentialScope& scope,
                           std::string_view previous, std::string_view chunk);
/// The signature of trailing headers: `trailers` is their canonical form, `name:value\n` for each, in order.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
std::string TrailerSignature(const Sha256Digest& signing_key, std::string_view amz_date, const CredentialScope& scope,
                             std::string_view previous, std::string_view trailers);

struct SignOptions {
  std::string region;
  std::string service;
  TimePoint time;
  PathStyle path_style = PathStyle::kNormalizedDouble;
  /// Instead of the body's hash: kUnsignedPayload, a `STREAMING-…` word, a hash known before.
  std::optional<std::string> payload_hash;
  /// Send `x-amz-content-sha256`, as S3 demands.
  bool content_hash_header = false;
};

/// Adds `X-Amz-Date`, the session token and `Authorization`; signs every header that the request has. Needs a Host header.
void Sign(wire::HttpRequest& request, const SigningCredentials& credentials, const SignOptions& options);
/// Adds the `X-Amz-*` query parameters; signs Host and every `x-amz-*` header. The payload is unsigned unless given.
void Presign(wire::HttpRequest& request, const SigningCredentials& credentials, const SignOptions& options,
             std::int64_t expires_seconds);

}  // namespace stratolite::auth
