#pragma once

#include <string>

#include "sns/deliveries.hpp"
#include "sns/fan_out.hpp"
#include "sns/model.hpp"
#include "sns/topic_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// How clients address us, for URLs in messages that no client published: as the last one did that made a topic, subscribed or published. Thread-safe.
class KnownEndpoint {
 public:
  void Remember(const std::string& endpoint);
  std::string Last() const;

 private:
  mutable std::mutex mutex_;
  std::string last_ = "http://localhost:4566";  // guarded by mutex_
};

/// Publish and PublishBatch. Everything given must outlive it. Thread-safe. Blocks.
class PublishOperations {
 public:
  PublishOperations(const ServiceDeps& deps, TopicStore& topics, FanOut& fan_out, Deliveries& deliveries,
                    KnownEndpoint& endpoint)
      : deps_(deps), topics_(topics), fan_out_(fan_out), deliveries_(deliveries), endpoint_(endpoint) {}

  Result<Json> Publish(const Call& call);
  Result<Json> PublishBatch(const Call& call);

 private:
  Result<Json> PublishToTopic(const Call& call, const std::string& topic_arn);
  Result<Json> PublishToEndpoint(const Call& call, const std::string& endpoint_arn);
  Result<Json> PublishToNumber(const Call& call, const std::string& number);
  /// Of an entry or a whole call, for a topic.
  Result<Message> MakeMessage(const Call& call, const Topic& topic, const Json& entry);
  /// Without a topic.
  Result<Message> MakeDirectMessage(const Call& call);

  const ServiceDeps deps_;
  TopicStore& topics_;
  FanOut& fan_out_;
  Deliveries& deliveries_;
  KnownEndpoint& endpoint_;
};

}  // namespace stratolite::sns
