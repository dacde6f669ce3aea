#include "stratolite/service/access_learner.hpp"

#include <utility>

namespace stratolite {
namespace {

constexpr std::string_view kNobody = "anonymous";

std::string LearnerOf(const auth::Principal& caller) {
  if (caller.arn.empty()) return std::string(kNobody);
  return caller.type == auth::PrincipalType::kAssumedRole && !caller.issuer_arn.empty() ? caller.issuer_arn
                                                                                        : caller.arn;
}

/// One statement for all resources to which the same was done.
Json WritePolicy(const std::map<std::string, std::set<std::string>>& by_resource) {
  std::map<std::set<std::string>, std::vector<std::string>> by_actions;
  for (const auto& [resource, actions] : by_resource) by_actions[actions].push_back(resource);
  Json statements = Json::array();
  for (const auto& [actions, resources] : by_actions)
    statements.push_back({{"Effect", "Allow"}, {"Action", actions}, {"Resource", resources}});
  return {{"Version", "2012-10-17"}, {"Statement", std::move(statements)}};
}

}  // namespace

void AccessLearner::Start() {
  const std::scoped_lock lock(mutex_);
  seen_.clear();
  on_ = true;
}

std::vector<AccessLearner::Lesson> AccessLearner::Stop() {
  std::map<std::string, ActionsByResource> seen;
  {
    const std::scoped_lock lock(mutex_);
    on_ = false;
    seen.swap(seen_);
  }
  std::vector<Lesson> lessons;
  for (const auto& [principal, by_resource] : seen) lessons.push_back({principal, WritePolicy(by_resource)});
  return lessons;
}

void AccessLearner::Record(const auth::Principal& caller, const std::vector<AccessNeed>& needs) {
  if (needs.empty()) return;
  const std::scoped_lock lock(mutex_);
  if (!on_) return;
  ActionsByResource& by_resource = seen_[LearnerOf(caller)];
  for (const AccessNeed& need : needs) by_resource[need.resource].insert(need.action);
}

}  // namespace stratolite
