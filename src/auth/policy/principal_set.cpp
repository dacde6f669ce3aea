#include "auth/policy/principal_set.hpp"

#include <algorithm>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/names.hpp"

namespace stratolite::auth::language {
namespace {

/// S3's canonical id of an account.
std::string CanonicalUserOf(const AccountId& account) {
  return Sha256Hex("stratolite canonical user " + account.str());
}

/// `AROA…` of `AROA…:session`.
std::string_view UniqueIdOf(const Principal& caller) {
  return std::string_view(caller.user_id).substr(0, caller.user_id.find(':'));
}

/// A role session that does not tell its issuer has a role without a path.
std::string IssuerArnOf(const Principal& caller) {
  if (!caller.issuer_arn.empty()) return caller.issuer_arn;
  auto arn = Arn::Parse(caller.arn);
  if (!arn || caller.type != PrincipalType::kAssumedRole || !arn->resource.starts_with("assumed-role/")) return {};
  const std::string_view role = std::string_view(arn->resource).substr(std::string_view("assumed-role/").size());
  arn->service = "iam";
  arn->resource = "role/" + std::string(role.substr(0, role.find('/')));
  return arn->ToString();
}

}  // namespace

void PrincipalSet::Add(std::string_view kind, std::string_view name) {
  if (kind == "Service") {
    services_.emplace_back(name);
  } else if (kind == "Federated") {
    providers_.emplace_back(name);
  } else if (kind == "CanonicalUser") {
    canonical_users_.emplace_back(name);
  } else if (name == "*") {
    every_aws_ = true;
  } else if (IsAccountId(name)) {
    accounts_.emplace_back(name);
  } else if (const auto arn = Arn::Parse(name); arn && arn->service == "iam" && arn->resource == "root") {
    accounts_.push_back(arn->account);
  } else {
    identities_.emplace_back(name);
  }
}

void PrincipalSet::AddEverybody() { everybody_ = true; }

bool PrincipalSet::Names(const std::vector<std::string>& names, std::string_view name) const {
  return !name.empty() && std::ranges::find(names, name) != names.end();
}

bool PrincipalSet::NamesAccount(const Principal& caller) const {
  if (caller.account.empty()) return false;
  if (Names(accounts_, caller.account.str())) return true;
  return !canonical_users_.empty() && Names(canonical_users_, CanonicalUserOf(caller.account));
}

bool PrincipalSet::NamesItself(const Principal& caller) const {
  switch (caller.type) {
    case PrincipalType::kAnonymous:
      return false;
    case PrincipalType::kService:
      return Names(services_, caller.arn);
    case PrincipalType::kFederatedIdentity:
      return Names(providers_, caller.arn);
    case PrincipalType::kUser:
      return Names(identities_, caller.arn) || Names(identities_, UniqueIdOf(caller));
    case PrincipalType::kRoot:
    case PrincipalType::kAssumedRole:
    case PrincipalType::kFederatedUser:
      return Names(identities_, caller.arn);
  }
  return false;
}

bool PrincipalSet::NamesIssuer(const Principal& caller) const {
  if (identities_.empty()) return false;
  if (caller.type == PrincipalType::kAssumedRole)
    return Names(identities_, IssuerArnOf(caller)) || Names(identities_, UniqueIdOf(caller));
  return caller.type == PrincipalType::kFederatedUser && Names(identities_, caller.issuer_arn);
}

Grant PrincipalSet::Match(const Principal& caller) const {
  if (everybody_) return Grant::kDirect;
  if (every_aws_ && caller.type != PrincipalType::kFederatedIdentity) return Grant::kDirect;
  if (NamesItself(caller)) return Grant::kDirect;
  if (NamesIssuer(caller)) return Grant::kIssuer;
  return NamesAccount(caller) ? Grant::kAccount : Grant::kNone;
}

bool PrincipalSet::Excepts(const Principal& caller) const {
  if (everybody_ || every_aws_) return Match(caller) != Grant::kNone;
  switch (caller.type) {
    case PrincipalType::kRoot:
      return NamesAccount(caller);
    case PrincipalType::kUser:
      return NamesAccount(caller) && NamesItself(caller);
    case PrincipalType::kAssumedRole:
    case PrincipalType::kFederatedUser:
      return NamesAccount(caller) && NamesIssuer(caller) && NamesItself(caller);
    case PrincipalType::kAnonymous:
    case PrincipalType::kService:
    case PrincipalType::kFederatedIdentity:
      return NamesItself(caller);
  }
  return false;
}

}  // namespace stratolite::auth::language
