#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "s3/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/runtime/random.hpp"

/// What a replication configuration says, without knowing any bucket but its own. Pure functions.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
namespace stratolite::s3 {

/// Kind of s3_bucket_document: the configuration as GetBucketReplication answers it.
inline constexpr std::string_view kReplicationDocument = "replication";

/// `Status` of a version of the source and of the one at the destination.
inline constexpr std::string_view kReplicationPending = "PENDING";
inline constexpr std::string_view kReplicationCompleted = "COMPLETED";
inline constexpr std::string_view kReplicationFailed = "FAILED";
inline constexpr std::string_view kReplica = "REPLICA";

/// The configuration as it is kept: what was sent, every rule with an ID. `given` fits the schema. That destinations exist is the caller's to check.
/// Errors: InvalidRequest, InvalidArgument, MalformedXML.
Result<Json> ParseReplication(const Json& given, std::string_view bucket, runtime::Random& random);

/// Name of the bucket that a rule copies to.
std::string ReplicationTarget(const Json& rule);

/// The rules by which a version, or a delete marker, is copied: of every destination bucket the one with the highest priority. Empty: it is not copied.
std::vector<const Json*> RulesThatReplicate(const Json& configuration, const Object& object);

/// Whether changes of a replica's tags, ACL and locks go to where this rule copies.
bool ReplicatesModifications(const Json& rule);
/// Whether `s3:Replication:…` events are sent about what the rule copies: they need its metrics.
bool HasReplicationMetrics(const Json& rule);

}  // namespace stratolite::s3
