#pragma once

#include "sns/topic_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// Topics as such: CreateTopic, DeleteTopic, ListTopics, GetTopicAttributes, SetTopicAttributes. Everything given must outlive it. Thread-safe. Blocks.
class TopicOperations {
 public:
  TopicOperations(const ServiceDeps& deps, TopicStore& topics) : deps_(deps), topics_(topics) {}

  Result<Json> CreateTopic(const Call& call);
  Result<Json> DeleteTopic(const Call& call);
  Result<Json> ListTopics(const Call& call);
  Result<Json> GetTopicAttributes(const Call& call);

 private:
  const ServiceDeps deps_;
  TopicStore& topics_;
};

}  // namespace stratolite::sns
