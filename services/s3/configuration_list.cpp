#include "s3/configuration_list.hpp"

#include <algorithm>

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/document_schema.hpp"
#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html and its siblings
constexpr std::size_t kMaxConfigurations = 1000;
constexpr int kConfigurationsPerPage = 100;
constexpr std::size_t kMaxIdLength = 64;

bool IsConfigurationId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

AwsError NoSuchConfiguration() {
  return MakeError("NoSuchConfiguration", "The specified configuration does not exist.", 404);
}

AwsError TooManyConfigurations() {
  return MakeError("TooManyConfigurations",
                   "You are attempting to create a new configuration but have already reached the 1,000-configuration "
                   "limit.",
                   400);
}

}  // namespace

void ConfigurationList::Register(OperationTable& operations) {
  operations.Add("PutBucket" + member_, [this](const Call& call) { return Put(call); });
  operations.Add("GetBucket" + member_, [this](const Call& call) { return Get(call); });
  operations.Add("DeleteBucket" + member_, [this](const Call& call) { return Delete(call); });
  operations.Add("ListBucket" + member_ + "s", [this](const Call& call) { return List(call); });
}

Result<Json> ConfigurationList::Put(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json given, ReadDocument(call, member_.c_str()));
  RETURN_IF_ERROR(CheckSchema(call, member_.c_str()));
  const std::string id = Fields(call.input).StringOr("Id", "");
  // Seen of analytics: an id that is not the document's is no schema's affair, but gets its error.
  if (Fields(given).StringOr("Id", "") != id) return MalformedXml();
  if (!IsConfigurationId(id)) return InvalidArgument("The configuration ID is not valid.", "id", id);
  ASSIGN_OR_RETURN(const Json configuration, check_(call, *bucket, given));
  // Seen of analytics and intelligent tiering, though the model says 200.
  if (call.reply != nullptr) call.reply->http_status = 204;
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts_.buckets.Exists(txn, bucket->id)) return NoSuchBucket(bucket->name);
    Json all = parts_.buckets.Document(txn, bucket->id, family_.kind).value_or(Json::object());
    if (all.size() >= kMaxConfigurations && !all.contains(id)) return TooManyConfigurations();
    all[id] = configuration;
    parts_.buckets.SetDocument(txn, *bucket, family_.kind, all);
    if (changed_) changed_(txn, *bucket, id, &configuration);
    return Json::object();
  });
}

Result<Json> ConfigurationList::Get(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const all = bucket->Setting(family_.kind);
  if (all == nullptr) return NoSuchConfiguration();
  const auto found = all->find(Fields(call.input).StringOr("Id", ""));
  if (found == all->end()) return NoSuchConfiguration();
  return Json{{member_, *found}};
}

Result<Json> ConfigurationList::Delete(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const std::string id = Fields(call.input).StringOr("Id", "");
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts_.buckets.Exists(txn, bucket->id)) return NoSuchBucket(bucket->name);
    Json all = parts_.buckets.Document(txn, bucket->id, family_.kind).value_or(Json::object());
    if (all.erase(id) == 0) return NoSuchConfiguration();
    if (all.empty()) {
      parts_.buckets.RemoveDocument(txn, *bucket, family_.kind);
    } else {
      parts_.buckets.SetDocument(txn, *bucket, family_.kind, all);
    }
    if (changed_) changed_(txn, *bucket, id, nullptr);
    return Json::object();
  });
}

Result<Json> ConfigurationList::List(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const std::string token = Fields(call.input).StringOr("ContinuationToken", "");
  const std::optional<std::string> after = Base64Decode(token);
  if (!after) {
    return InvalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  }
  Json page = Json::array();
  Json output{{"IsTruncated", false}};
  if (!token.empty()) output["ContinuationToken"] = token;
  const Json* const all = bucket->Setting(family_.kind);
  const Json none = Json::object();
  for (const auto& [id, configuration] : (all == nullptr ? none : *all).items()) {
    if (id <= *after) continue;
    if (page.size() == kConfigurationsPerPage) {
      output["IsTruncated"] = true;
      output["NextContinuationToken"] = Base64Encode(page.back()["Id"].get_ref<const std::string&>());
      break;
    }
    page.push_back(configuration);
  }
  if (!page.empty()) output[list_member_] = std::move(page);
  return output;
}

}  // namespace stratolite::s3
