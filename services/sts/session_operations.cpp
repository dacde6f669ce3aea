#include "sts/session_operations.hpp"

#include <algorithm>
#include <charconv>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/errors.hpp"

namespace stratolite::sts {
namespace {

using std::chrono::seconds;

constexpr seconds kDefaultUserSession{43200};
constexpr seconds kMaxRootUserSession{3600};
constexpr seconds kDelegatedSession{3600};
constexpr seconds kDefaultTradeIn{3600};

/// Root users get an hour at most, whatever they ask for.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
seconds SessionLength(const Call& call, bool root) {
  const seconds asked(Fields(call.input).IntOr("DurationSeconds", kDefaultUserSession.count()));
  return root ? std::min(asked, kMaxRootUserSession) : asked;
}

}  // namespace

Result<Json> SessionOperations::GetSessionToken(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  if (sessions_.CallerIsSession(call)) return SessionCredentialsNotAllowed("GetSessionToken");
  auth::Principal principal = call.caller;
  principal.issuer_arn = call.caller.arn;
  ASSIGN_OR_RETURN(principal.mfa_authenticated, sessions_.CheckMfa(call));
  return sessions_.Issue(call, std::move(principal), SessionLength(call, sessions_.CallerIsKnownRoot(call)));
}

Result<Json> SessionOperations::GetFederationToken(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  if (sessions_.CallerIsSession(call)) return SessionCredentialsNotAllowed("GetFederationToken");
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  ASSIGN_OR_RETURN(const SessionParameters parameters, ReadSessionParameters(call.input, auth::Principal{}));
  auth::Principal principal;
  principal.type = auth::PrincipalType::kFederatedUser;
  principal.account = call.caller.account;
  principal.arn =
      Arn{std::string(PartitionOf(call.scope.region)), "sts", "", call.caller.account.str(), "federated-user/" + name}
          .ToString();
  principal.user_id = call.caller.account.str() + ":" + name;
  principal.issuer_arn = call.caller.arn;
  principal.tags = parameters.tags;
  principal.session_policy = parameters.policy;
  principal.session_policy_arns = parameters.policy_arns;
  Json user = {{"FederatedUserId", principal.user_id}, {"Arn", principal.arn}};
  Json out = sessions_.Issue(call, std::move(principal), SessionLength(call, sessions_.CallerIsKnownRoot(call)));
  out["FederatedUser"] = std::move(user);
  if (parameters.packed_percent) out["PackedPolicySize"] = *parameters.packed_percent;
  return out;
}

Result<Json> SessionOperations::GetDelegatedAccessToken(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  if (sessions_.CallerIsUserSession(call)) return SessionCredentialsNotAllowed("GetDelegatedAccessToken");
  ASSIGN_OR_RETURN(const std::string sealed, Fields(call.input).String("TradeInToken"));
  const auto opened = trade_in_.Open(sealed);
  if (!opened) return InvalidTradeInToken();
  const Json token = Json::parse(*opened);
  const TimePoint expires{Duration(token.at("expires").get<std::int64_t>())};
  if (expires <= deps_.clock.Now()) return ExpiredTradeInToken();
  const auto arn_text = token.at("principal").get<std::string>();
  const Arn arn = Arn::Parse(arn_text).value();
  auth::Principal principal;
  principal.account = AccountId(arn.account);
  principal.type = arn.resource == "root" ? auth::PrincipalType::kRoot : auth::PrincipalType::kUser;
  principal.arn = arn_text;
  principal.user_id =
      arn.resource == "root" ? arn.account : auth::MakeUniqueId("AIDA", principal.account, AsBytes(Sha256(arn_text)));
  principal.issuer_arn = arn_text;
  Json out = sessions_.Issue(call, std::move(principal), kDelegatedSession);
  out["AssumedPrincipal"] = arn_text;
  return out;
}

Result<Json> SessionOperations::MakeTradeInToken(const Service::AdminRequest& request) {
  const auto value = [&](const char* name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string() : found->second;
  };
  const std::string principal = value("Principal");
  const auto arn = Arn::Parse(principal);
  const bool user = arn && arn->service == "iam" && IsAccountId(arn->account) &&
                    (arn->resource == "root" || arn->resource.starts_with("user/"));
  if (!user) return ValidationError("Principal must be the ARN of an IAM user or of a root user.");
  std::int64_t lifetime = kDefaultTradeIn.count();
  if (const std::string text = value("DurationSeconds"); !text.empty()) {
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), lifetime);
    if (failure != std::errc{} || end != text.data() + text.size() || lifetime < 1 ||
        lifetime > kDefaultUserSession.count()) {
      return ValidationError("DurationSeconds must be a number from 1 to 43200.");
    }
  }
  const TimePoint expires = deps_.clock.Now() + seconds(lifetime);
  const Json token = {{"principal", principal}, {"expires", expires.time_since_epoch().count()}};
  return Json{{"TradeInToken", trade_in_.Seal(token.dump())}, {"Expiration", FormatIso8601(expires)}};
}

}  // namespace stratolite::sts
