#pragma once

#include "stratolite/service/access.hpp"

namespace stratolite::ports {

/// What the world does with policies, for services that decide something themselves: whom a role trusts, whether root may be a role. Whoever offers it
/// knows; while nobody does, policies are not looked at (IamMode::kOff). Thread-safe.
class AccessMode {
 public:
  virtual ~AccessMode() = default;
  virtual IamMode mode() const = 0;
};

}  // namespace stratolite::ports
