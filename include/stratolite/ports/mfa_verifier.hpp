#pragma once

#include <string_view>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::ports {

/// Who knows the codes that MFA devices show: IAM's to offer, STS's to ask for `SerialNumber` and `TokenCode`. Thread-safe.
class MfaVerifier {
 public:
  virtual ~MfaVerifier() = default;
  /// Whether the device is the caller's, a user's or root's, and shows this code now on the world's clock. A code passes once.
  /// Errors: AccessDenied, with AWS's messages. Not from within a transaction. Blocks.
  virtual Result<void> Verify(const auth::Principal& caller, std::string_view serial_number,
                              std::string_view token_code) = 0;
};

}  // namespace stratolite::ports
