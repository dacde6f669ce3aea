#include "s3/analytics_operations.hpp"

#include <set>

#include "s3/errors.hpp"
#include "s3/object_tags.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Tiering.html
constexpr std::int64_t kMinArchiveDays = 90;
constexpr std::int64_t kMinDeepArchiveDays = 180;
constexpr std::int64_t kMaxTieringDays = 730;

/// A filter is one of its members; And holds several of them.
Result<void> CheckFilter(const Json& configuration) {
  const Json* const found = Fields(configuration).Find("Filter");
  if (found == nullptr) return {};
  const Fields filter(*found);
  if (found->size() != 1) return MalformedXml();
  Json tags = Json::array();
  if (const Json* const tag = filter.Find("Tag")) tags.push_back(*tag);
  if (const Json* const both = filter.Find("And")) {
    const Fields all(*both);
    tags = all.List("Tags");
    const std::size_t count = tags.size() + (all.Has("Prefix") ? 1 : 0) + (all.Has("AccessPointArn") ? 1 : 0);
    if (count < 2) return MalformedXml();
  }
  RETURN_IF_ERROR(ValidateTagSet(tags, TagSubject::kObject));
  return {};
}

Result<void> CheckExport(const Json& configuration) {
  const Fields analysis(Fields(configuration).Object("StorageClassAnalysis"));
  if (!analysis.Has("DataExport")) return {};
  const Fields destination(Fields(analysis.Object("DataExport")).Object("Destination"));
  const Fields bucket(destination.Object("S3BucketDestination"));
  const std::string text = bucket.StringOr("Bucket", "");
  const auto arn = Arn::Parse(text);
  if (!arn || arn->service != "s3" || arn->resource.empty())
    return InvalidArgument("Invalid bucket ARN.", "Bucket", text);
  const std::string account = bucket.StringOr("BucketAccountId", "");
  if (!account.empty() && !IsAccountId(account))
    return InvalidArgument("Invalid bucket owner account ID.", "BucketAccountId", account);
  return {};
}

Result<void> CheckTierings(const Json& configuration) {
  const Json& tierings = Fields(configuration).List("Tierings");
  if (tierings.empty()) return MalformedXml();
  std::set<std::string> tiers;
  for (const Json& each : tierings) {
    const Fields tiering(each);
    const std::string tier = tiering.StringOr("AccessTier", "");
    const std::int64_t days = tiering.IntOr("Days", 0);
    const std::int64_t least = tier == "ARCHIVE_ACCESS" ? kMinArchiveDays : kMinDeepArchiveDays;
    if (!tiers.insert(tier).second) return MalformedXml();
    if (days < least || days > kMaxTieringDays) {
      return InvalidArgument("'Days' for " + tier + " must be between " + std::to_string(least) + " and " +
                                 std::to_string(kMaxTieringDays),
                             "Days", std::to_string(days));
    }
  }
  return {};
}

Result<Json> CheckAnalytics(const Call&, const Bucket&, const Json& configuration) {
  RETURN_IF_ERROR(CheckFilter(configuration));
  RETURN_IF_ERROR(CheckExport(configuration));
  return configuration;
}

Result<Json> CheckMetrics(const Call&, const Bucket&, const Json& configuration) {
  RETURN_IF_ERROR(CheckFilter(configuration));
  return configuration;
}

Result<Json> CheckTiering(const Call&, const Bucket&, const Json& configuration) {
  RETURN_IF_ERROR(CheckFilter(configuration));
  RETURN_IF_ERROR(CheckTierings(configuration));
  return configuration;
}

}  // namespace

AnalyticsOperations::AnalyticsOperations(Parts& parts)
    : analytics_(parts, {"analytics", "AnalyticsConfiguration"}, &CheckAnalytics),
      metrics_(parts, {"metrics", "MetricsConfiguration"}, &CheckMetrics),
      tiering_(parts, {"intelligent_tiering", "IntelligentTieringConfiguration"}, &CheckTiering) {}

void AnalyticsOperations::Register(OperationTable& operations) {
  analytics_.Register(operations);
  metrics_.Register(operations);
  tiering_.Register(operations);
}

}  // namespace stratolite::s3
