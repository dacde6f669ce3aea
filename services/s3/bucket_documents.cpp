#include "s3/bucket_documents.hpp"

#include "s3/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

Result<Json> ReadDocument(const Call& call, const char* member) {
  const Json* const document = Fields(call.input).Find(member);
  if (document == nullptr) return MissingRequestBody();
  return *document;
}

Result<Json> StoreDocument(Parts& parts, const Bucket& bucket, std::string_view kind, const Json& document) {
  return parts.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts.buckets.Exists(txn, bucket.id)) return NoSuchBucket(bucket.name);
    if (document.is_null()) {
      parts.buckets.RemoveDocument(txn, bucket, kind);
    } else {
      parts.buckets.SetDocument(txn, bucket, kind, document);
    }
    return Json::object();
  });
}

}  // namespace stratolite::s3
