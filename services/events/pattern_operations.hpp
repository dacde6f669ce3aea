#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// TestEventPattern. Nothing is stored. Thread-safe.
class PatternOperations {
 public:
  Result<Json> TestEventPattern(const Call& call);
};

}  // namespace stratolite::events
