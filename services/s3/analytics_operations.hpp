#pragma once

#include "s3/configuration_list.hpp"
#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Configurations of storage class analysis, of request metrics and of Intelligent-Tiering's archives: checked, kept and answered. None acts: there is no
/// CloudWatch to send metrics to, no statistics of access of which an export could be made, and objects of INTELLIGENT_TIERING stay readable at once.
/// Thread-safe. Blocks.
class AnalyticsOperations {
 public:
  explicit AnalyticsOperations(Parts& parts);
  void Register(OperationTable& operations);

 private:
  ConfigurationList analytics_;
  ConfigurationList metrics_;
  ConfigurationList tiering_;
};

}  // namespace stratolite::s3
