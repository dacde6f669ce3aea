#pragma once

#include <functional>

#include "sns/topic_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// Topics as such: CreateTopic, DeleteTopic, ListTopics, GetTopicAttributes, SetTopicAttributes. `on_delete` removes, in the same transaction, what
/// others keep of a topic. Everything given must outlive it. Thread-safe. Blocks.
class TopicOperations {
 public:
  using OnDelete = std::function<void(storage::Txn& txn, const Topic& topic)>;
  TopicOperations(const ServiceDeps& deps, TopicStore& topics, OnDelete on_delete)
      : deps_(deps), topics_(topics), on_delete_(std::move(on_delete)) {}

  Result<Json> CreateTopic(const Call& call);
  Result<Json> DeleteTopic(const Call& call);
  Result<Json> ListTopics(const Call& call);
  Result<Json> GetTopicAttributes(const Call& call);
  Result<Json> SetTopicAttributes(const Call& call);

 private:
  const ServiceDeps deps_;
  TopicStore& topics_;
  const OnDelete on_delete_;
};

}  // namespace stratolite::sns
