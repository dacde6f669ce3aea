#include "sts/role_arn.hpp"

#include "sts/errors.hpp"

namespace stratolite::sts {

Result<RoleArn> ParseRoleArn(std::string_view text) {
  auto arn = Arn::Parse(text);
  constexpr std::string_view kRole = "role/";
  if (!arn || arn->service != "iam" || !IsAccountId(arn->account) || !arn->resource.starts_with(kRole))
    return InvalidRoleArn();
  std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  if (name.empty()) return InvalidRoleArn();
  AccountId account(arn->account);
  return RoleArn{*std::move(arn), std::move(account), std::move(name)};
}

}  // namespace stratolite::sts
