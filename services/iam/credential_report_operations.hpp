#pragma once

#include <string>

#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// The credential report: what every user of an account has, as it was when the report was asked for. `deps` must outlive it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
class CredentialReportOperations {
 public:
  explicit CredentialReportOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> GenerateCredentialReport(const Call& call);
  Result<Json> GetCredentialReport(const Call& call);

  std::string Write(const Call& call);

  const ServiceDeps& deps_;
};

}  // namespace stratolite::iam
