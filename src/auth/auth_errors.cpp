#include "auth/auth_errors.hpp"

#include <initializer_list>
#include <memory>
#include <utility>

#include "stratolite/auth/sigv4.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::auth {
namespace {

AwsError S3Error(std::string_view code, int status, std::string_view message,
                 std::initializer_list<std::pair<std::string_view, std::string>> fields = {}) {
  AwsError error{std::string(code), Printable(message), status};
  if (fields.size() > 0) {
    Json members = Json::object();
    for (const auto& [name, value] : fields) members[std::string(name)] = Printable(value);
    error.fields = std::make_shared<const Json>(std::move(members));
  }
  return error;
}

std::string WholeSeconds(TimePoint time) { return FormatIso8601(std::chrono::floor<std::chrono::seconds>(time)); }

/// Bytes in hexadecimal with blanks, as S3 shows what it signed.
std::string SpacedHex(std::string_view bytes) {
  const std::string hex = HexEncode(bytes);
  std::string out;
  out.reserve(hex.size() / 2 * 3);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    if (i > 0) out.push_back(' ');
    out.append(hex, i, 2);
  }
  return out;
}

}  // namespace

std::string Printable(std::string_view text) {
  const bool utf8 = IsValidUtf8(text);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F || (byte >= 0x80 && !utf8)) {
      out.append("\\x").append(HexEncode({&c, 1}));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

AuthErrors::AuthErrors(wire::Protocol protocol, bool s3) {
  switch (protocol) {
    case wire::Protocol::kEc2:
      family_ = Family::kEc2;
      break;
    case wire::Protocol::kQuery:
    case wire::Protocol::kRestXml:
      family_ = Family::kQuery;
      break;
    case wire::Protocol::kRestJson:
      family_ = Family::kRestJson;
      break;
    default:
      family_ = Family::kJson;
      break;
  }
  if (s3) family_ = Family::kS3;
}

// The JSON services say `…Exception` with status 400 (REST: 403); Query ones, and `x-amzn-query-error`, the short name.
AwsError AuthErrors::Make(std::string_view json_code, std::string_view query_code, int json_status, int query_status,
                          std::string_view message) const {
  const bool query = family_ == Family::kQuery || family_ == Family::kEc2 || family_ == Family::kS3;
  AwsError error{std::string(query ? query_code : json_code), Printable(message), query ? query_status : json_status};
  error.query_code = std::string(query_code);
  return error;
}

AwsError AuthErrors::Missing() const {
  if (family_ == Family::kS3) return S3Error("AccessDenied", 403, "Access Denied");
  const bool query = family_ == Family::kQuery || family_ == Family::kEc2;
  return Make("MissingAuthenticationTokenException", "MissingAuthenticationToken",
              family_ == Family::kRestJson ? 403 : 400, 403,
              query ? "Request is missing Authentication Token" : "Missing Authentication Token");
}

AwsError AuthErrors::Incomplete(std::string message) const {
  return Make("IncompleteSignatureException", "IncompleteSignature", family_ == Family::kRestJson ? 403 : 400, 400,
              std::move(message));
}

AwsError AuthErrors::MalformedOnS3(bool header, std::string message) const {
  return header ? S3Error("AuthorizationHeaderMalformed", 400, "The authorization header is malformed; " + message)
                : S3Error("AuthorizationQueryParametersError", 400, std::move(message));
}

AwsError AuthErrors::UnknownKey(std::string_view access_key_id) const {
  switch (family_) {
    case Family::kS3:
      return S3Error("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.",
                     {{"AWSAccessKeyId", std::string(access_key_id)}});
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    case Family::kEc2:
      return {"AuthFailure", "AWS was not able to validate the provided access credentials", 401};
    default:
      return Make("UnrecognizedClientException", "InvalidClientTokenId", family_ == Family::kRestJson ? 403 : 400, 403,
                  "The security token included in the request is invalid.");
  }
}

AwsError AuthErrors::WrongToken(std::string_view token) const {
  if (family_ == Family::kS3) {
    return S3Error("InvalidToken", 400, "The provided token is malformed or otherwise invalid.",
                   {{"Token-0", std::string(token)}});
  }
  return UnknownKey({});
}

AwsError AuthErrors::ExpiredToken(std::string_view token) const {
  switch (family_) {
    case Family::kS3:
      return S3Error("ExpiredToken", 400, "The provided token has expired.", {{"Token-0", std::string(token)}});
    case Family::kEc2:
      return {"RequestExpired", "Request has expired.", 400};
    default:
      return Make("ExpiredTokenException", "ExpiredToken", family_ == Family::kRestJson ? 403 : 400, 403,
                  "The security token included in the request is expired");
  }
}

AwsError AuthErrors::Invalid(std::string message) const {
  if (family_ == Family::kS3)
    return S3Error("AuthorizationHeaderMalformed", 400, "The authorization header is malformed; " + message);
  if (family_ == Family::kEc2) return {"AuthFailure", Printable(message), 401};
  return Make("InvalidSignatureException", "SignatureDoesNotMatch", family_ == Family::kRestJson ? 403 : 400, 403,
              std::move(message));
}

AwsError AuthErrors::Mismatch(std::string_view access_key_id, std::string_view signature,
                              std::string_view string_to_sign, std::string_view canonical_request) const {
  if (family_ == Family::kS3) {
    constexpr std::string_view kMessage =
        "The request signature we calculated does not match the signature you provided. Check your key and signing "
        "method.";
    // Chunks and SigV2 sign no canonical request.
    if (canonical_request.empty()) {
      return S3Error("SignatureDoesNotMatch", 403, kMessage,
                     {{"AWSAccessKeyId", std::string(access_key_id)},
                      {"StringToSign", std::string(string_to_sign)},
                      {"SignatureProvided", std::string(signature)},
                      {"StringToSignBytes", SpacedHex(string_to_sign)}});
    }
    return S3Error("SignatureDoesNotMatch", 403, kMessage,
                   {{"AWSAccessKeyId", std::string(access_key_id)},
                    {"StringToSign", std::string(string_to_sign)},
                    {"SignatureProvided", std::string(signature)},
                    {"StringToSignBytes", SpacedHex(string_to_sign)},
                    {"CanonicalRequest", std::string(canonical_request)},
                    {"CanonicalRequestBytes", SpacedHex(canonical_request)}});
  }
  if (family_ == Family::kEc2) return UnknownKey(access_key_id);
  std::string message =
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
      "and signing method. "
      "Consult the service documentation for details.";
  message.append("\n\nThe Canonical String for this request should have been\n'").append(canonical_request);
  message.append("'\n\nThe String-to-Sign should have been\n'").append(string_to_sign).append("'\n");
  return Invalid(std::move(message));
}

AwsError AuthErrors::Skewed(std::string_view amz_date, TimePoint signed_at, TimePoint now) const {
  if (family_ == Family::kS3) {
    return S3Error("RequestTimeTooSkewed", 403,
                   "The difference between the request time and the current time is too large.",
                   {{"RequestTime", std::string(amz_date)},
                    {"ServerTime", WholeSeconds(now)},
                    {"MaxAllowedSkewMilliseconds",
                     std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(kMaxSkew).count())}});
  }
  if (family_ == Family::kEc2) return {"RequestExpired", "Request has expired.", 400};
  std::string message;
  if (signed_at < now) {
    message.append("Signature expired: ")
        .append(amz_date)
        .append(" is now earlier than ")
        .append(FormatBasicIso8601(now - kMaxSkew));
    message.append(" (").append(FormatBasicIso8601(now)).append(" - 15 min.)");
  } else {
    message.append("Signature not yet current: ").append(amz_date).append(" is still later than ");
    message.append(FormatBasicIso8601(now + kMaxSkew))
        .append(" (")
        .append(FormatBasicIso8601(now))
        .append(" + 15 min.)");
  }
  return Invalid(std::move(message));
}

