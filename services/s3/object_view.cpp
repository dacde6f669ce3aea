#include "s3/object_view.hpp"

#include "s3/lifecycle_headers.hpp"
#include "s3/metadata_words.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_lock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

std::string QuotedEtag(const Object& object) { return '"' + object.etag + '"'; }

Json ViewObject(const Bucket& bucket, const Object& object) {
  Json view{{"AcceptRanges", "bytes"},
            {"ContentType", "binary/octet-stream"},
            {"ETag", QuotedEtag(object)},
            {"LastModified", ToJson(object.last_modified)}};
  AddEncryption(view, object.details.encryption);
  AddObjectLock(view, object.details);
  for (const auto& [member, value] : object.metadata.system) view[member] = value;
  if (!object.metadata.user.empty()) {
    Json& metadata = view["Metadata"] = Json::object();
    for (const auto& [name, value] : object.metadata.user) metadata[name] = EncodeWords(value);
  }
  if (!object.details.replication_status.empty()) view["ReplicationStatus"] = object.details.replication_status;
  AddExpiration(view, bucket, object);
  if (object.storage_class != "STANDARD") view["StorageClass"] = object.storage_class;
  if (!object.tags.empty()) view["TagCount"] = object.tags.size();
  if (bucket.versioning != Versioning::kNever) view["VersionId"] = object.version_id;
  return view;
}

}  // namespace stratolite::s3
