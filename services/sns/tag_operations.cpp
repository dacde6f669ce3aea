#include "sns/tag_operations.hpp"

#include "sns/errors.hpp"
#include "sns/topic_access.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

constexpr std::size_t kMaxTags = 50;
constexpr std::size_t kMaxTagKey = 128;
constexpr std::size_t kMaxTagValue = 256;

Result<Json> RequiredList(const Call& call, std::string_view name) {
  const Json* const list = Fields(call.input).Find(name);
  if (list == nullptr) return NullParameter(name);
  return *list;
}

}  // namespace

Result<Attributes> CheckTags(const Json& tags) {
  Attributes checked;
  for (const Json& tag : tags) {
    const Fields in(tag);
    if (!in.Has("Key")) return NullParameter("tags.1.member.key");
    if (!in.Has("Value")) return NullParameter("tags.1.member.value");
    const std::string key = in.StringOr("Key", "");
    const std::string value = in.StringOr("Value", "");
    if (key.empty() || Utf8Length(key) > kMaxTagKey)
      return InvalidParameterText("Invalid parameter: Tag keys must be between 1 and 128 characters long.");
    if (key.starts_with("aws:"))
      return InvalidParameterText("Invalid parameter: Tag keys can't start with the reserved prefix aws:.");
    if (Utf8Length(value) > kMaxTagValue)
      return InvalidParameterText("Invalid parameter: Tag values must be at most 256 characters long.");
    if (!checked.emplace(key, value).second) return InvalidParameter("Duplicated keys are not allowed.");
  }
  if (checked.size() > kMaxTags) return TagLimitExceeded();
  return checked;
}

Result<Json> TagOperations::TagResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call, "ResourceArn"));
  ASSIGN_OR_RETURN(const Json given, RequiredList(call, "Tags"));
  ASSIGN_OR_RETURN(const Attributes tags, CheckTags(given));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    std::optional<Topic> topic = TopicStore::FindBare(txn, arn);
    if (!topic) return ResourceNotFound();
    for (const auto& [key, value] : tags) topic->tags.insert_or_assign(key, value);
    if (topic->tags.size() > kMaxTags) return TagLimitExceeded();
    topics_.Update(txn, *topic);
    return Json::object();
  });
}

Result<Json> TagOperations::UntagResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call, "ResourceArn"));
  RETURN_IF_ERROR(RequiredList(call, "TagKeys"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    std::optional<Topic> topic = TopicStore::FindBare(txn, arn);
    if (!topic) return ResourceNotFound();
    for (const std::string& key : Fields(call.input).Strings("TagKeys")) topic->tags.erase(key);
    topics_.Update(txn, *topic);
    return Json::object();
  });
}

Result<Json> TagOperations::ListTagsForResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, TopicArnOf(call, "ResourceArn"));
  const std::optional<Topic> topic =
      deps_.db.Read([&](storage::Reader& reader) { return TopicStore::FindBare(reader, arn); });
  if (!topic) return ResourceNotFound();
  Json tags = Json::array();
  for (const auto& [key, value] : topic->tags) tags.push_back({{"Key", key}, {"Value", value}});
  return Json{{"Tags", std::move(tags)}};
}

}  // namespace stratolite::sns
