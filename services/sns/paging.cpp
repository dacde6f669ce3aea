#include "sns/paging.hpp"

#include <charconv>

#include "sns/errors.hpp"
#include "stratolite/base/encoding.hpp"
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
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), number);
  if (error != std::errc() || end != after.data() + after.size() || number < 0) return InvalidParameter(member);
  return number;
}

std::string MakeToken(std::string_view after) { return Base64Encode(after); }

}  // namespace stratolite::sns
