#include "iam/role_last_used.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/usage_log.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::chrono::days kTrackingPeriod{400};

}  // namespace

Json RoleLastUsed(const ServiceDeps& deps, const std::string& unique_id) {
  auto* const log = deps.ports.Find<ports::UsageLog>();
  if (log == nullptr) return Json::object();
  const std::vector<ports::UsageLog::Use> uses = log->FindByEntity(unique_id);
  const auto last =
      std::max_element(uses.begin(), uses.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  if (last == uses.end() || last->time < deps.clock.Now() - kTrackingPeriod) return Json::object();
  return {{"LastUsedDate", stratolite::ToJson(std::chrono::floor<std::chrono::seconds>(last->time))},
          {"Region", last->region}};
}

}  // namespace stratolite::iam
