#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// What Publish and PublishBatch refuse.
/// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
namespace stratolite::sns {

AwsError EmptyMessage();
AwsError MessageTooLong();
AwsError InvalidParameterValue(std::string message);
AwsError MessageGroupRequired();
AwsError DeduplicationRequired();
AwsError EndpointDisabled();

AwsError EmptyBatchRequest();
AwsError TooManyEntriesInBatchRequest();
AwsError BatchEntryIdsNotDistinct();
AwsError BatchEntryIdTooLong(std::string_view id);
AwsError BatchEntryIdMisspelled(std::string_view id);
AwsError BatchRequestTooLong();

}  // namespace stratolite::sns
