#include "s3control/s3control.hpp"

#include "s3control/access_point_operations.hpp"
#include "s3control/account_block_operations.hpp"
#include "s3control/tag_operations.hpp"

namespace stratolite::s3control {
namespace {

class S3controlService final : public Service {
 public:
  explicit S3controlService(const ServiceDeps& deps) : account_block_(deps), access_points_(deps), tags_(deps) {}

  void Register(OperationTable& operations) override {
    account_block_.Register(operations);
    access_points_.Register(operations);
    tags_.Register(operations);
  }

 private:
  AccountBlockOperations account_block_;
  AccessPointOperations access_points_;
  TagOperations tags_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<S3controlService>(deps); }

}  // namespace stratolite::s3control
