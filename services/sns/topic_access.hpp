#pragma once

#include <string>
#include <string_view>

#include "sns/model.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// A member that must be there and not be empty, in SNS's words.
Result<std::string> RequiredText(const Call& call, std::string_view name);
/// Six parts at least; what is more is the resource's.
Result<Arn> CheckArn(std::string_view text, std::string_view name);
/// The ARN of a topic that may be used here: AWS refuses those of other regions. Whether there is such a topic is not looked at.
Result<Arn> CheckTopicArn(const Call& call, std::string_view text, std::string_view name = "TopicArn");
/// The call's member `name`, checked.
Result<std::string> TopicArnOf(const Call& call, std::string_view name = "TopicArn");

}  // namespace stratolite::sns
