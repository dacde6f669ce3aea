#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/runtime/scheduler.hpp"

namespace stratolite::s3 {

/// RestoreObject: temporary copies of what is archived. They are there after the time that AWS calls typical for the tier, and go at the end of their days, both
/// by the world's clock, with the events of each. Leaves out jobs of the type SELECT. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
class RestoreOperations {
 public:
  explicit RestoreOperations(Parts& parts);
  void Register(OperationTable& operations);

 private:
  struct Request {
    std::string tier;
    std::optional<std::int64_t> days = {};
  };
  Result<Json> RestoreObject(const Call& call);
  static Result<Request> ReadRequest(const Call& call);
  /// Sets the restoration of `object`; whether a copy is there already.
  static Result<bool> Restore(Object& object, const Request& request, TimePoint now);
  /// A copy has come to be there, or its days are over.
  void Continue(const runtime::DueTask& task);

  /// Makes that happen: at its end where the copy is there, else when it will be.
  void Plan(storage::Txn& txn, const Bucket& bucket, const Object& object, bool there);

  Parts& parts_;
};

}  // namespace stratolite::s3
