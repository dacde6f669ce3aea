#include "s3control/account_block_operations.hpp"

#include <array>

#include "s3control/control_access.hpp"
#include "s3control/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3control {

void AccountBlockOperations::Register(OperationTable& operations) {
  using Self = AccountBlockOperations;
  operations.Add("PutPublicAccessBlock", this, &Self::PutPublicAccessBlock);
  operations.Add("GetPublicAccessBlock", this, &Self::GetPublicAccessBlock);
  operations.Add("DeletePublicAccessBlock", this, &Self::DeletePublicAccessBlock);
}

Json CompleteBlock(const Json& given, bool otherwise) {
  constexpr std::array<const char*, 4> kMembers = {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy",
                                                   "RestrictPublicBuckets"};
  const Fields fields(given);
  Json block = Json::object();
  for (const char* member : kMembers) block[member] = fields.BoolOr(member, otherwise);
  return block;
}

Result<Json> AccountBlockOperations::PutPublicAccessBlock(const Call& call) {
  RETURN_IF_ERROR(CheckAccount(call));
  const Json* const given = Fields(call.input).Find("PublicAccessBlockConfiguration");
  if (given == nullptr) return MalformedXml();
  if (given->empty()) return InvalidRequest("Must specify at least one configuration.");
  ASSIGN_OR_RETURN(auto* const control, FindControl(deps_));
  control->SetPublicAccessBlock(call.scope.account, CompleteBlock(*given, false));
  return Json::object();
}

Result<Json> AccountBlockOperations::GetPublicAccessBlock(const Call& call) {
  RETURN_IF_ERROR(CheckAccount(call));
  ASSIGN_OR_RETURN(auto* const control, FindControl(deps_));
  auto block = control->PublicAccessBlockOf(call.scope.account);
  if (!block) return NoSuchPublicAccessBlock(call.scope.account.str());
  return Json{{"PublicAccessBlockConfiguration", *std::move(block)}};
}

Result<Json> AccountBlockOperations::DeletePublicAccessBlock(const Call& call) {
  RETURN_IF_ERROR(CheckAccount(call));
  ASSIGN_OR_RETURN(auto* const control, FindControl(deps_));
  control->SetPublicAccessBlock(call.scope.account, Json());
  return Json::object();
}

}  // namespace stratolite::s3control
