#include "s3/listing_view.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::int64_t kMaxKeys = 1000;
constexpr std::string_view kTokenMark = "s3:1:";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '*' || c == '/';
}

}  // namespace

std::string EncodeKey(std::string_view key) {
  std::string out;
  out.reserve(key.size() + key.size() / 2);
  for (const char c : key) {
    if (IsPlain(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 0xF];
    }
  }
  return out;
}

std::string MakeContinuationToken(std::string_view last) {
  std::string text(kTokenMark);
  text += last;
  return Base64Encode(text);
}

std::optional<std::string> ReadContinuationToken(std::string_view token) {
  std::optional<std::string> text = Base64Decode(token);
  if (!text || !text->starts_with(kTokenMark)) return std::nullopt;
  return text->substr(kTokenMark.size());
}

Result<ListingView> ListingView::Of(const Fields& in) {
  ListingView view;
  view.request_.prefix = in.StringOr("Prefix", "");
  view.request_.delimiter = in.StringOr("Delimiter", "");
  const std::int64_t max_keys = in.IntOr("MaxKeys", kMaxKeys);
  if (max_keys < 0 || max_keys > std::numeric_limits<std::int32_t>::max()) {
    return InvalidArgument("Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys",
                           std::to_string(max_keys));
  }
  view.request_.max_keys = static_cast<std::size_t>(std::min(max_keys, kMaxKeys));
  if (const auto encoding = in.OptionalString("EncodingType")) {
    if (*encoding != "url")
      return InvalidArgument("Invalid Encoding Method specified in Request", "encoding-type", *encoding);
    view.encode_ = true;
  }
  return view;
}

std::string ListingView::Spell(std::string_view text) const { return encode_ ? EncodeKey(text) : std::string(text); }

Json ListingView::Answer(const std::string& bucket, const ListingPage& page) const {
  Json answer{{"Name", bucket},
              {"Prefix", Spell(request_.prefix)},
              {"MaxKeys", request_.max_keys},
              {"IsTruncated", page.is_truncated}};
  if (!request_.delimiter.empty()) answer["Delimiter"] = Spell(request_.delimiter);
  if (encode_) answer["EncodingType"] = "url";
  if (!page.common_prefixes.empty()) {
    Json& prefixes = answer["CommonPrefixes"] = Json::array();
    for (const std::string& prefix : page.common_prefixes) prefixes.push_back({{"Prefix", Spell(prefix)}});
  }
  return answer;
}

Json ListingView::Entry(const ListedVersion& version, const Json& owner) const {
  Json entry = Json::object();
  auto& members = entry.get_ref<Json::object_t&>();
  // A page has thousands of members: they are added in order of their names, which finds each its place without a search.
  const auto add = [&](const char* name, Json value) { members.emplace_hint(members.end(), name, std::move(value)); };
  const bool object = !version.is_delete_marker;
  if (object && version.checksum_algorithm) {
    Json algorithms = Json::array();
    algorithms.emplace_back(ChecksumName(*version.checksum_algorithm));
    add("ChecksumAlgorithm", std::move(algorithms));
    add("ChecksumType", version.checksum_type == ChecksumType::kComposite ? "COMPOSITE" : "FULL_OBJECT");
  }
  if (object) {
    std::string etag;
    etag.reserve(version.etag.size() + 2);
    etag.append("\"").append(version.etag).append("\"");
    add("ETag", std::move(etag));
  }
  add("Key", Spell(version.key));
  // S3 keeps whole seconds.
  add("LastModified", ToJson(std::chrono::floor<std::chrono::seconds>(version.last_modified)));
  if (!owner.is_null()) add("Owner", owner);
  if (object) {
    add("Size", version.size);
    add("StorageClass", version.storage_class);
  }
  return entry;
}

}  // namespace stratolite::s3
