#include "iam/tags.hpp"

#include <algorithm>

#include "iam/errors.hpp"
#include "iam/quotas.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

bool IgnoresCase(EntityKind kind) { return kind == EntityKind::kUser || kind == EntityKind::kRole; }

Tags::iterator FindTag(Tags& tags, const std::string& key, EntityKind kind) {
  if (!IgnoresCase(kind)) return tags.find(key);
  return std::find_if(tags.begin(), tags.end(),
                      [&](const auto& tag) { return AsciiLower(tag.first) == AsciiLower(key); });
}

}  // namespace

Result<Tags> ReadTags(const Json& input, EntityKind kind) {
  Tags tags;
  for (const Json& item : Fields(input).List("Tags")) {
    const Fields fields(item);
    ASSIGN_OR_RETURN(std::string key, fields.String("Key"));
    if (AsciiLower(key).starts_with("aws:")) return ReservedTagKey();
    if (FindTag(tags, key, kind) != tags.end()) return DuplicateTagKeys();
    tags.emplace(std::move(key), fields.StringOr("Value", ""));
  }
  return tags;
}

Result<void> AddTags(Tags& tags, const Tags& added, EntityKind kind) {
  for (const auto& [key, value] : added) {
    if (const auto same = FindTag(tags, key, kind); same != tags.end()) tags.erase(same);
    tags[key] = value;
  }
  if (static_cast<std::int64_t>(tags.size()) > kTagsPerResource) return TooManyTags();
  return {};
}

void RemoveTags(Tags& tags, const std::vector<std::string>& keys, EntityKind kind) {
  for (const std::string& key : keys) {
    if (const auto same = FindTag(tags, key, kind); same != tags.end()) tags.erase(same);
  }
}

Json TagsView(const Tags& tags) {
  Json view = Json::array();
  for (const auto& [key, value] : tags) view.push_back({{"Key", key}, {"Value", value}});
  return view;
}

}  // namespace stratolite::iam
