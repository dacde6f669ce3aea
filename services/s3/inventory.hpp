#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "s3/configuration_list.hpp"
#include "s3/own_objects.hpp"
#include "s3/parts.hpp"
#include "stratolite/runtime/scheduler.hpp"

namespace stratolite::s3 {

/// Inventories: their configurations, and the lists that S3 delivers by them, as CSV: daily at midnight UTC or weekly, on Sundays, by the world's clock. One
/// that is set to a later day gets one list for all that it left out. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
class Inventory {
 public:
  explicit Inventory(Parts& parts);
  void Register(OperationTable& operations) { configurations_.Register(operations); }

 private:
  /// What one delivery consists of, the manifest last.
  struct Delivery {
    std::vector<OwnObject> objects;
  };
  Result<Json> Check(const Bucket& bucket, const Json& configuration);
  void Schedule(storage::Txn& txn, const Bucket& bucket, const std::string& id, const Json* configuration);
  void Run(const runtime::DueTask& task);
  Delivery Make(const Bucket& source, const Json& configuration, TimePoint time);
  /// Compressed lists, in pieces.
  std::vector<std::string> ReadLists(const Bucket& source, const Json& configuration);

  Parts& parts_;
  ConfigurationList configurations_;
};

}  // namespace stratolite::s3
