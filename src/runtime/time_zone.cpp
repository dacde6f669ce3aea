#include "runtime/time_zone.hpp"

#include <absl/time/time.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

namespace stratolite::runtime {
namespace {

constexpr std::string_view kZoneDirectory = "/usr/share/zoneinfo";
constexpr std::size_t kLongestZoneName = 50;

/// Zones that were not found are remembered by the library too, so it is asked for names only that a file has.
bool IsZoneFile(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '+' || c == '/';
  };
  // Names of zones begin with a capital: `posix/…` and `right/…`, which Debian has beside them, are other readings of the same zones.
  if (name.empty() || name.size() > kLongestZoneName || name.front() < 'A' || name.front() > 'Z' ||
      !std::ranges::all_of(name, fits))
    return false;
  // What a zone not known yet is called in the database; not the name of a place.
  if (name == "Factory") return false;
  std::error_code error;
  return std::filesystem::is_regular_file(std::filesystem::path(kZoneDirectory) / name, error);
}

absl::Time ToAbsl(TimePoint moment) { return absl::FromUnixMicros(moment.time_since_epoch().count()); }

constexpr std::chrono::local_seconds kCivilEpoch{};

}  // namespace

struct TimeZone::Rules {
  absl::TimeZone zone;
};

std::optional<TimeZone> TimeZone::Find(std::string_view name) {
  auto rules = std::make_shared<Rules>();
  if (name == "UTC") {
    rules->zone = absl::UTCTimeZone();
  } else if (!IsZoneFile(name) || !absl::LoadTimeZone(absl::string_view(name.data(), name.size()), &rules->zone)) {
    return std::nullopt;
  }
  return TimeZone(std::move(rules));
}

std::chrono::local_seconds TimeZone::ToLocal(TimePoint moment) const {
  const absl::CivilSecond civil = rules_->zone.At(ToAbsl(moment)).cs;
  return kCivilEpoch + std::chrono::seconds(civil - absl::CivilSecond(1970));
}

TimeZone::Moment TimeZone::FromLocal(std::chrono::local_seconds local) const {
  const absl::CivilSecond civil = absl::CivilSecond(1970) + (local - kCivilEpoch).count();
  const absl::TimeZone::TimeInfo info = rules_->zone.At(civil);
  return {TimePoint(Duration(absl::ToUnixMicros(info.pre))), info.kind == absl::TimeZone::TimeInfo::SKIPPED};
}

}  // namespace stratolite::runtime
