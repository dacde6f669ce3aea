#include "organizations/standing.hpp"

#include "organizations/errors.hpp"
#include "organizations/tree_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/wire/codec.hpp"

namespace stratolite::organizations {
namespace {

constexpr std::string_view kIdAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kTokenStart = "page:";

}  // namespace

Result<Standing> FindStanding(storage::Reader& reader, const Call& call) {
  auto account = TreeStore::FindAccount(reader, call.scope.account);
  if (!account) return NotInOrganization();
  Standing standing;
  standing.organization = TreeStore::Find(reader, account->organization).value();
  standing.management = standing.organization.management == account->id;
  standing.account = *std::move(account);
  return standing;
}

Result<Organization> RequireManagement(storage::Reader& reader, const Call& call) {
  ASSIGN_OR_RETURN(Standing standing, FindStanding(reader, call));
  if (!standing.management) return OnlyManagement();
  return std::move(standing.organization);
}

Result<void> CheckInput(const Call& call) {
  if (!call.model) return {};
  const auto checked = wire::ValidateInput(*call.model, call.protocol, call.input);
  if (checked.ok()) return {};
  const std::string& text = checked.error().message;
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (says("must not be null")) return InvalidInput("INPUT_REQUIRED", "You must specify all required parameters.");
  if (says("regular expression pattern")) return InvalidPattern();
  if (says("length less than")) return InvalidInput("MAX_LENGTH_EXCEEDED", "You specified a value that is too long.");
  if (says("length greater than")) {
    return InvalidInput("MIN_LENGTH_EXCEEDED", "You specified a value that is too short.");
  }
  if (says("value less than")) return InvalidInput("MAX_VALUE_EXCEEDED", "You specified a value that is too large.");
  if (says("value greater than")) return InvalidInput("MIN_VALUE_EXCEEDED", "You specified a value that is too small.");
  if (says("Type") || says("type")) return InvalidInput("INVALID_ENUM_POLICY_TYPE", "You specified an invalid value.");
  return InvalidInput("INVALID_ENUM", "You specified an invalid value.");
}

std::string MakeId(runtime::Random& random, std::string_view prefix, std::size_t length) {
  return std::string(prefix) + random.String(length, kIdAlphabet);
}

Result<Page> ReadPage(const Call& call) {
  const Fields in(call.input);
  Page page;
  page.limit = in.IntOr("MaxResults", page.limit);
  if (const auto token = in.OptionalString("NextToken")) {
    const auto text = Base64Decode(*token);
    if (!text || !text->starts_with(kTokenStart)) return InvalidNextToken();
    page.after = text->substr(kTokenStart.size());
  }
  return page;
}

std::string PageToken(std::string_view last) { return Base64Encode(std::string(kTokenStart).append(last)); }

}  // namespace stratolite::organizations
