#pragma once

#include <cstddef>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// MessageAttributes of Publish: checks, size, and how they are kept.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
namespace stratolite::sns {

/// InvalidParameterValueException in AWS's words.
Result<void> CheckMessageAttributes(const Json& attributes);
/// Names, types and values. Precondition: checked.
std::size_t SizeOfAttributes(const Json& attributes);
/// With blobs in base64; null for none. Precondition: checked.
Json KeepAttributes(const Json& attributes);

}  // namespace stratolite::sns
