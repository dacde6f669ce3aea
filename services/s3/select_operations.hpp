#pragma once

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// SelectObjectContent: SQL over one object, CSV or JSON, answered as an event stream. What reads, parses and evaluates is in select/. Thread-safe. Blocks.
class SelectOperations {
 public:
  explicit SelectOperations(Parts& parts) : parts_(parts) {}

  void Register(OperationTable& operations);

 private:
  Result<Json> SelectObjectContent(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
