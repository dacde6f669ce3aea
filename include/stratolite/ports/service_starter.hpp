#pragma once

#include <string_view>

namespace stratolite::ports {

/// Makes services that offer something before their own first call: whoever wants a port of IAM's starts IAM first. The world offers it. Thread-safe.
class ServiceStarter {
 public:
  virtual ~ServiceStarter() = default;
  /// Returns once the service is made; at once when it is, or when this world has none of the name. Blocks; not from within a transaction, nor while
  /// services are being made.
  virtual void Start(std::string_view service) = 0;
};

}  // namespace stratolite::ports
