#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/access_point_store.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/access.hpp"

/// Requests whose `Bucket` is an access point: its ARN, its alias, or `<name>-<account>`, which SDKs make a host name of.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-access-points.html
namespace stratolite::s3 {

/// `arn:aws:s3:eu-west-1:123456789012:accesspoint/name`.
std::string ArnOf(const AccessPoint& point);

/// The access point that stands where a bucket's name does. `region`: the caller's; in an ARN it is told. Thread-safe. Blocks. Not from within a transaction.
std::optional<AccessPoint> FindAccessPointNamed(Parts& parts, const Region& region, std::string_view name);

/// A bucket by its name or by an access point's; a bucket's own name comes first. Errors: NoSuchBucket, NoSuchAccessPoint, and MethodNotAllowed for what
/// cannot be done through an access point. Not from within a transaction.
Result<BucketPtr> FindNamedBucket(Parts& parts, const Call& call, std::string_view name);

/// What a call through an access point needs: the same of the access point and of its bucket, for both policies must let it.
void RefineThroughAccessPoint(Parts& parts, const Call& call, std::vector<AccessNeed>& needs);
/// nullopt: the need is not about an access point.
std::optional<ResourceFacts> FactsOfAccessPoint(Parts& parts, const Call& call, const AccessNeed& need);

AwsError NoSuchAccessPoint(std::string_view name);
AwsError PublicAccessPointPolicyBlocked(std::string_view caller, std::string_view arn);
/// DeleteBucket.
AwsError BucketHasAccessPoints(std::string_view bucket);

}  // namespace stratolite::s3
