#include "s3/conditions.hpp"

#include "s3/errors.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

/// The first condition that does not hold.
enum class Failed { kNone, kIfMatch, kIfUnmodifiedSince, kIfNoneMatch, kIfModifiedSince };

Failed FirstFailure(const ReadConditions& conditions, const Object& object, TimePoint now) {
  if (conditions.if_match) {
    if (!MatchesEtag(*conditions.if_match, object.etag)) return Failed::kIfMatch;
  } else if (conditions.if_unmodified_since && object.last_modified > *conditions.if_unmodified_since) {
    return Failed::kIfUnmodifiedSince;
  }
  if (conditions.if_none_match) {
    if (MatchesEtag(*conditions.if_none_match, object.etag)) return Failed::kIfNoneMatch;
  } else if (conditions.if_modified_since && object.last_modified <= *conditions.if_modified_since &&
             *conditions.if_modified_since <= now) {
    // RFC 9110 section 13.1.3: a date in the future is not one. S3 ignores it too.
    return Failed::kIfModifiedSince;
  }
  return Failed::kNone;
}

std::string_view HeaderOf(Failed failed) {
  switch (failed) {
    case Failed::kIfMatch:
      return "If-Match";
    case Failed::kIfUnmodifiedSince:
      return "If-Unmodified-Since";
    case Failed::kIfNoneMatch:
      return "If-None-Match";
    case Failed::kIfModifiedSince:
      return "If-Modified-Since";
    case Failed::kNone:
      break;
  }
  return {};
}

}  // namespace

bool MatchesEtag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    std::string_view each = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (each.starts_with(' ')) each.remove_prefix(1);
    while (each.ends_with(' ')) each.remove_suffix(1);
    if (each == "*") return true;
    if (each.starts_with("W/")) each.remove_prefix(2);
    if (each.size() >= 2 && each.starts_with('"') && each.ends_with('"')) each = each.substr(1, each.size() - 2);
    if (each == etag) return true;
  }
  return false;
}

Result<WriteConditions> ReadWriteConditions(const Call& call) {
  const Fields in(call.input);
  WriteConditions conditions{.if_match = in.OptionalString("IfMatch")};
  const auto if_none_match = in.OptionalString("IfNoneMatch");
  if (conditions.if_match && if_none_match) return SeveralConditions("If-Match,If-None-Match");
  if (conditions.if_match == "*") return HeaderValueNotImplemented("If-Match");
  if (if_none_match && *if_none_match != "*") return HeaderValueNotImplemented("If-None-Match");
  conditions.if_absent = if_none_match.has_value();
  return conditions;
}

Result<void> CheckWrite(Parts& parts, storage::Reader& reader, const Bucket& bucket, std::string_view key,
                        const WriteConditions& conditions) {
  if (!conditions.if_match && !conditions.if_absent) return {};
  const auto current = parts.objects.FindLatest(reader, bucket.id, key);
  const bool exists = current && !current->is_delete_marker;
  if (conditions.if_absent && exists) return PreconditionFailed(HeaderOf(Failed::kIfNoneMatch));
  if (!conditions.if_match) return {};
  if (!exists) return NoSuchKey(key);
  if (!MatchesEtag(*conditions.if_match, current->etag)) return PreconditionFailed(HeaderOf(Failed::kIfMatch));
  return {};
}

ReadConditions ReadReadConditions(const Call& call, std::string_view prefix) {
  const Fields in(call.input);
  const std::string start(prefix);
  return {.if_match = in.OptionalString(start + "IfMatch"),
          .if_none_match = in.OptionalString(start + "IfNoneMatch"),
          .if_modified_since = in.OptionalTime(start + "IfModifiedSince"),
          .if_unmodified_since = in.OptionalTime(start + "IfUnmodifiedSince")};
}

Result<void> CheckRead(const ReadConditions& conditions, const Object& object, TimePoint now) {
  const Failed failed = FirstFailure(conditions, object, now);
  if (failed == Failed::kNone) return {};
  if (failed == Failed::kIfMatch || failed == Failed::kIfUnmodifiedSince) return PreconditionFailed(HeaderOf(failed));
  AwsError error = NotModified();
  error.headers.emplace_back("ETag", '"' + object.etag + '"');
  error.headers.emplace_back("Last-Modified", FormatHttpDate(object.last_modified));
  return error;
}

Result<void> CheckCopySource(const ReadConditions& conditions, const Object& source, TimePoint now) {
  const Failed failed = FirstFailure(conditions, source, now);
  if (failed == Failed::kNone) return {};
  return PreconditionFailed("x-amz-copy-source-" + std::string(HeaderOf(failed)));
}

}  // namespace stratolite::s3
