#include "events/tags.hpp"

#include "events/errors.hpp"

namespace stratolite::events {
namespace {

// https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html
constexpr std::size_t kMostTags = 50;

}  // namespace

Result<Tags> CheckTags(const Json& list) {
  Tags tags;
  for (const Json& tag : list) {
    const std::string key = tag.value("Key", "");
    if (key.starts_with("aws:")) return ValidationException("System tags cannot be added/updated/deleted by requester");
    if (!tags.emplace(key, tag.value("Value", "")).second)
      return ValidationException("Invalid parameter: Duplicated keys are not allowed.");
  }
  if (tags.size() > kMostTags) return LimitExceeded();
  return tags;
}

Result<Tags> MergeTags(Tags tags, const Tags& more) {
  for (const auto& [key, value] : more) tags[key] = value;
  if (tags.size() > kMostTags) return LimitExceeded();
  return tags;
}

Json TagList(const Tags& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

}  // namespace stratolite::events
