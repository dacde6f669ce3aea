#include "s3/object_tags.hpp"

#include <algorithm>
#include <optional>

#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kMaxTagKeyLength = 128;
constexpr std::size_t kMaxTagValueLength = 256;
constexpr std::size_t kMaxObjectTags = 10;
constexpr std::size_t kMaxBucketTags = 50;

// "letters, whitespace, and numbers, plus + - = . _ : / @"; letters of every script.
bool HasTagCharacters(std::string_view text) {
  constexpr std::string_view kMarks = " \t\r\n+-=._:/@";
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool other_script = static_cast<unsigned char>(c) >= 0x80;
    if (!letter && !other_script && kMarks.find(c) == std::string_view::npos) return false;
  }
  return IsValidUtf8(text);
}

bool IsTagText(std::string_view text, std::size_t max_length) {
  return HasTagCharacters(text) && Utf8Length(text) <= max_length;
}

AwsError SystemTag(std::string_view key, TagSubject subject) {
  switch (subject) {
    case TagSubject::kObject:
      return InvalidTag("Your TagKey cannot be prefixed with aws:", key);
    case TagSubject::kBucket:
      return InvalidTag("System tags cannot be added/updated by requester", key);
    case TagSubject::kNewBucket:
      break;
  }
  return InvalidTag(
      "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \"aws:\" from "
      "your tag keys and try again.",
      {});
}

Result<void> CheckTag(std::string_view key, std::string_view value, TagSubject subject) {
  if (key.starts_with("aws:")) return SystemTag(key, subject);
  if (key.empty() || !IsTagText(key, kMaxTagKeyLength)) {
    return InvalidTag("The TagKey you have provided is invalid", key);
  }
  if (!IsTagText(value, kMaxTagValueLength)) return InvalidTag("The TagValue you have provided is invalid", key, value);
  return {};
}

AwsError DuplicateTag(std::string_view key, TagSubject subject) {
  // CreateBucket fails like this on AWS.
  if (subject == TagSubject::kNewBucket) {
    return MakeError("InternalError", "We encountered an internal error. Please try again.", 500);
  }
  return InvalidTag("Cannot provide multiple Tags with the same key", key);
}

Result<void> CheckTagCount(std::size_t count, TagSubject subject) {
  if (subject == TagSubject::kObject) {
    if (count > kMaxObjectTags) return MakeError("BadRequest", "Object tags cannot be greater than 10", 400);
  } else if (count > kMaxBucketTags) {
    return MakeError("BadRequest", "Bucket tag count cannot be greater than 50", 400);
  }
  return {};
}

}  // namespace

Result<TagMap> ParseTaggingHeader(std::string_view header) {
  const auto malformed = [&] {
    return InvalidArgument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
        "duplicates.",
        "x-amz-tagging", std::string(header));
  };
  TagMap tags;
  for (std::string_view rest = header; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::optional<std::string> key = PercentDecode(pair.substr(0, equals), true);
    const std::optional<std::string> value = PercentDecode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!key || !value || !HasTagCharacters(*key) || !HasTagCharacters(*value)) return malformed();
    if (!tags.emplace(*key, *value).second) return malformed();
  }
  RETURN_IF_ERROR(CheckTagCount(tags.size(), TagSubject::kObject));
  for (const auto& [key, value] : tags) RETURN_IF_ERROR(CheckTag(key, value, TagSubject::kObject));
  return tags;
}

Result<TagMap> ValidateTagSet(const Json& tag_set, TagSubject subject) {
  TagMap tags;
  RETURN_IF_ERROR(CheckTagCount(tag_set.size(), subject));
  for (const Json& tag : tag_set) {
    if (!tag.is_object() || !tag.contains("Key") || !tag.contains("Value")) return MalformedXml();
    const std::string key = tag["Key"];
    const std::string value = tag["Value"];
    RETURN_IF_ERROR(CheckTag(key, value, subject));
    if (!tags.emplace(key, value).second) return DuplicateTag(key, subject);
  }
  return tags;
}

Json ToTagSet(const TagMap& tags) {
  Json tag_set = Json::array();
  for (const auto& [key, value] : tags) tag_set.push_back({{"Key", key}, {"Value", value}});
  return tag_set;
}

}  // namespace stratolite::s3
