#include "s3/lifecycle_plan.hpp"

#include <algorithm>

#include "s3/listing_page.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kFirstPiece = 64;

bool ConcernsVersions(const LifecycleRule& rule) {
  return rule.expiration || rule.expires_markers || !rule.transitions.empty() || rule.noncurrent_expiration ||
         !rule.noncurrent_transitions.empty();
}

/// Prefixes of the rules in order, without those that another one covers.
std::vector<std::string> PrefixesOf(const LifecycleRules& rules) {
  std::vector<std::string> all;
  for (const LifecycleRule& rule : rules.rules) {
    if (ConcernsVersions(rule)) all.push_back(rule.filter.prefix);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> out;
  for (std::string& prefix : all) {
    if (out.empty() || !prefix.starts_with(out.back())) out.push_back(std::move(prefix));
  }
  return out;
}

LifecycleSubject ToSubject(const ListedVersion& version) {
  return {.key = version.key,
          .size = version.size,
          .storage_class = version.storage_class,
          .made = version.last_modified,
          .is_latest = version.is_latest,
          .is_delete_marker = version.is_delete_marker,
          .is_null_version = version.version_id == kNullVersion};
}

}  // namespace

LifecyclePlan PlanVersions(storage::Reader& reader, ObjectStore& objects, const Bucket& bucket,
                           const LifecycleRules& rules, TimePoint day, const std::optional<LifecyclePosition>& from,
                           std::size_t max_actions, std::size_t max_rows) {
  LifecyclePlan plan;
  const std::vector<std::string> prefixes = PrefixesOf(rules);
  if (prefixes.empty()) return plan;
  ListingCursor cursor(reader, bucket.id, ListingCursor::Kind::kAllVersions, kFirstPiece, max_rows);
  LifecyclePosition at = from.value_or(LifecyclePosition());
  cursor.Seek(from ? ListingPosition{from->key, from->older_than} : ListingPosition{prefixes.front(), std::nullopt});
  auto prefix = prefixes.begin();
  for (std::size_t rows = 0; const ListedVersion* next = cursor.Peek();) {
    while (prefix != prefixes.end() && *prefix < next->key && !next->key.starts_with(*prefix)) ++prefix;
    if (prefix == prefixes.end()) return plan;
    if (!next->key.starts_with(*prefix)) {
      cursor.Seek({*prefix, std::nullopt});
      continue;
    }
    if (rows == max_rows || plan.actions.size() == max_actions) {
      plan.resume = std::move(at);
      return plan;
    }
    ++rows;
    const ListedVersion version = cursor.Take();
    LifecycleSubject subject = ToSubject(version);
    if (version.is_latest) {
      at.newer_noncurrent = 0;
      const ListedVersion* const older = version.is_delete_marker ? cursor.Peek() : nullptr;
      subject.is_alone = older == nullptr || older->key != version.key;
    } else {
      subject.noncurrent_since = at.noncurrent_since;
      subject.newer_noncurrent = at.newer_noncurrent++;
    }
    at.key = version.key;
    at.older_than = version.id;
    at.noncurrent_since = version.last_modified;
    const auto tags = [&] {
      const auto object = objects.Find(reader, version.id);
      return object ? object->tags : TagMap();
    };
    LifecycleDecision decision = Decide(rules, bucket.versioning, subject, day, tags);
    plan.next = std::min(plan.next, decision.next);
    if (decision.action == LifecycleDecision::Action::kNothing) continue;
    plan.actions.push_back({version.id, version.is_latest, version.storage_class, std::move(decision)});
  }
  return plan;
}

UploadPlan PlanUploads(storage::Reader& reader, UploadStore& uploads, const Bucket& bucket, const LifecycleRules& rules,
                       TimePoint day, const UploadPosition& from, std::size_t max_aborts) {
  UploadPlan plan;
  if (std::none_of(rules.rules.begin(), rules.rules.end(), [](const auto& rule) { return rule.abort_uploads; })) {
    return plan;
  }
  uploads.List(reader, bucket.id, "", from.key, from.upload_id, [&](const Upload& upload) {
    if (plan.aborts.size() == max_aborts) {
      plan.resume = plan.aborts.back();
      return false;
    }
    bool due = false;
    for (const LifecycleRule& rule : rules.rules) {
      if (!rule.abort_uploads || !upload.key.starts_with(rule.filter.prefix)) continue;
      const TimePoint moment = MidnightAfter(upload.initiated, *rule.abort_uploads);
      if (moment <= day) due = true;
      plan.next = std::min(plan.next, moment);
    }
    if (due) plan.aborts.push_back({upload.key, upload.upload_id});
    return true;
  });
  return plan;
}

}  // namespace stratolite::s3
