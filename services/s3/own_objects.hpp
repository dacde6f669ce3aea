#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// An object that S3 itself delivers to a bucket: logs, inventories. Plain data.
struct OwnObject {
  std::string key;
  std::string content_type;
  std::string body;
  /// Who else may do what with it, where the bucket has ACLs: grants of AccessControlPolicy.
  Json grants = Json::array();
  /// What else PutObject's input would have: how it is encrypted.
  Json input = Json::object();
};

/// Writes it as PutObject of the bucket's owner would, with the bucket's defaults, events and replication. `also` is done in the same transaction.
/// Errors: NoSuchBucket, those of the bucket's encryption. Not from within a transaction. Blocks.
Result<void> PutOwnObject(Parts& parts, const Bucket& bucket, OwnObject object,
                          const std::function<void(storage::Txn&)>& also = nullptr);

/// Whether the bucket lets a service of AWS put objects for `source`, a bucket: by its policy, or `by_acl`. Asked where policies are enforced; true elsewhere.
bool ServiceMayPut(Parts& parts, const Bucket& source, const Bucket& bucket, std::string_view service,
                   const std::string& key, bool by_acl);

}  // namespace stratolite::s3
