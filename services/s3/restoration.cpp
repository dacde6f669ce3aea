#include "s3/restoration.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "s3/errors.hpp"
#include "s3/storage_class.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

struct Retrieval {
  std::string_view storage_class;
  std::string_view tier;
  Duration takes;
};

constexpr std::array<Retrieval, 5> kRetrievals = {{
    {"GLACIER", "Expedited", std::chrono::minutes(5)},
    {"GLACIER", "Standard", std::chrono::hours(5)},
    {"GLACIER", "Bulk", std::chrono::hours(12)},
    {"DEEP_ARCHIVE", "Standard", std::chrono::hours(12)},
    {"DEEP_ARCHIVE", "Bulk", std::chrono::hours(48)},
}};

}  // namespace

RestoreState RestoreStateOf(const ObjectDetails& details, TimePoint now) {
  const auto& restoration = details.restoration;
  if (!restoration || restoration->expires <= now) return RestoreState::kNone;
  return restoration->ready > now ? RestoreState::kOngoing : RestoreState::kReady;
}

bool IsReadable(const Object& object, TimePoint now) {
  return !IsArchive(object.storage_class) || RestoreStateOf(object.details, now) == RestoreState::kReady;
}

Result<void> CheckReadable(const Object& object, TimePoint now) {
  if (!IsReadable(object, now)) return InvalidObjectState(object.storage_class);
  return {};
}

void AddRestore(Json& output, const ObjectDetails& details, TimePoint now) {
  const RestoreState state = RestoreStateOf(details, now);
  if (state == RestoreState::kOngoing) output["Restore"] = "ongoing-request=\"true\"";
  if (state != RestoreState::kReady) return;
  output["Restore"] = "ongoing-request=\"false\", expiry-date=\"" + FormatHttpDate(details.restoration->expires) + '"';
}

RestoreStatuses ReadRestoreStatuses(Parts& parts, const Call& call, const std::vector<ListedVersion>& versions) {
  RestoreStatuses statuses;
  const auto asked = Fields(call.input).Strings("OptionalObjectAttributes");
  if (std::find(asked.begin(), asked.end(), "RestoreStatus") == asked.end()) return statuses;
  const TimePoint now = parts.deps.clock.Now();
  parts.deps.db.Read([&](storage::Reader& reader) {
    for (const ListedVersion& version : versions) {
      if (version.is_delete_marker || !IsArchive(version.storage_class)) continue;
      const auto object = parts.objects.Find(reader, version.id);
      const RestoreState state = object ? RestoreStateOf(object->details, now) : RestoreState::kNone;
      if (state == RestoreState::kNone) continue;
      Json& status = statuses[version.id] = {{"IsRestoreInProgress", state == RestoreState::kOngoing}};
      if (state == RestoreState::kReady) status["RestoreExpiryDate"] = ToJson(object->details.restoration->expires);
    }
  });
  return statuses;
}

void AddRestoreStatus(Json& entry, const ListedVersion& version, const RestoreStatuses& statuses) {
  const auto found = statuses.find(version.id);
  if (found != statuses.end()) entry["RestoreStatus"] = found->second;
}

std::optional<Duration> RetrievalTime(std::string_view storage_class, std::string_view tier) {
  for (const Retrieval& retrieval : kRetrievals) {
    if (retrieval.storage_class == storage_class && retrieval.tier == tier) return retrieval.takes;
  }
  return std::nullopt;
}

TimePoint RestoreExpiry(TimePoint from, std::int64_t days) {
  return std::chrono::ceil<std::chrono::days>(from + std::chrono::days(days));
}

}  // namespace stratolite::s3
