#include "s3/s3.hpp"

#include "s3/abac_operations.hpp"
#include "s3/accelerate_operations.hpp"
#include "s3/access_guide.hpp"
#include "s3/access_log.hpp"
#include "s3/analytics_operations.hpp"
#include "s3/attribute_operations.hpp"
#include "s3/bucket_acl_operations.hpp"
#include "s3/bucket_control.hpp"
#include "s3/bucket_operations.hpp"
#include "s3/bucket_policy_operations.hpp"
#include "s3/bucket_setting_operations.hpp"
#include "s3/cors_operations.hpp"
#include "s3/directory_operations.hpp"
#include "s3/encryption_operations.hpp"
#include "s3/http_surface.hpp"
#include "s3/inventory.hpp"
#include "s3/lifecycle_operations.hpp"
#include "s3/listing_operations.hpp"
#include "s3/logging_operations.hpp"
#include "s3/multipart_operations.hpp"
#include "s3/notification_operations.hpp"
#include "s3/object_lock_operations.hpp"
#include "s3/object_operations.hpp"
#include "s3/part_operations.hpp"
#include "s3/parts.hpp"
#include "s3/replication.hpp"
#include "s3/replication_operations.hpp"
#include "s3/request_payment.hpp"
#include "s3/restore_operations.hpp"
#include "s3/schema.hpp"
#include "s3/select_operations.hpp"
#include "s3/website_operations.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {
namespace {

class S3Service final : public Service {
 public:
  explicit S3Service(const ServiceDeps& deps)
      : parts_(Migrated(deps)),
        buckets_(parts_),
        bucket_settings_(parts_),
        bucket_acls_(parts_),
        request_payment_(parts_),
        encryption_(parts_),
        listing_(parts_),
        objects_(parts_),
        object_locks_(parts_),
        restores_(parts_),
        multipart_(parts_),
        upload_parts_(parts_),
        attributes_(parts_),
        notifications_(parts_),
        policies_(parts_),
        select_(parts_),
        lifecycle_(parts_),
        replication_(parts_),
        replication_engine_(parts_),
        logging_(parts_),
        access_log_(parts_),
        inventory_(parts_),
        cors_(parts_),
        websites_(parts_),
        http_surface_(parts_),
        analytics_(parts_),
        accelerate_(parts_),
        abac_(parts_),
        directories_(parts_),
        access_guide_(parts_),
        bucket_control_(parts_) {
    deps.ports.Offer<ports::BucketControl>(&bucket_control_);
  }

  void Register(OperationTable& operations) override {
    OperationTable all;
    RegisterNouns(all);
    request_payment_.AddCharging(all, operations);
  }

  void OnReset() override {
    parts_.buckets.Clear();
    parts_.account_settings.Clear();
    parts_.notifications.Clear();
    lifecycle_.Clear();
  }

  AccessGuide* access_guide() override { return &access_guide_; }
  HttpSurface* http_surface() override { return &http_surface_; }

 private:
  void RegisterNouns(OperationTable& operations) {
    buckets_.Register(operations);
    bucket_settings_.Register(operations);
    bucket_acls_.Register(operations);
    request_payment_.Register(operations);
    encryption_.Register(operations);
    listing_.Register(operations);
    objects_.Register(operations);
    object_locks_.Register(operations);
    restores_.Register(operations);
    multipart_.Register(operations);
    upload_parts_.Register(operations);
    attributes_.Register(operations);
    notifications_.Register(operations);
    policies_.Register(operations);
    analytics_.Register(operations);
    accelerate_.Register(operations);
    abac_.Register(operations);
    directories_.Register(operations);
    select_.Register(operations);
    cors_.Register(operations);
    websites_.Register(operations);
    lifecycle_.Register(operations);
    replication_.Register(operations);
    logging_.Register(operations);
    inventory_.Register(operations);
  }

  static const ServiceDeps& Migrated(const ServiceDeps& deps) {
    deps.db.Migrate(kMigrations);
    return deps;
  }

  Parts parts_;
  BucketOperations buckets_;
  BucketSettingOperations bucket_settings_;
  BucketAclOperations bucket_acls_;
  RequestPaymentOperations request_payment_;
  EncryptionOperations encryption_;
  ListingOperations listing_;
  ObjectOperations objects_;
  ObjectLockOperations object_locks_;
  RestoreOperations restores_;
  MultipartOperations multipart_;
  PartOperations upload_parts_;
  AttributeOperations attributes_;
  NotificationOperations notifications_;
  BucketPolicyOperations policies_;
  SelectOperations select_;
  LifecycleOperations lifecycle_;
  ReplicationOperations replication_;
  ReplicationEngine replication_engine_;
  LoggingOperations logging_;
  AccessLog access_log_;
  Inventory inventory_;
  CorsOperations cors_;
  WebsiteOperations websites_;
  S3HttpSurface http_surface_;
  AnalyticsOperations analytics_;
  AccelerateOperations accelerate_;
  AbacOperations abac_;
  DirectoryOperations directories_;
  S3AccessGuide access_guide_;
  S3BucketControl bucket_control_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<S3Service>(deps); }

}  // namespace stratolite::s3
