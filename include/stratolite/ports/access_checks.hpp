#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "stratolite/base/result.hpp"
#include "stratolite/service/access.hpp"

namespace stratolite::ports {

/// Decisions about parts of a call, whose denial is no refusal of the whole: S3's DeleteObjects answers for each key. The service's guide has taken such needs
/// out of those that the call as a whole is decided on. Thread-safe. Blocks; not from within a transaction.
class AccessChecks {
 public:
  virtual ~AccessChecks() = default;
  /// Whether anybody wants to know: all is allowed else.
  virtual bool active() const = 0;
  /// For each of `needs`, in their order, the error that it is denied with; nullopt: allowed, as all are where policies are not enforced.
  virtual std::vector<std::optional<AwsError>> CheckEach(std::string_view service, const Call& call,
                                                         const std::vector<AccessNeed>& needs) = 0;
};

}  // namespace stratolite::ports
