#pragma once

#include <string>

#include "iam/report_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Service last accessed: which services an entity's policies let it use, and which it really used when, from the world's usage log. A report is what was known
/// when it was asked for. `deps` must outlive it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
class LastAccessOperations {
 public:
  explicit LastAccessOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> GenerateServiceLastAccessedDetails(const Call& call);
  Result<Json> GetServiceLastAccessedDetails(const Call& call);
  Result<Json> GetServiceLastAccessedDetailsWithEntities(const Call& call);

  Result<Report> FindReport(const Call& call);

  const ServiceDeps& deps_;
};

}  // namespace stratolite::iam
