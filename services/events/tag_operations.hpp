#pragma once

#include <functional>

#include "events/bus_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Tags of rules and event buses. Everything given must outlive it. Thread-safe. Blocks.
class TagOperations {
 public:
  TagOperations(const ServiceDeps& deps, BusStore& buses) : deps_(deps), buses_(buses) {}

  Result<Json> TagResource(const Call& call);
  Result<Json> UntagResource(const Call& call);
  Result<Json> ListTagsForResource(const Call& call);

 private:
  Result<Json> ChangeTags(const Call& call, const std::function<Result<Tags>(const Tags&)>& change);

  const ServiceDeps deps_;
  BusStore& buses_;
};

}  // namespace stratolite::events