AwsError AuthErrors::PresignedExpired(std::string_view amz_date, std::string_view expires, TimePoint until,
                                      TimePoint now) const {
  if (family_ == Family::kS3 && expires.empty()) {
    return S3Error("AccessDenied", 403, "Request has expired",
                   {{"Expires", FormatIso8601(until)}, {"ServerTime", WholeSeconds(now)}});
  }
  if (family_ == Family::kS3) {
    return S3Error("AccessDenied", 403, "Request has expired",
                   {{"X-Amz-Expires", std::string(expires)},
                    {"Expires", FormatIso8601(until)},
                    {"ServerTime", WholeSeconds(now)}});
  }
  std::string message = "Signature expired: ";
  message.append(amz_date)
      .append(" is now earlier than ")
      .append(FormatBasicIso8601(now - (until - ParseBasicIso8601(amz_date).value_or(until))));
  message.append(" (").append(FormatBasicIso8601(now)).append(" - ").append(expires).append(" sec.)");
  return Invalid(std::move(message));
}

AwsError AuthErrors::WrongContentHash(std::string_view claimed, std::string_view computed) const {
  if (family_ == Family::kS3) {
    return S3Error(
        "XAmzContentSHA256Mismatch", 400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        {{"ClientComputedContentSHA256", std::string(claimed)}, {"S3ComputedContentSHA256", std::string(computed)}});
  }
  return Invalid("The value of the 'x-amz-content-sha256' header does not match the hash of the request's body.");
}

AwsError AuthErrors::HeadersNotSigned(std::string_view names) const {
  return S3Error("AccessDenied", 403, "There were headers present in the request which were not signed",
                 {{"HeadersNotSigned", std::string(names)}});
}

AwsError AuthErrors::UnsupportedAlgorithm(std::string_view algorithm) const {
  if (family_ == Family::kS3) {
    return S3Error("InvalidRequest", 400,
                   "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
  }
  std::string message = "Unsupported AWS 'algorithm': '";
  message.append(algorithm).append("'. Sign with '").append(kSigV4Algorithm).append("'.");
  return Incomplete(std::move(message));
}

}  // namespace stratolite::auth
