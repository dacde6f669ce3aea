#include "auth/signature_form.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/names.hpp"

namespace stratolite::auth {
namespace {

constexpr std::string_view kTerminator = "aws4_request";

constexpr std::string_view kThreeComponents =
    "the authorization header requires three components: Credential, SignedHeaders, and Signature.";

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }
std::string InQuotes(std::string_view text) { return '"' + std::string(text) + '"'; }

// Credentials must not end up in error messages and logs: AWS shows a hash of the header.
std::string HashedHeader(const wire::HttpRequest& http) {
  return Base64Encode(AsBytes(Sha256(http.headers.Get("authorization"))));
}

}  // namespace

AwsError SignatureForm::BothWays() const {
  if (errors_.s3()) {
    return {"InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
            "parameter or the Authorization "
            "header should be specified",
            400};
  }
  return errors_.Incomplete("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
}

AwsError SignatureForm::MalformedCredential() const {
  if (!parsed_.credential) return MissingParts();
  if (errors_.s3()) {
    constexpr std::string_view kExpected =
        "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    std::string message(parsed_.presigned ? "Error parsing the X-Amz-Credential parameter; " : "");
    return errors_.MalformedOnS3(!parsed_.presigned, message.append(kExpected));
  }
  if (parsed_.stray_part) return StrayPart();
  return errors_.Incomplete(
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got " +
      Quoted(*parsed_.credential));
}

AwsError SignatureForm::StrayPart() const {
  if (errors_.s3()) return errors_.MalformedOnS3(true, std::string(kThreeComponents));
  return errors_.Incomplete(
      "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with "
      "Base64): " +
      Quoted(HashedHeader(http_)) + ".");
}

AwsError SignatureForm::MissingQueryParts() const {
  if (errors_.s3()) {
    return errors_.MalformedOnS3(false,
                                 "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                                 "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, "
                                 "X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }
  const std::array<std::pair<std::string_view, bool>, 5> parts{
      {{"X-Amz-Algorithm", !parsed_.algorithm.empty()},
       {"X-Amz-Credential", parsed_.credential.has_value()},
       {"X-Amz-Signature", parsed_.signature.has_value()},
       {"X-Amz-SignedHeaders", parsed_.signed_headers_text.has_value()},
       {"X-Amz-Date", parsed_.date.has_value()}}};
  std::string message;
  for (const auto& [name, there] : parts) {
    if (!there) message.append("AWS query-string parameters must include ").append(Quoted(name)).append(". ");
  }
  return errors_.Incomplete(message + "Re-examine the query-string parameters.");
}

AwsError SignatureForm::MissingParts() const {
  if (parsed_.presigned) return MissingQueryParts();
  if (errors_.s3()) {
    if (parsed_.kind == ParsedSignature::Kind::kOther)
      return {"InvalidArgument", "Unsupported Authorization Type", 400};
    return errors_.MalformedOnS3(true, std::string(kThreeComponents));
  }
  const std::array<std::pair<std::string_view, bool>, 3> parts{
      {{"Credential", parsed_.credential.has_value()},
       {"Signature", parsed_.signature.has_value()},
       {"SignedHeaders", parsed_.signed_headers_text.has_value()}}};
  std::string message;
  for (const auto& [name, there] : parts) {
    if (!there) message.append("Authorization header requires ").append(Quoted(name)).append(" parameter. ");
  }
  if (!parsed_.date)
    message.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
  return errors_.Incomplete(message +
                            "(Hashed with SHA-256 and encoded with Base64) Authorization=" + HashedHeader(http_));
}

Result<SignatureDate> SignatureForm::Check() const {
  if (parsed_.stray_part) return StrayPart();
  const bool complete = parsed_.signature && parsed_.signed_headers_text && parsed_.date;
  // S3 alone insists on X-Amz-Expires.
  const bool query_complete = !parsed_.presigned || (!parsed_.algorithm.empty() && (!errors_.s3() || parsed_.expires));
  if (!complete || !query_complete) return MissingParts();
  ASSIGN_OR_RETURN(SignatureDate date, ReadDate());
  RETURN_IF_ERROR(CheckScope(date));
  RETURN_IF_ERROR(CheckSignedHeaders());
  return date;
}

Result<SignatureDate> SignatureForm::ReadDate() const {
  if (const auto time = ParseBasicIso8601(*parsed_.date)) return SignatureDate{*parsed_.date, *time};
  if (!parsed_.presigned && !http_.headers.Has("x-amz-date")) {
    if (const auto time = ParseHttpDate(*parsed_.date)) return SignatureDate{FormatBasicIso8601(*time), *time};
  }
  if (!errors_.s3()) {
    return errors_.Incomplete("Date must be in ISO-8601 'basic format'. Got " + Quoted(*parsed_.date) +
                              ". See http://en.wikipedia.org/wiki/ISO_8601");
  }
  if (parsed_.presigned)
    return errors_.MalformedOnS3(false, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  return AwsError{"AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", 403};
}

Result<void> SignatureForm::CheckScope(const SignatureDate& date) const {
  if (errors_.s3()) return CheckScopeOnS3(date);
  if (parsed_.terminator != kTerminator) {
    return errors_.Invalid("Credential should be scoped with a valid terminator: 'aws4_request', not " +
                           Quoted(parsed_.terminator) + ".");
  }
  if (!IsRegionName(parsed_.scope.region)) return WrongRegion({});
  const std::string_view day = std::string_view(date.text).substr(0, 8);
  if (parsed_.scope.date != day) {
    return errors_.Invalid(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        Quoted(parsed_.scope.date) + " != " + Quoted(day) + ", from " + Quoted(date.text) + ".");
  }
  return {};
}

Result<void> SignatureForm::CheckScopeOnS3(const SignatureDate& date) const {
  const std::string& day = parsed_.scope.date;
  const bool digits =
      day.size() == 8 && std::all_of(day.begin(), day.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    return ScopeErrorOnS3("incorrect date format " + InQuotes(day) +
                          ". This date in the credential must be in the format \"yyyyMMdd\".");
  }
  if (parsed_.terminator != kTerminator) {
    return ScopeErrorOnS3("incorrect terminal " + InQuotes(parsed_.terminator) +
                          ". This endpoint uses \"aws4_request\".");
  }
  if (!IsRegionName(parsed_.scope.region)) return WrongRegion({});
  const std::string_view wanted = std::string_view(date.text).substr(0, 8);
  if (day == wanted) return {};
  return errors_.MalformedOnS3(!parsed_.presigned,
                               "Invalid credential date " + InQuotes(day) +
                                   ". This date is not the same as X-Amz-Date: " + InQuotes(wanted) + ".");
}

AwsError SignatureForm::ScopeErrorOnS3(std::string message) const {
  if (parsed_.presigned) message.insert(0, "Error parsing the X-Amz-Credential parameter; ");
  return errors_.MalformedOnS3(!parsed_.presigned, std::move(message));
}

AwsError SignatureForm::WrongService(std::string_view expected) const {
  if (errors_.s3()) {
    return ScopeErrorOnS3("incorrect service " + InQuotes(parsed_.scope.service) + ". This endpoint belongs to " +
                          InQuotes(expected) + ".");
  }
  return errors_.Invalid("Credential should be scoped to correct service: " + Quoted(expected) + ".");
}

AwsError SignatureForm::WrongRegion(std::string_view expected) const {
  if (errors_.s3()) {
    std::string message = "the region " + Quoted(parsed_.scope.region) + " is wrong";
    if (!expected.empty()) message.append("; expecting ").append(Quoted(expected));
    return ScopeErrorOnS3(std::move(message));
  }
  return errors_.Invalid("Credential should be scoped to a valid region, not " + Quoted(parsed_.scope.region) + ".");
}

Result<void> SignatureForm::CheckSignedHeaders() const {
  const std::vector<std::string>& names = parsed_.signed_headers;
  if (std::find(names.begin(), names.end(), "host") == names.end()) {
    if (errors_.s3()) return errors_.MalformedOnS3(!parsed_.presigned, "the SignedHeaders must include host.");
    return errors_.Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (errors_.s3()) return {};
  for (const std::string& name : names) {
    if (!http_.headers.Has(name)) {
      return errors_.Incomplete(Quoted(name) +
                                " is named as a SignedHeader, but it does not exist in the HTTP request.");
    }
  }
  return {};
}

}  // namespace stratolite::auth
