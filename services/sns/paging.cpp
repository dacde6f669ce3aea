#include "sns/paging.hpp"

#include "sns/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {

Result<std::string> ReadToken(const Call& call, std::string_view member) {
  const std::string token = Fields(call.input).StringOr(member, "");
  if (token.empty()) return std::string();
  std::optional<std::string> after = Base64Decode(token);
  if (!after || after->empty()) return InvalidParameter(member);
  return *std::move(after);
}

Result<std::int64_t> ReadNumberToken(const Call& call, std::string_view member) {
  ASSIGN_OR_RETURN(const std::string after, ReadToken(call, member));
  if (after.empty()) return 0;
  const auto number = ParseWholeNumber<std::int64_t>(after);
  if (!number || *number < 0) return InvalidParameter(member);
  return *number;
}

std::string MakeToken(std::string_view after) { return Base64Encode(after); }

}  // namespace stratolite::sns
