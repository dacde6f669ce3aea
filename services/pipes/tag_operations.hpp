#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::pipes {

/// Tags of pipes. `deps` must outlive it. Thread-safe. Blocks.
class TagOperations {
 public:
  explicit TagOperations(const ServiceDeps& deps) : deps_(deps) {}

  Result<Json> ListTagsForResource(const Call& call);
  Result<Json> TagResource(const Call& call);
  Result<Json> UntagResource(const Call& call);

 private:
  const ServiceDeps deps_;
};

}  // namespace stratolite::pipes
