#pragma once

#include <string_view>

#include "s3/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// What happened, as S3 puts it on the default event bus; `event`, `object` and `sequencer` as in notifications. Null: events of which EventBridge hears
/// nothing. Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
Json EventBridgeEvent(const Call& call, const Bucket& bucket, const Object& object, std::string_view event,
                      std::string_view sequencer, TimePoint now);

}  // namespace stratolite::s3
