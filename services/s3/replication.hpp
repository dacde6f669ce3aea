#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/runtime/scheduler.hpp"

/// Copies of new versions in other buckets, by the bucket's rules (replication_rules.hpp). What is to be copied is written down in the transaction that makes the
/// version, and copied by the scheduler soon after, in one transaction with the version's status: once, whatever happens to the process in between. No
/// byte is copied: source and replica share their blobs. Buckets without rules pay for a look into memory.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnt-replicated.html
namespace stratolite::s3 {

/// Before a new version or delete marker is inserted: gives it the status PENDING if a rule of the bucket copies it. Whether one does.
bool MarkForReplication(const Call& call, const Bucket& bucket, Object& object);
/// After it was inserted.
void QueueReplication(Parts& parts, storage::Txn& txn, const Bucket& bucket, const Object& object);
/// Tags, ACL, retention or legal hold of a version have changed, in this transaction: where it was copied to, they follow. `object` as it was before or after.
void QueueReplicationOfChange(Parts& parts, storage::Txn& txn, const Bucket& bucket, const Object& object);

/// Does what was queued. One per service. Thread-safe. Blocks.
class ReplicationEngine {
 public:
  explicit ReplicationEngine(Parts& parts);

 private:
  /// What the role may not do, by the destination's name.
  using Denials = std::map<std::string, std::string_view>;
  void Run(const runtime::DueTask& task);
  Denials FindDenials(const Json& payload);
  void Replicate(storage::Txn& txn, const Bucket& bucket, Object object, const Denials& denials);
  void ReplicateChange(storage::Txn& txn, const Bucket& bucket, const Object& object);
  /// Why not, in the words of AWS's failure reasons; nullopt: it was copied, or is there already.
  std::optional<std::string_view> CopyTo(storage::Txn& txn, const Bucket& bucket, const Object& object,
                                         const Json& rule);
  void AnnounceFailure(storage::Txn& txn, const Bucket& bucket, const Object& object, const Json& rule,
                       std::string_view reason);

  Parts& parts_;
};

}  // namespace stratolite::s3
