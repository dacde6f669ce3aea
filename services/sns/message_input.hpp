#pragma once

#include <cstddef>

#include "sns/model.hpp"
#include "sns/publishing.hpp"
#include "stratolite/service/service.hpp"

/// What Publish, and each entry of PublishBatch, says of a message.
namespace stratolite::sns {

/// Body and attributes, for the limit on their size. Precondition: the attributes were checked.
std::size_t SizeOfEntry(const Json& entry);

/// Subject, body by MessageStructure, attributes; not its size. Ids and times are not filled in. Errors: InvalidParameter, InvalidParameterValue.
Result<Message> ReadMessage(const Json& entry);
/// MessageGroupId and MessageDeduplicationId as the kind of topic wants them.
Result<void> ReadFifoMembers(const Topic& topic, const Json& entry, Message& message);

}  // namespace stratolite::sns
