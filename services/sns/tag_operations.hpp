#pragma once

#include "sns/topic_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// The tags of a request (`[{"Key": …, "Value": …}]`), each key once.
Result<Attributes> CheckTags(const Json& tags);

/// TagResource, UntagResource, ListTagsForResource: of topics, which alone have tags. Everything given must outlive it. Thread-safe. Blocks.
class TagOperations {
 public:
  TagOperations(const ServiceDeps& deps, TopicStore& topics) : deps_(deps), topics_(topics) {}

  Result<Json> TagResource(const Call& call);
  Result<Json> UntagResource(const Call& call);
  Result<Json> ListTagsForResource(const Call& call);

 private:
  const ServiceDeps deps_;
  TopicStore& topics_;
};

}  // namespace stratolite::sns
