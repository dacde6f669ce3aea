#include "s3control/tag_operations.hpp"

#include "s3control/control_access.hpp"
#include "s3control/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3control {
namespace {

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging.html
constexpr std::size_t kMaxTags = 50;
constexpr std::string_view kPointPrefix = "accesspoint/";

/// What can be tagged: a bucket, or an access point (`point` then).
struct Taggable {
  std::string bucket;
  std::string point;
  Scope scope;
};

Result<Taggable> ReadResource(const Call& call, ports::BucketControl& control) {
  const std::string text = Fields(call.input).StringOr("ResourceArn", "");
  const auto arn = Arn::Parse(text);
  if (!arn || arn->resource.empty()) return InvalidRequest("The specified resource ARN is not valid.");
  if (arn->service != "s3") return PartNotImplemented("tags of " + arn->service);
  Taggable resource{.bucket = {}, .point = {}, .scope = {AccountId(arn->account), Region(arn->region)}};
  if (arn->account.empty()) {
    resource.bucket = arn->resource;
    const auto bucket = control.FindBucket(resource.bucket);
    if (!bucket) return NoSuchResource();
    if (bucket->account != call.scope.account) return AccessDenied();
    return resource;
  }
  if (!arn->resource.starts_with(kPointPrefix)) return PartNotImplemented("tags of " + text);
  if (arn->account != call.scope.account.str()) return AccessDenied();
  resource.point = arn->resource.substr(kPointPrefix.size());
  if (!control.FindAccessPoint(resource.scope, resource.point)) return NoSuchResource();
  return resource;
}

}  // namespace

void TagOperations::Register(OperationTable& operations) {
  operations.Add("TagResource", this, &TagOperations::TagResource).partial_note = "of buckets and access points";
  operations.Add("UntagResource", this, &TagOperations::UntagResource).partial_note = "of buckets and access points";
  operations.Add("ListTagsForResource", this, &TagOperations::ListTagsForResource).partial_note =
      "of buckets and access points";
}

Result<Json> TagOperations::Change(const Call& call, const std::function<Result<void>(Tags&)>& change) {
  RETURN_IF_ERROR(CheckAccount(call));
  ASSIGN_OR_RETURN(auto* const control, FindControl(deps_));
  ASSIGN_OR_RETURN(const Taggable resource, ReadResource(call, *control));
  bool there = false;
  if (resource.point.empty()) {
    ASSIGN_OR_RETURN(there, control->ChangeTagsOfBucket(resource.bucket, change));
  } else {
    const auto of_point = [&](ports::BucketControl::AccessPoint& point) { return change(point.tags); };
    ASSIGN_OR_RETURN(there, control->ChangeAccessPoint(resource.scope, resource.point, of_point));
  }
  if (!there) return NoSuchResource();
  return Json::object();
}

Result<Json> TagOperations::TagResource(const Call& call) {
  ASSIGN_OR_RETURN(auto* const control, FindControl(deps_));
  ASSIGN_OR_RETURN(const Tags added, control->ReadTags(Fields(call.input).List("Tags")));
  return Change(call, [&](Tags& tags) -> Result<void> {
    for (const auto& [key, value] : added) tags[key] = value;
    if (tags.size() > kMaxTags) return InvalidRequest("The number of tags exceeds the limit of 50 tags.");
    return {};
  });
}

Result<Json> TagOperations::UntagResource(const Call& call) {
  const auto removed = Fields(call.input).Strings("TagKeys");
  return Change(call, [&](Tags& tags) -> Result<void> {
    for (const std::string& key : removed) tags.erase(key);
    return {};
  });
}

Result<Json> TagOperations::ListTagsForResource(const Call& call) {
  RETURN_IF_ERROR(CheckAccount(call));
  ASSIGN_OR_RETURN(auto* const control, FindControl(deps_));
  ASSIGN_OR_RETURN(const Taggable resource, ReadResource(call, *control));
  Tags tags;
  if (resource.point.empty()) {
    tags = control->TagsOfBucket(resource.bucket);
  } else if (const auto point = control->FindAccessPoint(resource.scope, resource.point)) {
    tags = point->tags;
  }
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return Json{{"Tags", std::move(list)}};
}

}  // namespace stratolite::s3control
