#pragma once

#include "s3/access_point_store.hpp"
#include "s3/account_setting_store.hpp"
#include "s3/bucket_store.hpp"
#include "s3/directory_session_store.hpp"
#include "s3/notifications.hpp"
#include "s3/object_store.hpp"
#include "s3/upload_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// What the nouns of S3 share. One per service instance; outlives the nouns. The members say their own thread rules.
struct Parts {
  explicit Parts(const ServiceDeps& deps)
      : deps(deps),
        buckets(deps.db),
        account_settings(deps.db),
        objects(deps.blobs),
        uploads(deps.blobs),
        notifications(deps, buckets) {}

  const ServiceDeps deps;
  BucketStore buckets;
  AccountSettingStore account_settings;
  AccessPointStore access_points;
  DirectorySessionStore directory_sessions;
  ObjectStore objects;
  UploadStore uploads;
  Notifications notifications;
};

}  // namespace stratolite::s3
