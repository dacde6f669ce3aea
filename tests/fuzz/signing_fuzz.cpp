// What our own signer signs verifies, whatever the request looks like: both ways through the canonical form agree.

#include "fuzz/auth_rig.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/raw_request.hpp"

namespace stratolite::fuzz {
namespace {

bool IsTokenName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// As the HTTP layer would hand it on, without a signature of its own.
wire::HttpRequest Signable(std::string_view input) {
  const wire::HttpRequest read = ReadRawRequest(input);
  wire::HttpRequest request;
  request.method = read.method;
  request.target = read.target;
  request.body = read.body;
  for (const auto& [name, value] : read.headers) {
    const std::string lower = AsciiLower(name);
    if (!IsTokenName(name) || lower == "host" || lower == "authorization" || lower.starts_with("x-amz-")) continue;
    request.headers.Add(name, value);
  }
  request.headers.Add("Host", "localhost");
  return request;
}

bool HasSignatureInQuery(const wire::HttpRequest& request) {
  const std::string query = AsciiLower(request.query());
  return query.find("x-amz-") != std::string::npos || query.find("awsaccesskeyid") != std::string::npos ||
         query.find("signature") != std::string::npos;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(Signing) {
  static const AuthRig rig;
  const wire::HttpRequest plain = Signable(input);
  if (HasSignatureInQuery(plain)) return;
  for (const bool s3 : {false, true}) {
    const bool session = Choices(input).Below(2) == 1;
    const auth::SigningCredentials credentials{session ? kSessionKeyId : kKeyId, kSecret,
                                               session ? std::optional(kSessionToken) : std::nullopt};
    const auth::SignOptions options{.region = "us-east-1",
                                    .service = s3 ? "s3" : "sqs",
                                    .time = rig.now(),
                                    .path_style = s3 ? auth::PathStyle::kS3 : auth::PathStyle::kNormalizedDouble,
                                    .payload_hash = std::nullopt,
                                    .content_hash_header = s3};
    wire::HttpRequest signed_request = plain;
    auth::Sign(signed_request, credentials, options);
    const auto outcome = rig.Ask(signed_request, s3, true);
    Demand(outcome.ok() && outcome->kind == auth::AuthOutcome::Kind::kVerified, "a signature of ours is right");
    if (!s3) continue;
    wire::HttpRequest presigned = plain;
    auth::Presign(presigned, credentials, options, 600);
    Demand(rig.Ask(presigned, s3, true).ok(), "a presigned URL of ours is right");
  }
  for (const auto style : {auth::PathStyle::kNormalizedDouble, auth::PathStyle::kS3, auth::PathStyle::kRaw})
    auth::CanonicalPath(input, style);
  const std::string value = auth::CanonicalHeaderValue(input);
  Demand(auth::CanonicalHeaderValue(value) == value, "a canonical value is canonical");
  const std::string query = auth::CanonicalQuery(input);
  Demand(auth::CanonicalQuery(query) == query, "a canonical query is canonical");
}
