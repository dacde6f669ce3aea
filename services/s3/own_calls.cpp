#include "s3/own_calls.hpp"

#include "stratolite/runtime/random.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kRequestIdAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kRequestIdLength = 16;

}  // namespace

Call MakeOwnCall(Parts& parts, const Bucket& bucket, std::string_view operation) {
  Call call;
  call.operation = operation;
  call.protocol = wire::Protocol::kRestXml;
  call.input = Json::object();
  call.scope = {bucket.account, bucket.region};
  call.caller.type = auth::PrincipalType::kService;
  call.caller.account = bucket.account;
  call.caller.arn = kOwnPrincipal;
  call.caller.user_id = kOwnPrincipal;
  call.request_id = parts.deps.random.String(kRequestIdLength, kRequestIdAlphabet);
  call.source_ip = kOwnPrincipal;
  call.user_agent = kOwnPrincipal;
  return call;
}

bool IsOwnCall(const Call& call) {
  return call.caller.type == auth::PrincipalType::kService && call.caller.arn == kOwnPrincipal;
}

}  // namespace stratolite::s3
