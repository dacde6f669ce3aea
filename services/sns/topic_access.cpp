#include "sns/topic_access.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sns/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

constexpr int kLeastArnParts = 6;

}  // namespace

Result<std::string> RequiredText(const Call& call, std::string_view name) {
  const Fields in(call.input);
  if (!in.Has(name)) return NullParameter(name);
  std::string text = in.StringOr(name, "");
  if (text.empty()) return EmptyParameter(name);
  return text;
}

Result<Arn> CheckArn(std::string_view text, std::string_view name) {
  const auto parts = std::count(text.begin(), text.end(), ':') + 1;
  if (parts < kLeastArnParts) {
    return InvalidParameter(name, fmt::format("An ARN must have at least {} elements, not {}", kLeastArnParts, parts));
  }
  std::optional<Arn> arn = Arn::Parse(text);
  if (!arn) return InvalidParameter(name);
  return *std::move(arn);
}

Result<Arn> CheckTopicArn(const Call& call, std::string_view text, std::string_view name) {
  ASSIGN_OR_RETURN(Arn arn, CheckArn(text, name));
  if (arn.service != "sns" || arn.region != call.scope.region.str() || !IsAccountId(arn.account) ||
      arn.resource.empty() || arn.resource.find_first_of(":/") != std::string::npos) {
    return InvalidParameter(name);
  }
  return arn;
}

Result<std::string> TopicArnOf(const Call& call, std::string_view name) {
  ASSIGN_OR_RETURN(std::string text, RequiredText(call, name));
  RETURN_IF_ERROR(CheckTopicArn(call, text, name));
  return text;
}

}  // namespace stratolite::sns
