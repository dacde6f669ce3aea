#include "sts/identity_operations.hpp"

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/errors.hpp"

namespace stratolite::sts {

// Needs no permission on AWS, but a signature. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
Result<Json> IdentityOperations::GetCallerIdentity(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  return Json{{"UserId", call.caller.user_id}, {"Account", call.caller.account.str()}, {"Arn", call.caller.arn}};
}

Result<Json> IdentityOperations::GetAccessKeyInfo(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  if (sessions_.CallerIsUserSession(call)) return SessionCredentialsNotAllowed("GetAccessKeyInfo");
  ASSIGN_OR_RETURN(const std::string key, Fields(call.input).String("AccessKeyId"));
  if (const auto credential = deps_.credentials.Find(key))
    return Json{{"Account", credential->principal.account.str()}};
  if (const auto account = auth::AccountOfKeyId(key)) return Json{{"Account", account->str()}};
  return UnknownAccessKey();
}

Result<Json> IdentityOperations::DecodeAuthorizationMessage(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  if (sessions_.CallerIsUserSession(call)) return SessionCredentialsNotAllowed("DecodeAuthorizationMessage");
  ASSIGN_OR_RETURN(const std::string encoded, Fields(call.input).String("EncodedMessage"));
  auto decoded = messages_.Open(encoded);
  if (!decoded) return InvalidAuthorizationMessage();
  return Json{{"DecodedMessage", *std::move(decoded)}};
}

}  // namespace stratolite::sts
