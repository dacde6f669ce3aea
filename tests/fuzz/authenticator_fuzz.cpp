// Signed requests of every kind: SigV4 in the header and in the query, SigV4A, SigV2, sessions.

#include "auth/signature_parser.hpp"
#include "fuzz/auth_rig.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/raw_request.hpp"

namespace stratolite::fuzz {
namespace {

/// Changes that no signature may survive.
wire::HttpRequest Altered(const wire::HttpRequest& request, std::size_t way) {
  wire::HttpRequest altered = request;
  if (way == 0) altered.method += 'X';
  if (way == 1) altered.target.insert(std::min(altered.target.find('?'), altered.target.size()), "x");
  if (way == 2) altered.target += (altered.target.find('?') == std::string::npos ? "?zz=1" : "&zz=1");
  if (way == 3) altered.headers.Set("x-amz-date", altered.headers.Has("x-amz-date") ? "20260102T030406Z" : "");
  return altered;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(SignedRequest) {
  static const AuthRig rig;
  const wire::HttpRequest request = ReadRawRequest(input);
  auth::Authenticator::ReadClaim(request);
  const auto parsed = auth::ParseSignature(request);
  for (const bool s3 : {false, true}) {
    const auto permissive = rig.Ask(request, s3, false);
    const auto strict = rig.Ask(request, s3, true, Choices(input).Below(50) == 0);
    Demand(!strict.ok() || permissive.ok(), "what is strictly right is right");
    if (!strict.ok()) continue;
    Demand(strict->kind == auth::AuthOutcome::Kind::kVerified, "strict mode lets nobody in unseen");
    Demand(parsed.signature && !parsed.signature->empty(), "who is verified has signed");
    // SigV2 covers less: neither most of the query, nor a date beside the expiry.
    const bool v4 = parsed.kind == auth::ParsedSignature::Kind::kSigV4;
    const std::size_t way = Choices(input).Below(v4 ? (parsed.presigned ? 3 : 4) : 2);
    Demand(!rig.Ask(Altered(request, way), s3, true).ok(), "a request that was altered is refused");
    wire::HttpRequest body = request;
    body.body += 'x';
    if (strict->payload == auth::PayloadMode::kHashed && v4)
      Demand(!rig.Ask(body, s3, true).ok(), "a body that was altered is refused");
  }
}
